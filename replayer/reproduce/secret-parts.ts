import type { Step } from './step.ts'
import { isVaried, replaced, type Template, type Variable } from './template.ts'

// Secrets never stand in what is written: whoever runs it gives them by the environment.

export interface SecretRules {
  /** Of a header field. */
  isSecret: (name: string) => boolean
}

export interface Secret {
  variable: string
  what: string
}

/** Names of members, parameters and fields of forms that hold some. */
const NAMES = '[\\w.-]*(?:passw(?:or)?d|passwd|secret|api[_-]?key|token|credential)[\\w.-]*'

/** The step with variables of the environment in place of secrets; each one is told. */
export function withoutSecrets(
  step: Step,
  { isSecret }: SecretRules,
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
    isSecret(name) && !isVaried(value) ? { name, value: [variableOf(name)] } : { name, value },
  )
  const withheld = entry.withheld
    .filter((name) => !fields.some((field) => field.name.toLowerCase() === name.toLowerCase()))
    .map((name) => ({ name, value: [variableOf(name)] }))
  const { body } = step
  return {
    ...step,
    fields: [...fields, ...withheld],
    target: hidden(step.target, new RegExp(`([?&](${NAMES})=)[^&]+`, 'gi'), variableOf),
    body: body === null || body === 'missing' ? body : withoutSecretMembers(body, variableOf),
  }
}

function withoutSecretMembers(body: Template, variableOf: (name: string) => Variable): Template {
  const json = new RegExp(`("(${NAMES})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)+(")`, 'gi')
  const form = new RegExp(`((?:^|&)(${NAMES})=)[^&]+`, 'gi')
  const isJson = /^\s*[[{"]/.test(typeof body[0] === 'string' ? body[0] : '')
  return hidden(body, isJson ? json : form, variableOf)
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
