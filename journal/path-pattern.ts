// Patterns over the path of a request target, as settings and filters write them:
//
//   /api/login        that path and no other
//   /api/internal/*   all that begins so: a single `*`, at the end
//   /api/internal/    the same
//   /api/*/state      glob: `*` within a segment, `**` over several, `?` one character
//
// Only the path is compared, as it was received: percent-encoding is not undone.

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
  const regex = new RegExp(patterns.map((pattern) => `(?:${pattern.regex})`).join('|'), 's')
  return (path) => regex.test(path)
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
