import type { SecretNames } from '../../journal/masking/names.ts'
import type { Step } from './step.ts'
import { isVaried, replaced, type Template, type Variable } from './template.ts'

// Secrets never stand in what is written: whoever runs it gives them by the environment.

export interface SecretRules {
  /** Of a header field. */
  isSecret: (name: string, value?: string) => boolean
  /** Of what is named in queries, forms and JSON. */
  names: SecretNames
}

export interface Secret {
  variable: string
  what: string
}

/** Names of members, parameters and fields of forms that hold some, besides those of the settings. */
const USUAL = '[\\w.-]*(?:passw(?:or)?d|passwd|secret|api[_-]?key|token|credential)[\\w.-]*'

/** The step with variables of the environment in place of secrets; each one is told. */
export function withoutSecrets(
  step: Step,
  { isSecret, names }: SecretRules,
  tell: (secret: Secret) => void,
): Step {
  const { entry } = step
  const variableOf = (name: string): Variable => {
    const variable = name
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_')
      .replace(/^(?=\d)/, '_')
    tell({ variable, what: `${name} of ${entry.method} requests such as entry ${entry.id}` })
    return { name: variable, from: 'environment' }
  }
  // One that an earlier answer brings is known when it runs, and stands nowhere.
  const fields = step.fields.map(({ name, value }) =>
    !isVaried(value) && isSecret(name, textOf(value))
      ? { name, value: [variableOf(name)] }
      : { name, value },
  )
  const withheld = entry.withheld
    // What is withheld of query and body is masked there.
    .filter((name) => !name.startsWith('('))
    .filter((name) => !fields.some((field) => field.name.toLowerCase() === name.toLowerCase()))
    .map((name) => ({ name, value: [variableOf(name)] }))
  const { body } = step
  const listed = names.listed
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
    .join('|')
  const all = listed === '' ? USUAL : `${listed}|${USUAL}`
  return {
    ...step,
    fields: [...fields, ...withheld],
    target: hidden(step.target, new RegExp(`([?&](${all})=)[^&]+`, 'gi'), variableOf),
    body:
      body === null || body === 'missing'
        ? body
        : withoutSecretMembers(body, all, listed, variableOf),
  }
}

function textOf(template: Template): string {
  return template.filter((part) => typeof part === 'string').join('')
}

/** `listed`: those of the settings, of which numbers are secrets too, and masked with ones. */
function withoutSecretMembers(
  body: Template,
  all: string,
  listed: string,
  variableOf: (name: string) => Variable,
): Template {
  const json = new RegExp(`("(${all})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)+(")`, 'gi')
  const form = new RegExp(`((?:^|&)(${all})=)[^&]+`, 'gi')
  const isJson = /^\s*[[{"]/.test(typeof body[0] === 'string' ? body[0] : '')
  if (!isJson) return hidden(body, form, variableOf)
  const texts = hidden(body, json, variableOf)
  if (listed === '') return texts
  const number = new RegExp(`("(${listed})"\\s*:\\s*)1+(?=\\s*[,}\\]])`, 'gi')
  return hidden(texts, number, variableOf)
}

/** The first group stays, the second names it, the third stays behind it. */
function hidden(
  template: Template,
  pattern: RegExp,
  variableOf: (name: string) => Variable,
): Template {
  const names = template
    .filter((part) => typeof part === 'string')
    .flatMap((part) => [...part.matchAll(pattern)].map((find) => find[2]!))
  return [...new Set(names)].reduce(
    (result, name) =>
      replaced(result, pattern, variableOf(name), (find) =>
        find[2] === name ? { before: find[1]!, after: find[3] ?? '' } : null,
      ),
    template,
  )
}
