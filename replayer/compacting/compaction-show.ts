import { counted } from '../show.ts'
import { printable } from '../table.ts'
import type { Compaction } from './compaction.ts'
import type { Fate, Kept } from './compactor.ts'
import { UNPROVEN, type Proof } from './sparing.ts'

// What was left out of a plan because of later entries, as text for a terminal.

/** By rule, and what stays all the same; and whether a replay takes these rules. */
export function compactionLines(compaction: Compaction, proof: Proof): string {
  const { left, byRule, rules, kept } = compaction
  const counts = rules.map((rule) => [byRule.get(rule) ?? 0, rule] as const)
  const stay = Object.entries(kept) as [Kept, number][]
  const all = [...counts.map(([n]) => n), ...stay.map(([, n]) => n)]
  const width = Math.max(...all.map((n) => String(n).length))
  const row = (n: number, words: string) => printable(`  ${String(n).padStart(width)} ${words}`)
  return [
    `left out because of later requests: ${counted(left.size, 'entry', 'entries')}`,
    ...counts.map(([n, rule]) => row(n, rule)),
    ...(stay.length === 0 ? [] : ['sent though a rule is about them:']),
    ...stay.map(([kind, n]) => row(n, WHY[kind])),
    ...(proof === 'verified'
      ? []
      : [`the rules ${UNPROVEN[proof]}: a replay refuses them (reprise compact --verify)`]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

const WHY: Readonly<Record<Kept, string>> = {
  overlaps: 'overlapped with the later request: nobody knows which was done first',
  spoken_of: 'something between that is sent speaks of what they did, or of what they did it to',
  value_used: 'something that is sent uses a value that their answer brought',
  makes: 'made what they were sent to',
  unreadable: 'their answer was not kept whole, or is too large to be looked into',
}

/** Why an entry stays that a rule is about; null: none is. */
export function keptWords(fate: Fate): string | null {
  return 'kept' in fate && fate.kept !== null ? KEPT_ONE[fate.kept] : null
}

const KEPT_ONE: Readonly<Record<Kept, string>> = {
  overlaps: 'it overlapped with the later request: nobody knows which was done first',
  spoken_of: 'something between that is sent speaks of what it did, or of what it did it to',
  value_used: 'something that is sent uses a value that its answer brought',
  makes: 'it made, or may have made, what it was sent to',
  unreadable: 'its answer was not kept whole, or is too large to be looked into',
}
