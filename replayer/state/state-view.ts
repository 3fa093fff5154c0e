import type { StateSummary } from '../../journal/state.ts'
import { differenceLines, explainedWords } from '../compare/difference-view.ts'
import { counted, isoTime } from '../show.ts'
import { clip, printable, tableLines, type Column, type TableWidths } from '../table.ts'
import type { ProbeVerdict, StateOutcome } from './compare-state.ts'
import type { FailedProbe } from './take-state.ts'
import type { VerifiedState } from './verify-state.ts'

// Shots of the state and what came of comparing them, as text for a terminal.

const COLUMNS: readonly Column<StateSummary>[] = [
  { title: 'taken', value: ({ takenAt }) => isoTime(takenAt) },
  { title: 'probe', value: ({ probe }) => probe },
  { title: 'status', value: ({ status }) => String(status), align: 'right' },
  { title: 'bytes', value: ({ length }) => String(length), align: 'right' },
  { title: 'digest', value: ({ digest }) => digest?.slice(0, 12) ?? '-' },
  { title: 'backend', value: ({ target }) => target },
]

export function statesTable(states: readonly StateSummary[], widths: TableWidths): string {
  return `${tableLines(COLUMNS, states, widths).join('\n')}\n`
}

/** What was taken now and what was not, a line each. */
export function takenLines(
  shots: readonly StateSummary[],
  failed: readonly FailedProbe[],
): string[] {
  return [
    ...shots.map(({ probe, status, length }) =>
      printable(`${probe}: ${status}, ${counted(length, 'byte', 'bytes')}`),
    ),
    ...failed.map(({ probe, why }) => printable(`${probe}: ${why}`)),
  ]
}

/** The verdict of each probe with its differences, and the sum. */
export function verdictLines(state: VerifiedState, widths: TableWidths): string[] {
  const line = widths.line ?? Infinity
  const since = state.keptAt === null ? '' : `, compared with that of ${isoTime(state.keptAt)}`
  return [
    ...state.probes.flatMap((one) => probeLines(one, line)),
    `state ${WORDS[state.outcome]}${since}`,
    ...(state.recordedSince === 0
      ? []
      : [
          `  ${counted(state.recordedSince, 'entry was', 'entries were')} recorded after the kept ` +
            'state: what they did is not in it',
        ]),
  ]
}

/** The verdict of a probe with its differences. */
export function probeLines({ probe, outcome, why, found }: ProbeVerdict, line: number): string[] {
  const explained = explainedWords(found.explained)
  const note = why ?? (explained === '' ? '' : `but for ${explained}`)
  const head = `${probe}: ${outcome}${note === '' ? '' : ` (${note})`}`
  const lines = outcome === 'differs' ? differenceLines(found, { line: line - 2 }) : []
  return [clip(printable(head), line), ...lines.map((text) => `  ${text}`)]
}

const WORDS: Readonly<Record<StateOutcome, string>> = {
  restored: 'restored',
  differs: 'differs',
  unknown: 'unknown: not everything was asked and compared',
}
