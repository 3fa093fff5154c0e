import { FILTERS, type Filter, type FilterName } from './filter.ts'

// The filter as somebody types it: `method:PUT status:5xx /api/* -/api/login "not found"`.
// The stream has a control of its own and is no part of it.

/** Words with their quotes: a name, a colon and a value, or a value alone. */
const WORD = /(?:([a-z_]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g

/** Of which one holds; of all others several do. */
const SINGLE: ReadonlySet<FilterName> = new Set<FilterName>([
  ...(['stream', 'settled', 'since', 'until', 'text'] as const),
])

const LISTS: ReadonlySet<FilterName> = new Set(FILTERS.filter((name) => !SINGLE.has(name)))

export function parseWords(typed: string): Filter {
  const filter: Partial<Record<FilterName, string>> = {}
  const add = (name: FilterName, value: string, between: string) => {
    const before = filter[name]
    filter[name] = before === undefined ? value : `${before}${between}${value}`
  }
  for (const [word, named, quoted, plain] of typed.matchAll(WORD)) {
    const name = FILTERS.find((one) => one === named && one !== 'stream')
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain!
    if (name === 'text') add('text', value, ' ')
    else if (name !== undefined && LISTS.has(name)) add(name, value, ',')
    else if (name !== undefined) filter[name] = value
    else if (named !== undefined) add('text', word, ' ')
    else if (quoted === undefined && value.startsWith('/')) add('path', value, ',')
    else if (quoted === undefined && value.startsWith('-/'))
      add('excluded_path', value.slice(1), ',')
    else add('text', value, ' ')
  }
  return filter
}

/** What parses to the filter. */
export function printWords(filter: Filter): string {
  const words = FILTERS.flatMap((name) => {
    const value = filter[name]
    if (value === undefined || name === 'stream') return []
    if (name === 'path' && isPlain(value) && value.startsWith('/')) return [value]
    if (name === 'excluded_path' && isPlain(value) && value.startsWith('/')) return [`-${value}`]
    if (name === 'text') return [quoted(value)]
    return [`${name}:${isPlain(value) ? value : quoted(value)}`]
  })
  return words.join(' ')
}

function isPlain(value: string): boolean {
  return /^[^\s"]+$/.test(value)
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}
