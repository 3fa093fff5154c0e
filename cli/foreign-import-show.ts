import { counted, wordOf } from '../replayer/show.ts'
import type { ForeignReport } from './foreign-import.ts'

/** What became of a file: a line for what was recorded, then one for each kind of what was not, or otherwise. */
export function foreignLines(report: ForeignReport): string[] {
  const { stream, format, verdicts, taken, excluded, skipped, examples, changed } = report
  const recorded = Object.values(verdicts).reduce((sum, n) => sum + n, 0)
  const kinds = Object.entries(verdicts).map(([verdict, n]) => `${n} ${wordOf(verdict as never)}`)
  const detail = recorded === 0 ? '' : ` (${kinds.join(', ')})`
  const there = taken === recorded ? '' : `, ${recorded - taken} were there already`
  const left = Object.values(excluded).reduce((sum, n) => sum + n, 0)
  const reasons = Object.entries(excluded).map(([reason, n]) => `${n} ${reason}`)
  return [
    `${counted(recorded, 'entry', 'entries')} of ${format} in stream ${stream}${detail}${there}`,
    ...(left === 0
      ? []
      : [
          `${left} left unrecorded, as a proxy would have: ${reasons.join(', ')} (--all takes them)`,
        ]),
    ...Object.entries(skipped).map(([why, n]) => `${n} ${why}; the first: ${examples[why]}`),
    ...Object.entries(changed).map(([what, n]) => `of ${n}: ${what}`),
    ...(verdicts.in_doubt === undefined
      ? []
      : [`${verdicts.in_doubt} without an answer: settle them with 'reprise in-doubt'`]),
  ]
}
