import type { CancelMark, ClearMark } from './marks.ts'
import { namesOf, type Reading } from './reading.ts'
import { filledPath, matchRequest, matchStart } from './request-pattern.ts'
import type { ResourceRule } from './rules.ts'

// Which resource a request is about, as a rule sees it.

export function valuesBy(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(names.map((name, i) => [name, values[i]!]))
}

/** The path of the resource that a request made, by its answer; null: it made none of the kind. */
export function madePath(rule: ResourceRule, reading: Reading): string | null {
  const { names, segments } = rule.resource
  for (const maker of rule.madeBy) {
    const captured = matchRequest(maker, reading)
    if (captured === null) continue
    const values = valuesBy(maker.path.names, captured)
    const last = names.at(-1)!
    if (values.has(last)) return filledPath(rule.resource, values)
    const { path = null, id = null } = reading.made ?? {}
    const told = path === null ? [] : path.slice(1).split('/')
    if (told.length === segments.length && matchStart(rule.resource, told) !== null) return path
    if (id !== null) return filledPath(rule.resource, new Map([...values, [last, id]]))
  }
  return null
}

/** The path of the resource that a request made, or that it was sent to; null: to none of the kind. */
export function resourcePath(rule: ResourceRule, reading: Reading): string | null {
  const made = madePath(rule, reading)
  if (made !== null) return made
  const { length } = rule.resource.segments
  return matchStart(rule.resource, reading.segments) === null ? null : reading.paths[length - 1]!
}

/** The same request once more is spoken of where anything of its kind is needed in between. */
export function isSpokenOf(mark: ClearMark, reading: Reading): boolean {
  if (matchRequest(mark.rule.by, reading) !== null) return mark.isNeeded
  const path = resourcePath(mark.rule, reading)!
  const { segments } = mark.rule.resource
  const [own = '', before] = path
    .slice(1)
    .split('/')
    .slice(0, segments.lastIndexOf(null) + 1)
    .reverse()
  const others = reading.othersOf(own).flatMap((other) => namesOf(other, before))
  return [path, ...wordsOfPath(path, segments), ...others].some((word) => mark.spoken.has(word))
}

/** Whether it made the resource that a later one cancels. */
export function isMaking(mark: CancelMark, reading: Reading): boolean {
  if (!reading.paths.includes(mark.path)) return madePath(mark.rule, reading) === mark.path
  return reading.entry.status === 201 && mayMake(mark, reading)
}

/** Whether it put something there. */
export function mayMake({ rule, path }: CancelMark, reading: Reading): boolean {
  const isPut = reading.method === 'PUT' && reading.paths.at(-1) === path
  return isPut || madePath(rule, reading) === path
}

/** How the last segment that a template captures may be called; by default the last of all. */
export function wordsOfPath(path: string, template?: readonly (string | null)[]): string[] {
  const segments = path.slice(1).split('/')
  const last = template === undefined ? segments.length - 1 : template.lastIndexOf(null)
  return last === -1 ? [] : namesOf(segments[last]!, segments[last - 1])
}
