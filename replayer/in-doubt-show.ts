import type { EntrySummary, Settlement } from '../journal/entry.ts'
import type { Probed } from './probe.ts'
import { isoTime } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// Entries in doubt, and what probes said of them, as text for a terminal.

const REQUEST: readonly Column<EntrySummary>[] = [
  { title: 'id', value: ({ id }) => String(id), align: 'right' },
  { title: 'arrived', value: ({ arrivedAt }) => isoTime(arrivedAt) },
  { title: 'method', value: ({ method }) => method },
  { title: 'target', value: ({ target }) => target },
]

const DOUBTS: readonly Column<EntrySummary>[] = [
  ...REQUEST,
  { title: 'cause', value: ({ cause }) => causeWords(cause) },
  { title: 'delivered', value: deliveryWords },
  { title: 'settled', value: settlementWords },
]

export function doubtsTable(entries: readonly EntrySummary[], widths: TableWidths): string {
  const columns = DOUBTS.filter(({ value }) => entries.some((entry) => value(entry) !== ''))
  return `${tableLines(columns, entries, widths).join('\n')}\n`
}

const PROBES: readonly Column<Probed>[] = [
  ...REQUEST.filter(({ title }) => title !== 'arrived').map((column) => ({
    ...column,
    value: ({ entry }: Probed) => column.value(entry),
  })),
  { title: 'asked', value: ({ path }) => (path === null ? '-' : `GET ${path}`) },
  { title: 'answer', value: ({ status }) => String(status ?? '-'), align: 'right' },
  { title: 'outcome', value: ({ outcome }) => outcome.replace('_', ' ') },
  { title: 'why', value: ({ why }) => why },
]

export function probesTable(probes: readonly Probed[], widths: TableWidths): string {
  return `${tableLines(PROBES, probes, widths).join('\n')}\n`
}

/** The codes of proxy/policy.ts and of a recorder that died. */
const CAUSES: Readonly<Record<string, string>> = {
  upstream_timeout: 'no answer in time',
  upstream_reset: 'upstream broke off',
  client_gone: 'client left',
  recorder_lost: 'recorder died',
  grpc_undecided: 'gRPC left it open',
  answer_missing: 'no answer in the file',
}

function causeWords(cause: string | null): string {
  return cause === null ? '' : (CAUSES[cause] ?? cause)
}

/** What the upstream may have had of the request. */
function deliveryWords({ delivery }: EntrySummary): string {
  if (delivery === null) return ''
  return { part: 'a part', whole: 'the whole', unknown: 'none, a part or the whole' }[delivery]
}

function settlementWords({ settled, settledBy, settledAt }: EntrySummary): string {
  if (settled === null) return ''
  const when = settledAt === null ? '' : ` at ${isoTime(settledAt)}`
  return `${settlementWord(settled)} (${settledBy ?? 'unknown'}${when})`
}

export function settlementWord(settlement: Settlement): string {
  return settlement.replace('_', ' ')
}
