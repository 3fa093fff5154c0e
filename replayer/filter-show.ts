// A filter as a run or a deed keeps it (journal/filter.ts: describeFilter), in words for people.

type Described = Readonly<Record<string, unknown>>

/** Parts in the order in which they are told; null: it is said elsewhere, or says nothing by itself. */
const PARTS: Readonly<Record<string, ((value: unknown, whole: Described) => string) | null>> = {
  verdicts: (value) => listOf(value).join(', ').replaceAll('_', ' '),
  ids: idsWords,
  idFrom: (from, { idTo }) => {
    if (idTo === undefined) return `from id ${Number(from)}`
    return from === idTo ? `entry ${Number(from)}` : `ids ${Number(from)} to ${Number(idTo)}`
  },
  idTo: (to, { idFrom }) => (idFrom === undefined ? `up to id ${Number(to)}` : ''),
  methods: (value) => listOf(value).join(', '),
  paths: (value) => listOf(value).join(', '),
  excludedPaths: (value) => `not ${listOf(value).join(', ')}`,
  statuses: (value) => `status ${listOf(value).map(statusWord).join(', ')}`,
  labels: (value) => `label ${listOf(value).join(', ')}`,
  users: (value) => `user ${listOf(value).join(', ')}`,
  clients: (value) => `client ${listOf(value).join(', ')}`,
  text: (value) => `with ${JSON.stringify(value)}`,
  since: (value) => `since ${momentWord(value)}`,
  until: (value) => `until ${momentWord(value)}`,
  settled: (value) => (value === 'yes' ? 'settled' : ''),
  upTo: (value) => `and at last entry ${Number(value)}`,
  ...{ stream: null, context: null, before: null, after: null },
}

/** `applied; POST, PUT; /api/*; up to id 4711` */
export function filterWords(described: Described): string {
  const known = Object.keys(PARTS).filter((name) => described[name] !== undefined)
  const unknown = Object.keys(described).filter((name) => !Object.hasOwn(PARTS, name))
  const words = [
    ...known.map((name) => PARTS[name]?.(described[name], described) ?? ''),
    ...unknown.map((name) => `${name} ${JSON.stringify(described[name])}`),
  ]
  return words.filter((word) => word !== '').join('; ') || 'everything'
}

/** As many as are told one by one. */
const MOST_IDS = 6

function idsWords(value: unknown): string {
  const ids = listOf(value)
  if (ids.length <= MOST_IDS) return `${ids.length === 1 ? 'entry' : 'entries'} ${ids.join(', ')}`
  const numbers = ids.map(Number)
  return `${ids.length} entries of ${Math.min(...numbers)} to ${Math.max(...numbers)}`
}

/** `5xx` of `500-599`, `404` of `404-404`. */
function statusWord(range: string): string {
  const [from, to] = range.split('-')
  if (from === to) return from!
  return from?.endsWith('00') === true && to === `${from[0]}99` ? `${from[0]}xx` : range
}

function momentWord(value: unknown): string {
  const at = new Date(Number(value) / 1000)
  return Number.isNaN(at.getTime()) ? String(value) : at.toISOString()
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String)
}
