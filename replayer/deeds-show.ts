import type { Action, Deed } from '../journal/deed.ts'
import { filterWords } from './filter-show.ts'
import { counted, isoTime } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// The audit trail as text for a terminal.

const COLUMNS: readonly Column<Deed>[] = [
  { title: 'id', value: ({ id }) => String(id), align: 'right' },
  { title: 'when', value: ({ at }) => isoTime(at) },
  { title: 'who', value: ({ who }) => who ?? '-' },
  { title: 'role', value: ({ role }) => role ?? '-' },
  { title: 'means', value: ({ means }) => means },
  { title: 'from', value: ({ address }) => address ?? '-' },
  { title: 'deed', value: ({ action }) => action },
  { title: 'stream', value: ({ stream }) => stream ?? '-' },
  { title: 'detail', value: deedWords },
]

export function deedsTable(deeds: readonly Deed[], widths: TableWidths): string {
  return `${tableLines(COLUMNS, deeds, widths).join('\n')}\n`
}

type Detail = Deed['detail']
/** What a detail says under a name; null: nothing, or no word and no number. */
type Said = (name: string) => string | null

const ofRun = (said: Said) => said('run') && `run ${said('run')}`

/** By what was done, the words for its detail; null: part by part, as it was noted. */
const WORDS: Readonly<Record<Action, (said: Said, detail: Detail) => string | null>> = {
  replay: (said) => {
    const last = said('up_to') === null ? '' : `, the last one entry ${said('up_to')}`
    const resumed = said('resumed') === null ? '' : `, run ${said('resumed')} resumed`
    return (
      said('target') && `${said('planned') ?? '?'} planned to ${said('target')}${last}${resumed}`
    )
  },
  pause: ofRun,
  continue: ofRun,
  stop: ofRun,
  settle: (said, detail) => {
    if (said('entries') === null) return null
    const entries = counted(Number(said('entries')), 'entry', 'entries')
    const as = said('settlement')?.replace('_', ' ') ?? 'taken back'
    const by = said('by') === null ? '' : `, by ${said('by')}`
    return `${entries} ${as}${by}${selected(detail)}`
  },
  label: (said, detail) => {
    const label = said('label')
    const of = filterWords(filterIn(detail))
    return label === null ? `taken from ${of}` : `'${label}' to ${of}`
  },
  clear: () => 'every entry, run and attempt removed',
  export: (said, detail) => said('file') && `to ${said('file')}${selected(detail)}`,
  import: (said) => said('file') && `from ${said('file')}`,
  lose: (said) => said('epoch') && `life ${said('epoch')} is over: ${said('why') ?? '?'}`,
  restore: (said) => said('epoch') && `life ${said('epoch')}`,
  open: (said) => said('epoch') && `clients let in, in life ${said('epoch')}`,
  set_checkpoint: (said) =>
    said('entry') && `at entry ${said('entry')}${said('note') === null ? '' : `: ${said('note')}`}`,
  remove_checkpoint: (said) =>
    said('number') && `checkpoint ${said('number')}, at entry ${said('entry') ?? '?'}`,
  verify_rules: (said) => {
    const state = said('outcome') === 'restored' ? 'the same state' : 'another state'
    const runs = `run ${said('compactRun') ?? '?'}, against run ${said('wholeRun') ?? '?'}`
    return said('digest') && `${state} by the rules ${said('digest')!.slice(0, 12)}: ${runs}`
  },
  keep_state: (said) =>
    said('target') && `${said('answers') ?? '?'} answers of ${said('target')} kept`,
  show_secrets: (said) => {
    const body = said('what')?.endsWith(' body') === true ? `${said('what')} of ` : ''
    return said('entry') && `${body}entry ${said('entry')}`
  },
  rotate_keys: () => null,
  reseal: (said) => said('key') && `with the key ${said('key')}`,
  sign_in: () => null,
  sign_out: () => null,
  refused: (said) => said('asked'),
}

/** What was done, as its detail tells. */
export function deedWords({ action, detail }: Pick<Deed, 'action' | 'detail'>): string {
  const said = (name: string) => {
    const value = detail[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  return WORDS[action](said, detail) ?? partsOf(detail)
}

function partsOf(detail: Detail): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return `${name.replaceAll('_', ' ')} ${text}`
    })
    .join(', ')
}

/** What narrowed it, where something did. */
function selected(detail: Detail): string {
  const filter = filterIn(detail)
  return Object.keys(filter).length === 0 ? '' : ` (${filterWords(filter)})`
}

function filterIn({ filter }: Detail): Record<string, unknown> {
  return typeof filter === 'object' && filter !== null ? { ...filter } : {}
}
