// Patterns over the path of a request target, as settings and filters write them:
//
//   /api/login        that path and no other
//   /api/internal/*   all that begins so: a single `*`, at the end
//   /api/internal/    the same
//   /api/*/state      glob: `*` within a segment, `**` over several, `?` one character
//
// Only the path is compared, as it was received: percent-encoding is not undone.

import { globMatcher } from './glob.ts'

/** Of a pattern: what takes longer to compare than anybody waits is refused. */
const MOST_CHARACTERS = 500
const MOST_WILDCARDS = 16

export interface PathPattern {
  readonly text: string
  readonly kind: 'exact' | 'prefix' | 'glob'
  /** The same as a regular expression that PostgreSQL and JavaScript both read. */
  readonly regex: string
}

/** Throws a RangeError that says what was expected. */
export function parsePathPattern(text: string): PathPattern {
  if (!/^[/*]/.test(text) || /\s/.test(text)) {
    throw new RangeError(
      `expected a path that begins with / (exact, /prefix/* or glob), got '${text}'`,
    )
  }
  if (text.length > MOST_CHARACTERS) {
    throw new RangeError(`expected a path of at most ${MOST_CHARACTERS} characters`)
  }
  if ((text.match(/\*+|\?/g)?.length ?? 0) > MOST_WILDCARDS) {
    throw new RangeError(`expected at most ${MOST_WILDCARDS} wildcards in '${text}'`)
  }
  const stem = text.endsWith('*') && !text.endsWith('**') ? text.slice(0, -1) : text
  if (!/[*?]/.test(stem)) {
    if (stem !== text || (stem.endsWith('/') && stem !== '/')) {
      return { text, kind: 'prefix', regex: `^${escapeRegex(stem)}` }
    }
    return { text, kind: 'exact', regex: `^${escapeRegex(text)}$` }
  }
  return { text, kind: 'glob', regex: `^${globRegex(text)}$` }
}

/** A function that says whether a path matches any of the patterns. */
export function pathMatcher(patterns: readonly PathPattern[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false
  const plain = patterns.filter(({ kind }) => kind !== 'glob')
  const regex = new RegExp(plain.map((pattern) => `(?:${pattern.regex})`).join('|') || '(?!)', 's')
  const globs = patterns.filter(({ kind }) => kind === 'glob').map(({ text }) => globMatcher(text))
  return (path) => regex.test(path) || globs.some((matches) => matches(path))
}

function globRegex(glob: string): string {
  return glob.replaceAll(/\*\*+|\*|\?|[^*?]+/g, (part) => {
    if (part.startsWith('**')) return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return escapeRegex(part)
  })
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
