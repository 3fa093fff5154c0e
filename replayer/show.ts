import type { ClientForm } from '../journal/client-form.ts'
import type { AttemptOutcome } from '../journal/runs.ts'
import type { Entry, EntrySummary, Micros } from '../journal/entry.ts'
import type { FinishedAttempt, RunSummary } from './run.ts'
import type { Plan } from './plan.ts'
import {
  clip,
  printable,
  tableLines,
  tableWidth,
  wrap,
  type Column,
  type TableWidths,
} from './table.ts'

// Entries, plans and runs as text for a terminal.

const COLUMNS: readonly Column<EntrySummary>[] = [
  { title: 'id', value: (entry) => String(entry.id), align: 'right' },
  { title: 'arrived', value: (entry) => isoTime(entry.arrivedAt) },
  { title: 'method', value: (entry) => entry.method },
  { title: 'target', value: (entry) => entry.target },
  { title: 'type', value: (entry) => entry.contentType ?? '' },
  { title: 'bytes', value: (entry) => String(entry.requestLength), align: 'right' },
  { title: 'status', value: (entry) => String(entry.status ?? '-'), align: 'right' },
  { title: 'verdict', value: (entry) => wordOf(entry.verdict) },
  { title: 'user', value: (entry) => entry.sender.user ?? '' },
  { title: 'label', value: (entry) => entry.label ?? '' },
]

/**
 * A table of entries, with further columns; those that are empty in all of them are left out, and
 * some on a narrow line.
 */
export function entriesTable<T extends EntrySummary>(
  entries: readonly T[],
  widths: TableWidths,
  further: readonly Column<T>[] = [],
): string {
  const columns = [...COLUMNS, ...further].filter(({ value }) =>
    entries.some((entry) => value(entry) !== ''),
  )
  for (const title of DISPENSABLE) {
    if (tableWidth(columns, entries, READABLE) <= (widths.line ?? Infinity)) break
    const index = columns.findIndex((column) => column.title === title)
    if (index !== -1) columns.splice(index, 1)
  }
  return `${tableLines(columns, entries, widths).join('\n')}\n`
}

/** What gives way on a narrow terminal, in this order, so that the rest stays readable. */
const DISPENSABLE = ['type', 'verdict', 'user', 'label', 'arrived']
const READABLE = 30

const PREVIEW = ['id', 'method', 'target', 'bytes', 'status']

/** As `entriesTable`, with what fits beside a question. */
export function previewTable(entries: readonly EntrySummary[], widths: TableWidths): string {
  const columns = COLUMNS.filter(({ title }) => PREVIEW.includes(title))
  return tableLines(columns, entries, widths).join('\n')
}

/** One entry, as somebody who is asked about it wants to see it. */
export function entryDetails(entry: Entry, widths: TableWidths): string {
  const { user, address, agent } = entry.sender
  const answer = entry.status === null ? 'none' : `${entry.status} ${entry.reason ?? ''}`.trim()
  const rows: [string, string][] = [
    ['request', `${entry.method} ${entry.target}`],
    ['type', entry.contentType ?? ''],
    ['body', bodyPreview(entry)],
    ['client', clientWords(entry.clientForm)],
    ['recorded', `${answer} (${wordOf(entry.verdict)}) at ${isoTime(entry.arrivedAt)}`],
    ['from', [user, address, agent].filter(Boolean).join(', ')],
    ['label', entry.label ?? ''],
  ]
  const indent = 12
  const room = Math.max(20, (widths.line ?? Infinity) - indent)
  return rows
    .filter(([, text]) => text !== '')
    .flatMap(([name, text]) => {
      const lines = wrap(printable(text), Math.min(room, widths.column * 2), 4)
      return lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(indent - 2)}${line}\n`)
    })
    .join('')
}

/** What its client had said instead: `/things/1; if-match: "1"; 1 (body, at 7)`. */
function clientWords(form: ClientForm | null): string {
  if (form === null) return ''
  const said = (text: string | null) => text ?? '(secret)'
  return [
    ...(form.target === null ? [] : [form.target]),
    ...form.fields.map(({ name, value }) => `${name}: ${said(value)}`),
    ...form.body.map(({ offset, text }) => `${said(text)} (body, at ${offset})`),
    ...(form.omitted === undefined ? [] : [`${form.omitted} more (body)`]),
  ].join('; ')
}

/** What a plan sends, in a few words. */
export function planWords(plan: Plan): string {
  return `${counted(plan.planned, 'entry', 'entries')} of stream ${printable(plan.stream)}`
}

/** What a plan sends and leaves out, in a line. */
export function planLine(plan: Plan): string {
  const left = leftOutWords(plan.leftOut)
  const { stopsAt } = plan
  const stop =
    stopsAt === null
      ? ''
      : `  it stops before entry ${stopsAt.id}, which is in doubt: settle it (reprise in-doubt), ` +
        'or say --in-doubt skip or send\n'
  const compacted = plan.compaction?.left.size ?? 0
  const needless = compacted === 0 ? '' : `; left out because of later ones: ${compacted}`
  const behind = plan.behind === null ? '' : behindWords(plan.behind)
  const context = plan.context === 0 ? '' : `, and what they need of ${plan.context} of context`
  const verdicts = left === '' ? '' : `; left out: ${left}`
  return `${planWords(plan)}${behind}${context}${verdicts}${needless}\n${stop}`
}

function behindWords({ checkpoint, leftOut }: NonNullable<Plan['behind']>): string {
  return ` behind checkpoint ${checkpoint}, which leaves out ${leftOut}`
}

/** `3 failed, 1 in doubt`; empty for none. */
export function leftOutWords(leftOut: Plan['leftOut']): string {
  return Object.entries(leftOut)
    .map(([verdict, n]) => `${n} ${wordOf(verdict as keyof Plan['leftOut'])}`)
    .join(', ')
}

/** How a run ended: counts, and what stopped it. */
export function runLines(summary: RunSummary): string {
  const { outcomes, planned, sent, stoppedBy } = summary
  const lines = [
    `run ${summary.run} ${summary.state}: ${sent} of ${planned} sent to ${summary.target}`,
  ]
  const reached = Object.values(outcomes).reduce((sum, n) => sum + n, 0)
  const counts = [
    ...OUTCOMES.map(([outcome, words]) => [outcomes[outcome] ?? 0, words] as const),
    [planned - reached, 'not reached'] as const,
  ].filter(([n]) => n > 0)
  const width = Math.max(0, ...counts.map(([n]) => String(n).length))
  lines.push(...counts.map(([n, words]) => `  ${String(n).padStart(width)} ${words}`))
  if (stoppedBy !== null) {
    lines.push(`  stopped by ${attemptLine(stoppedBy)}`)
    const body = stoppedBy.result.answer?.body.toString('utf8') ?? ''
    if (body !== '') lines.push(`  what came back: ${clip(printable(body), 300)}`)
  }
  return `${lines.join('\n')}\n`
}

/** `entry 7: DELETE /things/3: answered 404, recorded 204` */
export function attemptLine({ entry, result }: FinishedAttempt): string {
  const request = clip(`${entry.method} ${entry.target}`, 200)
  return printable(`entry ${entry.id}: ${request}: ${result.detail ?? 'as recorded'}`)
}

const OUTCOMES: readonly (readonly [AttemptOutcome, string])[] = [
  ['same', 'as recorded'],
  ['differs', 'different'],
  ['failed', 'failed'],
  ['in_doubt', 'in doubt'],
  ['skipped', 'left out'],
]

/** UTC, to the millisecond. */
export function isoTime(at: Micros): string {
  return new Date(at / 1000).toISOString().replace('T', ' ')
}

/** `1 entry`, `2 entries`. */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`
}

export function wordOf(verdict: keyof Plan['leftOut']): string {
  return verdict === 'not_applied' ? 'settled as not applied' : verdict.replace('_', ' ')
}

function bodyPreview(entry: Entry): string {
  if (entry.requestLength === 0) return ''
  if (entry.requestBody.length === 0) return counted(entry.requestLength, 'byte', 'bytes')
  const start = entry.requestBody.subarray(0, 2000)
  const isText = !/[\u0000-\u0008\u000e-\u001f]/.test(start.toString('latin1'))
  const size = counted(entry.requestLength, 'byte', 'bytes')
  return isText ? start.toString('utf8') : `${size}, binary`
}
