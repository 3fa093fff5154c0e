import { createHash } from 'node:crypto'
import {
  parsePath,
  parseRequest,
  pathText,
  requestText,
  type PathTemplate,
  type RequestPattern,
} from './request-pattern.ts'

// What supersedes what, a rule a line:
//
//   PUT /things/:id replaces PUT|PATCH /things/:id
//       so much of what was sent for this :id before makes no difference any more
//   DELETE /things/:id cancels /things/:id made by POST /things
//       neither what made it, nor what was sent to it and below it, nor the request itself
//   POST /things/clear clears /things/:id made by POST /things
//       the same for all of them; the request itself stays
//
// What `made by` names makes a resource whose path, or whose id, its answer tells. A PUT that was answered
// 201 makes the resource that it was sent to, without being named.

export interface ReplaceRule {
  kind: 'replaces'
  text: string
  by: RequestPattern
  what: readonly RequestPattern[]
}

export interface ResourceRule {
  kind: 'cancels' | 'clears'
  text: string
  by: RequestPattern
  resource: PathTemplate
  madeBy: readonly RequestPattern[]
}

export type CompactRule = ReplaceRule | ResourceRule

const FORM =
  'expected a rule such as ' +
  "'PUT /things/:id replaces PUT|PATCH /things/:id', " +
  "'DELETE /things/:id cancels /things/:id made by POST /things' or " +
  "'DELETE /things clears /things/:id made by POST /things'"

/** A rule in its normal form (`text`). Throws a RangeError that says what was expected. */
export function parseCompactRule(given: string): CompactRule {
  const words = given.trim().replaceAll(/\s+/g, ' ')
  const [, by, kind, what] = /^(\S+ \S+) (replaces|cancels|clears) (.+)$/.exec(words) ?? []
  if (by === undefined || what === undefined) throw new RangeError(`${FORM}, got '${given}'`)
  return kind === 'replaces'
    ? replaceRule(parseRequest(by), what)
    : resourceRule(kind as ResourceRule['kind'], parseRequest(by), what)
}

function replaceRule(by: RequestPattern, what: string): ReplaceRule {
  const patterns = what.split(/, ?/).map(parseRequest)
  for (const pattern of patterns) {
    const missing = differenceOf(by.path.names, pattern.path.names)
    const unknown = differenceOf(pattern.path.names, by.path.names)
    if (missing.length + unknown.length === 0) continue
    throw new RangeError(
      `what is replaced has the same captures as what replaces it: expected ${named(by.path.names)} ` +
        `in '${requestText(pattern, same)}'`,
    )
  }
  const nameOf = numbering(by.path.names)
  const list = [...new Set(patterns.map((one) => requestText(one, nameOf)))].sort().join(', ')
  return {
    kind: 'replaces',
    text: `${requestText(by, nameOf)} replaces ${list}`,
    by,
    what: patterns,
  }
}

function resourceRule(kind: ResourceRule['kind'], by: RequestPattern, what: string): ResourceRule {
  const [path = '', makers, ...more] = what.split(' made by ')
  if (more.length > 0)
    throw new RangeError(`expected one 'made by' with a list behind it, got '${what}'`)
  const resource = parsePath(path)
  const madeBy = makers === undefined ? [] : makers.split(/, ?/).map(parseRequest)
  const { names } = resource
  const own = differenceOf(by.path.names, names)
  const missing = kind === 'cancels' ? differenceOf(names, by.path.names) : []
  if (own.length + missing.length > 0) {
    throw new RangeError(
      kind === 'cancels'
        ? `what cancels a resource has its captures: expected ${named(names)} in '${requestText(by, same)}'`
        : `what clears resources has no captures but theirs: expected only ${named(names)}, got ${named(own)}`,
    )
  }
  for (const maker of madeBy) checkMaker(resource, maker)
  const nameOf = numbering(names)
  const list = [...new Set(madeBy.map((one) => requestText(one, nameOf)))].sort().join(', ')
  const made = list === '' ? '' : ` made by ${list}`
  const text = `${requestText(by, nameOf)} ${kind} ${pathText(resource, nameOf)}${made}`
  return { kind, text, by, resource, madeBy }
}

/** All but the last capture is told by the request; the last one by it, or by its answer. */
function checkMaker({ names }: PathTemplate, maker: RequestPattern): void {
  const unknown = differenceOf(maker.path.names, names)
  const untold = differenceOf(names, maker.path.names).filter((name) => name !== names.at(-1))
  if (unknown.length === 0 && untold.length === 0 && names.length > 0) return
  throw new RangeError(
    `what makes a resource has its captures but for the last one, which its answer tells: expected ` +
      `${named(names.slice(0, -1))} in '${requestText(maker, same)}'`,
  )
}

/** Rules in their normal form, each once, and a digest (SHA-256 in hex) of all of them. */
export function digestOf(rules: readonly Pick<CompactRule, 'text'>[]): {
  texts: string[]
  digest: string
} {
  const texts = [...new Set(rules.map(({ text }) => text))].sort()
  return { texts, digest: createHash('sha256').update(texts.join('\n')).digest('hex') }
}

/** Captures are called by their numbers: what somebody called them makes no other rule. */
function numbering(names: readonly string[]): (name: string) => string {
  return (name) => String(names.indexOf(name) + 1)
}

function same(name: string): string {
  return name
}

function differenceOf(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name))
}

function named(names: readonly string[]): string {
  return names.length === 0 ? 'no captures' : names.map((name) => `:${name}`).join(', ')
}
