import type { Entry, EntrySummary, Micros } from '../journal/entry.ts'
import type { RunSummary } from './run.ts'
import type { Plan } from './plan.ts'
import { clip, printable, tableLines, type Column } from './table.ts'

// Entries, plans and runs as text for a terminal.

const COLUMNS: readonly Column<EntrySummary>[] = [
  { title: 'id', value: (entry) => String(entry.id), align: 'right' },
  { title: 'arrived', value: (entry) => isoTime(entry.arrivedAt) },
  { title: 'method', value: (entry) => entry.method },
  { title: 'target', value: (entry) => entry.target },
  { title: 'type', value: (entry) => entry.contentType ?? '' },
  { title: 'bytes', value: (entry) => String(entry.requestLength), align: 'right' },
  { title: 'status', value: (entry) => String(entry.status ?? '-'), align: 'right' },
  { title: 'verdict', value: (entry) => entry.verdict },
  { title: 'user', value: (entry) => entry.sender.user ?? '' },
  { title: 'label', value: (entry) => entry.label ?? '' },
]

/** A table of entries; columns that are empty in all of them are left out. */
export function entriesTable(entries: readonly EntrySummary[], maxColumnWidth: number): string {
  const columns = COLUMNS.filter(({ value }) => entries.some((entry) => value(entry) !== ''))
  return `${tableLines(columns, entries, maxColumnWidth).join('\n')}\n`
}

/** One entry, as somebody who is asked about it wants to see it. */
export function entryDetails(entry: Entry, maxColumnWidth: number): string {
  const rows: [string, string][] = [
    [
      'entry',
      `${entry.id} of ${entry.stream}, ${entry.verdict}, arrived ${isoTime(entry.arrivedAt)}`,
    ],
    ['request', `${entry.method} ${entry.target}`],
    ['type', entry.contentType ?? '-'],
    ['body', bodyPreview(entry)],
    ['recorded answer', entry.status === null ? '-' : `${entry.status} ${entry.reason ?? ''}`],
    [
      'sent by',
      [entry.sender.user, entry.sender.address, entry.sender.agent].filter(Boolean).join(', '),
    ],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(
      ([name, text]) => `  ${name.padEnd(width)}  ${clip(printable(text), maxColumnWidth * 2)}\n`,
    )
    .join('')
}

/** What a plan sends and leaves out, in a line. */
export function planLine(plan: Plan): string {
  const left = Object.entries(plan.leftOut).map(
    ([verdict, n]) => `${n} ${verdict.replace('_', ' ')}`,
  )
  const rest = left.length === 0 ? '' : `; left out: ${left.join(', ')}`
  return `${plan.planned} ${plan.planned === 1 ? 'entry' : 'entries'} of stream ${plan.stream}${rest}\n`
}

/** How a run ended: counts, and what stopped it. */
export function runLines(summary: RunSummary): string {
  const { same = 0, differs = 0, failed = 0, skipped = 0, in_doubt: doubt = 0 } = summary.outcomes
  const sent = same + differs + failed + doubt
  const lines = [
    `run ${summary.run} ${summary.state}: ${sent} of ${summary.planned} sent to ${summary.target}`,
    `  as recorded ${same}, different ${differs}, failed ${failed}, in doubt ${doubt}, declined ${skipped}, not reached ${summary.planned - sent - skipped}`,
  ]
  if (summary.stoppedBy !== null) {
    const { entry, result } = summary.stoppedBy
    lines.push(
      `  stopped by entry ${entry.id}: ${printable(`${entry.method} ${entry.target}`)}: ${result.detail}`,
    )
    const body = result.answer?.body.toString('utf8') ?? ''
    if (body !== '') lines.push(`  what came back: ${clip(printable(body), 300)}`)
  }
  return `${lines.join('\n')}\n`
}

/** UTC, to the millisecond. */
export function isoTime(at: Micros): string {
  return new Date(at / 1000).toISOString().replace('T', ' ')
}

function bodyPreview(entry: Entry): string {
  if (entry.requestLength === 0) return '-'
  const start = entry.requestBody.subarray(0, 2000)
  const isText = !/[\u0000-\u0008\u000e-\u001f]/.test(start.toString('latin1'))
  return isText ? start.toString('utf8') : `${entry.requestLength} bytes, binary`
}
