import type { JournalReader } from '../journal/contract.ts'
import { VERDICTS, type Verdict } from '../journal/entry.ts'
import { parseStatusRange, type EntryFilter } from '../journal/filter.ts'
import { parsePathPattern } from '../journal/path-pattern.ts'
import { askText, choose, tell, type Terminal } from './prompt.ts'
import { counted, leftOutWords } from './show.ts'

/** Narrows the selection part by part; every question shows how many entries match so far. */
export async function askFilter(
  journal: JournalReader,
  stream: string,
  start: EntryFilter,
  terminal: Terminal,
): Promise<EntryFilter | null> {
  let filter = start
  for (;;) {
    const { planned, words } = await matching(journal, { ...filter, stream })
    const part = await choose<Part | 'go' | 'reset'>(
      `Which entries? ${words}`,
      [
        { value: 'go', label: 'go on with these' },
        ...PARTS.map((value) => ({
          value,
          label: `${TITLES[value].padEnd(18)} ${said(value, filter)}`,
        })),
        { value: 'reset', label: 'take all filters away' },
      ],
      terminal,
    )
    if (part === null) return null
    if (part === 'go' && planned > 0) return filter
    if (part === 'go')
      await tell('Nothing matches: widen the filters, or leave with Ctrl-C.', terminal)
    else if (part === 'reset') filter = {}
    else {
      const changed = await askPart(part, filter, terminal)
      if (changed === null) return null
      filter = changed
    }
  }
}

const PARTS = [
  'methods',
  'paths',
  'excludedPaths',
  'statuses',
  'ids',
  'labels',
  'verdicts',
] as const
type Part = (typeof PARTS)[number]

const TITLES: Record<Part, string> = {
  methods: 'methods',
  paths: 'paths',
  excludedPaths: 'paths to leave out',
  statuses: 'recorded statuses',
  ids: 'ids',
  labels: 'labels',
  verdicts: 'verdicts',
}

const EXPECTED: Record<Part, string> = {
  methods: 'such as POST PUT',
  paths: 'such as /exact /prefix/* /api/*/state',
  excludedPaths: 'such as /exact /prefix/* /api/*/state',
  statuses: 'such as 201 5xx 400-499',
  ids: 'such as 12-40, 12- or 12',
  labels: 'with a space between',
  verdicts: `among ${VERDICTS.join(' ')}`,
}

/** How many would be sent, and what not, as `makePlan` will say. */
async function matching(journal: JournalReader, filter: EntryFilter) {
  const { verdicts = ['applied', 'in_doubt'], ...rest } = filter
  const counts = await journal.count(rest)
  const entries = Object.entries(counts) as [Verdict, number][]
  const planned = entries.reduce((sum, [one, n]) => (verdicts.includes(one) ? sum + n : sum), 0)
  const left = leftOutWords(
    Object.fromEntries(entries.filter(([verdict]) => !verdicts.includes(verdict))),
  )
  const doubtful = verdicts.includes('in_doubt') ? (counts.in_doubt ?? 0) : 0
  const words = [
    `${counted(planned, 'matches', 'match')}${doubtful > 0 ? ` (${doubtful} in doubt)` : ''}`,
    ...(left === '' ? [] : [`left out: ${left}`]),
  ].join('; ')
  return { planned, words }
}

/** The part as somebody would type it; empty where it narrows nothing. */
function typed(part: Part, filter: EntryFilter): string {
  switch (part) {
    case 'paths':
    case 'excludedPaths':
      return (filter[part] ?? []).map(({ text }) => text).join(' ')
    case 'statuses':
      return (filter.statuses ?? [])
        .map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`))
        .join(' ')
    case 'ids': {
      const { idFrom, idTo } = filter
      if (idFrom === undefined && idTo === undefined) return ''
      return `${idFrom ?? 1}-${idTo ?? ''}`
    }
    case 'methods':
    case 'labels':
    case 'verdicts':
      return (filter[part] ?? []).join(' ')
  }
}

function said(part: Part, filter: EntryFilter): string {
  const none = { verdicts: 'applied', excludedPaths: 'none' }
  return typed(part, filter) || (none[part as keyof typeof none] ?? 'all')
}

/** The filter with that part anew; nothing typed takes the part away. */
async function askPart(
  part: Part,
  filter: EntryFilter,
  terminal: Terminal,
): Promise<EntryFilter | null> {
  const question = `${capitalized(TITLES[part])}, ${EXPECTED[part]} (empty: ${said(part, {})})`
  const given = await askText(
    question,
    typed(part, filter),
    (text) => parsePart(part, text),
    terminal,
  )
  if (given === null) return null
  const rest = Object.entries(filter).filter(([name]) =>
    part === 'ids' ? name !== 'idFrom' && name !== 'idTo' : name !== part,
  )
  return { ...Object.fromEntries(rest), ...given }
}

function parsePart(part: Part, text: string): EntryFilter {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0) return {}
  switch (part) {
    case 'methods':
      return { methods: words.map((word) => word.toUpperCase()) }
    case 'paths':
    case 'excludedPaths':
      return { [part]: words.map(parsePathPattern) }
    case 'statuses':
      return { statuses: words.map(parseStatusRange) }
    case 'labels':
      return { labels: words }
    case 'verdicts':
      return { verdicts: words.map(parseVerdict) }
    case 'ids':
      return parseIds(text.trim())
  }
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}

function parseVerdict(word: string): Verdict {
  const verdict = VERDICTS.find((one) => one === word)
  if (verdict === undefined)
    throw new RangeError(`expected some of ${VERDICTS.join(', ')}, got '${word}'`)
  return verdict
}

function parseIds(text: string): EntryFilter {
  const match = /^(\d{1,15})(-(\d{1,15})?)?$/.exec(text.replaceAll(' ', ''))
  if (match === null) throw new RangeError(`expected ids ${EXPECTED.ids}`)
  const [, from, dash, to] = match
  if (dash === undefined) return { idFrom: Number(from), idTo: Number(from) }
  return { idFrom: Number(from), ...(to !== undefined && { idTo: Number(to) }) }
}
