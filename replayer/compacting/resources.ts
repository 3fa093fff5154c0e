import type { Entry } from '../../journal/entry.ts'
import type { CancelMark, ClearMark } from './marks.ts'
import { filledPath, matchRequest, matchStart } from './request-pattern.ts'
import type { ResourceRule } from './rules.ts'
import { madeOf, namesOf, type Traits } from './traits.ts'

// Which resource a request is about, as a rule sees it.

export function valuesBy(
  names: readonly string[],
  values: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(names.map((name, i) => [name, values[i]!]))
}

/** The path of the resource that a request made, by its answer; null: it made none of the kind. */
export function madePath(rule: ResourceRule, entry: Entry, traits: Traits): string | null {
  const { names, segments } = rule.resource
  for (const maker of rule.madeBy) {
    const captured = matchRequest(maker, traits)
    if (captured === null) continue
    const values = valuesBy(maker.path.names, captured)
    const last = names.at(-1)!
    if (values.has(last)) return filledPath(rule.resource, values)
    const { path = null, id = null } = madeOf(entry) ?? {}
    const told = path === null ? [] : path.slice(1).split('/')
    if (told.length === segments.length && matchStart(rule.resource, told) !== null) return path
    if (id !== null) return filledPath(rule.resource, new Map([...values, [last, id]]))
  }
  return null
}

/** The path of the resource that a request made, or that it was sent to; null: to none of the kind. */
export function resourcePath(rule: ResourceRule, entry: Entry, traits: Traits): string | null {
  const made = madePath(rule, entry, traits)
  if (made !== null) return made
  const { length } = rule.resource.segments
  return matchStart(rule.resource, traits.segments) === null ? null : traits.paths[length - 1]!
}

/** The same request once more is spoken of where anything of its kind is needed in between. */
export function isSpokenOf(mark: ClearMark, entry: Entry, traits: Traits): boolean {
  if (matchRequest(mark.rule.by, traits) !== null) return mark.isNeeded
  const path = resourcePath(mark.rule, entry, traits)!
  const names = wordsOfPath(path, mark.rule.resource.segments)
  return [path, ...names].some((word) => mark.spoken.has(word))
}

/** Whether it made the resource that a later one cancels. */
export function isMaking(mark: CancelMark, entry: Entry, traits: Traits): boolean {
  if (!traits.paths.includes(mark.path)) return madePath(mark.rule, entry, traits) === mark.path
  return entry.status === 201 && mayMake(mark, entry, traits)
}

/** Whether it put something there. */
export function mayMake({ rule, path }: CancelMark, entry: Entry, traits: Traits): boolean {
  const isPut = entry.method === 'PUT' && traits.paths.at(-1) === path
  return isPut || madePath(rule, entry, traits) === path
}

/** How the last segment that a template captures may be called; by default the last of all. */
export function wordsOfPath(path: string, template?: readonly (string | null)[]): string[] {
  const segments = path.slice(1).split('/')
  const last = template === undefined ? segments.length - 1 : template.lastIndexOf(null)
  return last === -1 ? [] : namesOf(segments[last]!, segments[last - 1])
}
