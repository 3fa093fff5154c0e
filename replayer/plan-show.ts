import { A_SECRET } from './compare/difference.ts'
import type { EntrySummary } from '../journal/entry.ts'
import type { Explanation, Neighbour } from './order/explain.ts'
import type { GraphFigures } from './order/graph.ts'
import type { OrderedEntry } from './order/reading.ts'
import type { OrderRules } from './order/schedule.ts'
import type { Reason, Waiting } from './order/waits.ts'
import { counted, entriesTable, isoTime, wordOf } from './show.ts'
import { clip, printable, type Column, type TableWidths } from './table.ts'

// The order of a plan as text for a terminal.

/** Entries in their order, and whom each waits for. */
export function orderTable(rows: readonly OrderedEntry[], widths: TableWidths): string {
  const waitsFor: Column<EntrySummary & { waiting: Waiting }> = {
    title: 'waits for',
    value: ({ waiting }) => waitingWords(waiting),
  }
  return entriesTable(
    rows.map(({ entry, waiting }) => ({ ...entry, waiting })),
    widths,
    [waitsFor],
  )
}

/** `12, 9 (value), 7, 17 more` */
function waitingWords({ direct, more }: Waiting): string {
  const shown = direct.slice(0, MOST_IN_A_CELL)
  const rest = direct.length - shown.length + more
  const words = shown.map(({ entry, reason }) => `${entry.id}${NOTES[reason.kind]}`)
  return [...words, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

const MOST_IN_A_CELL = 3
const NOTES = { answered: '', value: ' (value)', end: ' (end)', clocks: ' (clocks)' } as const

/** The order in figures, a line each. */
export function figuresLines(figures: GraphFigures, rules: OrderRules): string {
  const { entries, chain, widest, lanes, kept } = figures
  const more = figures.are === 'least' ? 'at least ' : ''
  const wide = widest === rules.window ? `${widest} or more` : String(widest)
  const lines = [
    counted(entries, 'entry', 'entries'),
    `longest chain: ${more}${chain}`,
    `widest moment: ${wide} side by side`,
    rules.concurrency === 1 ? 'sent one at a time' : `sent at once: up to ${rules.concurrency}`,
    ...(lanes > 0 ? [`lanes: ${more}${lanes}`] : []),
    ...(kept.count > 0 ? [`kept across lanes: ${more}${kept.count}`] : []),
    ...kept.examples.map(
      ({ entry, lane, waitsFor, itsLane, value, by }) =>
        `  ${entry} (${lane}) waits for ${waitsFor} (${itsLane}), which ${BY[by]} ${value ?? A_SECRET}`,
    ),
  ]
  return linesOf(lines)
}

const BY = { bringing: 'brought', using: 'used' } as const

/** All about one entry of a plan. */
export function explanationLines(explanation: Explanation, rules: OrderRules): string {
  const { entry, leftOut, stays, placed, previous, waitsFor, waitedForBy } = explanation
  const answer = entry.status === null ? 'no answer' : `answered ${entry.status}`
  const lines = [
    `entry ${entry.id}: ${entry.method} ${entry.target}`,
    `  recorded: ${wordOf(entry.verdict)}, ${answer}`,
    `  arrived:  ${isoTime(entry.arrivedAt)}`,
    ...(entry.answeredAt === null ? [] : [`  answered: ${isoTime(entry.answeredAt)}`]),
    ...(leftOut.length === 0
      ? [`  it is sent${stays === null ? '' : `, though a rule is about it: ${stays}`}`]
      : ['  it is not sent:', ...leftOut.map((why) => `    ${why}`)]),
  ]
  if (placed === null) return linesOf(lines)
  lines.push(`  clock: ${placed.clock}`)
  if (placed.lane !== null) lines.push(`  lane: ${placed.lane}`)
  if (rules.concurrency === 1) {
    const after = previous === null ? 'first' : `after entry ${previous.id}`
    lines.push(`  sent one at a time, this one ${after}`)
  }
  lines.push(...neighbourLines('it waits for', 'it waits for none', waitsFor, rules))
  lines.push(...neighbourLines('waiting for it', 'none waits for it', waitedForBy, rules))
  return linesOf(lines)
}

function neighbourLines(
  title: string,
  none: string,
  neighbours: readonly Neighbour[],
  rules: OrderRules,
): string[] {
  if (neighbours.length === 0) return [`  ${none}`]
  const shown = neighbours.slice(0, MOST_NEIGHBOURS)
  const rest = neighbours.length - shown.length
  return [
    `  ${title}:`,
    ...shown.flatMap(({ entry, reason }) => [
      `    entry ${entry.id}: ${entry.method} ${clip(entry.target, 100)}`,
      `      ${reasonWords(reason, rules)}`,
    ]),
    ...(rest > 0 ? [`    ${rest} more`] : []),
  ]
}

const MOST_NEIGHBOURS = 20

/** Why the later one of two entries waits for the earlier one. */
export function reasonWords(reason: Reason, { tolerance }: Pick<OrderRules, 'tolerance'>): string {
  switch (reason.kind) {
    case 'value':
      return `the later one uses what the earlier one's answer brought: ${reason.value ?? A_SECRET}`
    case 'end':
      return `the later one ends what the earlier one uses: ${reason.value ?? A_SECRET}`
    case 'clocks':
      return `they may not have overlapped: clocks of two hosts, ${tolerance / 1000} ms`
    case 'answered':
      return `the earlier one had been answered before the later one arrived${LANES[reason.lanes]}`
  }
}

const LANES = { none: '', same: ', in the same lane', one: '; one of them has no lane' } as const

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('')
}
