import type { StreamSummary } from '../journal/contract.ts'
import type { Micros } from '../journal/entry.ts'
import type { JournalSize, RecorderStanding } from '../journal/standing.ts'
import type { Timeline } from '../journal/timeline.ts'
import { isoTime } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// How things stand, and how much came when, as text for a terminal.

const RECORDERS: readonly Column<RecorderStanding>[] = [
  { title: 'state', value: ({ state }) => state },
  { title: 'stream', value: ({ stream }) => stream },
  { title: 'recorder', value: ({ id }) => id },
  { title: 'host', value: ({ host, pid }) => `${host} ${pid}` },
  { title: 'lease until', value: ({ leaseUntil }) => timeOrDash(leaseUntil) },
  { title: 'latest entry', value: ({ latestAt }) => timeOrDash(latestAt) },
  { title: 'numbers', value: ({ lastNumber }) => String(lastNumber), align: 'right' },
  { title: 'in spool', value: ({ spooledRecords }) => String(spooledRecords), align: 'right' },
  { title: 'mode', value: ({ durability }) => durability },
]

const STREAMS: readonly Column<StreamSummary>[] = [
  { title: 'stream', value: ({ stream }) => stream },
  { title: 'entries', value: ({ entries }) => String(entries), align: 'right' },
  { title: 'to settle', value: ({ unsettled }) => String(unsettled), align: 'right' },
  { title: 'oldest', value: ({ firstAt }) => timeOrDash(firstAt) },
  { title: 'newest', value: ({ lastAt }) => timeOrDash(lastAt) },
]

const WEEKS: readonly Column<JournalSize['weeks'][number]>[] = [
  { title: 'week from', value: ({ since }) => isoTime(since).slice(0, 10) },
  { title: 'MB', value: ({ bytes }) => megabytes(bytes), align: 'right' },
]

export interface Standings {
  recorders: readonly RecorderStanding[]
  streams: readonly StreamSummary[]
  size: JournalSize
}

export function standingText({ recorders, streams, size }: Standings, widths: TableWidths): string {
  const all = [
    ...tableLines(RECORDERS, recorders, widths),
    '',
    ...tableLines(STREAMS, streams, widths),
    '',
    ...tableLines(WEEKS, size.weeks, widths),
    `the journal takes ${megabytes(size.bytes)} MB, indexes included`,
  ]
  return all.map((line) => `${line}\n`).join('')
}

const VERDICTS = ['applied', 'failed', 'in_doubt', 'context'] as const

/** A line a span, from the first one that has something to the last. */
export function timelineText({ since, step, spans }: Timeline, widths: TableWidths): string {
  const rows = spans.map((counts, i) => ({ at: since + i * step, counts }))
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'from', value: ({ at }) => isoTime(at) },
    ...VERDICTS.map((verdict) => ({
      title: verdict.replace('_', ' '),
      value: ({ counts }: (typeof rows)[number]) => String(counts[verdict] ?? 0),
      align: 'right' as const,
    })),
  ]
  return tableLines(columns, rows, widths)
    .map((line) => `${line}\n`)
    .join('')
}

function timeOrDash(at: Micros | null): string {
  return at === null ? '-' : isoTime(at)
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}
