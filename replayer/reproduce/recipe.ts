import type { Entry } from '../../journal/entry.ts'
import { pathOf } from '../../journal/entry.ts'
import { endToEndFields, fieldPairs } from '../../wire/fields.ts'
import { producedAt, type ProducedAt } from './produced.ts'
import type { Recipe, Step } from './step.ts'
import type { Dependency } from './dependencies.ts'
import { withVariable } from './placement.ts'
import { withoutSecrets, type SecretRules } from './secret-parts.ts'
import type { Variable } from './template.ts'

// Makes of recorded entries what a script or a test is made of.

export interface Ingredient {
  entry: Entry
  /** Whole; null: too long, or not kept. */
  body: Buffer | null
  dependencies: readonly Dependency[]
  expects: Step['expects']
}

/** Ingredients in the order of sending, the failure last. */
export function recipeOf(ingredients: readonly Ingredient[], rules: SecretRules): Recipe {
  const secrets = new Map<string, { variable: string; what: string }>()
  const steps = ingredients.map((one) => stepOf(one))
  const variables = new Map<string, string>()
  for (const [i, { dependencies }] of ingredients.entries()) {
    for (const dependency of dependencies) resolve(i, dependency)
  }
  for (const [i, step] of steps.entries()) {
    steps[i] = withoutSecrets(step, rules, (secret) => secrets.set(secret.variable, secret))
  }
  return { steps, secrets: [...secrets.values()] }

  function resolve(i: number, { value, producer }: Dependency): void {
    const step = steps[i]!
    const of = ingredients[producer]!.entry
    const variable = variables.get(value) ?? `VALUE_${variables.size + 1}`
    const text = textOf(value, of)
    const placed = text && withVariable(step, text.recorded, nounOf(value), asVariable(variable))
    if (text === null || placed === null) {
      const remark = `what the answer to entry ${of.id} made up stands here too: replace it`
      steps[i] = { ...step, remarks: [...step.remarks, remark] }
      return
    }
    steps[i] = placed
    if (variables.has(value)) return
    variables.set(value, variable)
    const taking = steps[producer]!
    steps[producer] = { ...taking, takes: [...taking.takes, { variable, ...text }] }
  }
}

function asVariable(name: string): Variable {
  return { name, from: 'answer' }
}

/** Where the answer of its producer has a value that is named so. */
function textOf(value: string, producer: Entry): { recorded: string; at: ProducedAt } | null {
  const found = producedAt(producer, (text) => text === value || value.endsWith(` ${text}`))
  // What must be escaped somewhere is not simple any more.
  return found !== null && /^[\w.~-]+$/.test(found.recorded) ? found : null
}

/** Of `thing 17` the noun; empty where the value stands for itself. */
function nounOf(value: string): string {
  return value.includes(' ') ? value.slice(0, value.indexOf(' ')) : ''
}

function stepOf({ entry, body, expects }: Ingredient): Step {
  const { method, requestLength, requestCapture } = entry
  const isWhole = body !== null && requestCapture === 'complete'
  const text = body?.toString('latin1') ?? ''
  return {
    ...{ entry, method, expects, takes: [] },
    target: [originForm(entry.target)],
    fields: fieldPairs(endToEndFields(entry.requestHeaders))
      .filter(([name]) => !LEFT.test(name))
      .map(([name, value]) => ({ name, value: [value] })),
    body: requestLength === 0 ? null : isWhole ? [text] : 'missing',
    remarks: isWhole || requestLength === 0 ? [] : [missingBody(entry)],
  }
}

/** What whoever sends it says anew: of the connection, the framing, and of itself. */
const LEFT = /^(host|content-length|accept-encoding|expect|te|trailer|reprise-replay)$/i

function missingBody({ id, requestLength, requestCapture }: Entry): string {
  const why = requestCapture === 'complete' ? 'it is too long' : `it was recorded ${requestCapture}`
  return `its body, ${requestLength} bytes, is not written here, for ${why}: put it into entry-${id}.body`
}

function originForm(target: string): string {
  const query = target.indexOf('?')
  return target.startsWith('/') || !/^[a-z][a-z0-9+.-]*:/i.test(target)
    ? target
    : pathOf(target) + (query === -1 ? '' : target.slice(query))
}
