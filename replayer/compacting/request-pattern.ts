// Requests as rules of compaction write them:
//
//   PUT /things/:id            that method, that path; :id is any one segment, and the same everywhere in a rule
//   PUT|PATCH /things/:id      any of these methods
//   * /things/:id/tags         any method
//   POST /search?*             with any query; without ?* only what has none
//
// Segments are compared as they were received: percent-encoding is not undone.

export interface RequestPattern {
  /** Null: any. */
  methods: readonly string[] | null
  path: PathTemplate
  query: 'none' | 'any'
}

export interface PathTemplate {
  /** Null: any one segment, captured. */
  segments: readonly (string | null)[]
  /** What is captured, in order. */
  names: readonly string[]
}

/** What a request asks for, without its values. */
export interface Asked {
  method: string
  segments: readonly string[]
  query: 'none' | 'some'
}

/** Throws a RangeError that says what was expected. */
export function parseRequest(text: string): RequestPattern {
  const [, methods, path, query] =
    /^(\*|[A-Z][A-Z-]*(?:\|[A-Z][A-Z-]*)*) (\S+?)(\?\*)?$/.exec(text) ?? []
  if (methods === undefined || path === undefined) {
    throw new RangeError(`expected a method and a path such as PUT /things/:id, got '${text}'`)
  }
  return {
    methods: methods === '*' ? null : [...new Set(methods.split('|'))].sort(),
    path: parsePath(path),
    query: query === undefined ? 'none' : 'any',
  }
}

/** Throws a RangeError that says what was expected. */
export function parsePath(text: string): PathTemplate {
  if (!/^(\/(:[A-Za-z0-9_]+|[^/\s:?#*,]+))+$/.test(text)) {
    throw new RangeError(`expected a path such as /things/:id, got '${text}'`)
  }
  const segments = text.slice(1).split('/')
  const names = segments.filter((segment) => segment.startsWith(':')).map((name) => name.slice(1))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`:${twice} stands twice in ${text}`)
  return { segments: segments.map((one) => (one.startsWith(':') ? null : one)), names }
}

/** The path with other names. */
export function pathText(
  { segments, names }: PathTemplate,
  nameOf: (name: string) => string,
): string {
  let next = 0
  return segments.map((one) => `/${one ?? `:${nameOf(names[next++]!)}`}`).join('')
}

/** The path with values in the place of its captures. */
export function filledPath(
  { segments, names }: PathTemplate,
  values: ReadonlyMap<string, string>,
): string {
  let next = 0
  return segments.map((one) => `/${one ?? values.get(names[next++]!)!}`).join('')
}

export function requestText(
  { methods, path, query }: RequestPattern,
  nameOf: (name: string) => string,
): string {
  const any = query === 'any' ? '?*' : ''
  return `${methods === null ? '*' : methods.join('|')} ${pathText(path, nameOf)}${any}`
}

/** What is captured of a request, in the order of the names; null: it is another one. */
export function matchRequest(pattern: RequestPattern, asked: Asked): string[] | null {
  if (pattern.methods !== null && !pattern.methods.includes(asked.method)) return null
  if (pattern.query === 'none' && asked.query === 'some') return null
  const isLong = asked.segments.length === pattern.path.segments.length
  return isLong ? matchStart(pattern.path, asked.segments) : null
}

/** What is captured of the first segments, whatever comes behind them; null: they are others. */
export function matchStart({ segments }: PathTemplate, path: readonly string[]): string[] | null {
  if (path.length < segments.length) return null
  const captured: string[] = []
  for (const [i, expected] of segments.entries()) {
    const segment = path[i]!
    if (expected === null && segment !== '') captured.push(segment)
    else if (segment !== expected) return null
  }
  return captured
}
