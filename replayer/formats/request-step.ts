import { recipeOf } from '../reproduce/recipe.ts'
import type { Secret } from '../reproduce/secret-parts.ts'
import type { Step } from '../reproduce/step.ts'
import type { Exported, Exporting } from './exported.ts'

/** A request for formats with variables: secrets are some, and so are values that are called so. */
export interface RequestStep {
  step: Step
  secrets: readonly Secret[]
}

/** Tells of what every such format leaves out. */
export function requestStep({ entry, request }: Exported, how: Exporting): RequestStep {
  const isWhole = entry.requestCapture === 'complete'
  if (!isWhole) how.tell('incomplete', entry.id)
  if (request.left !== null) how.tell(request.left, entry.id)
  if (entry.requestTrailers.length > 0) how.tell('trailers', entry.id)
  if (!entry.target.startsWith('/')) how.tell('target', entry.id)
  const body = isWhole && request.left === null ? request.bytes : null
  const one = { entry, body, dependencies: [], expects: 'anything' } as const
  const { steps, secrets } = recipeOf([one], how.secrets)
  const step = steps[0]!
  if (secrets.length > 0 || entry.masked.length > 0) how.tell('secret', entry.id)
  return { step, secrets }
}

/** Of a body that such a format does not hold; the remarks of a step name the same. */
export function bodyFile({ entry }: Pick<Step, 'entry'>): string {
  return `entry-${entry.id}.body`
}

/** How somebody gets such a file. */
export function bodyCommand({ entry }: Pick<Step, 'entry'>, file: string): string {
  return `reprise entries ${entry.id} --body request > ${file}`
}
