import type { AttemptOutcome } from '../../journal/runs.ts'
import type { VerifiedState } from '../state/verify-state.ts'
import { differenceLine } from '../compare/difference-view.ts'
import type { Found } from '../compare/difference.ts'
import { foundOf } from '../run-report.ts'
import type { FinishedAttempt } from '../run.ts'

/** One thing that was tested: an entry sent again, or a probe of the state. */
export interface TestCase {
  /** `POST /things` */
  name: string
  /** Where its entry stands in the journal file, from 1; null: it is no entry. */
  line: number | null
  /** `error`: it could not be held against the recording. */
  outcome: 'same' | 'differs' | 'error' | 'skipped'
  /** One line: why it is not the same; null: it is. */
  detail: string | null
  /** What differs, a line each. */
  differences: readonly string[]
  seconds: number
}

/** What came of all of them. */
export interface TestSums {
  same: number
  differs: number
  error: number
  skipped: number
  seconds: number
}

export const NO_TESTS: TestSums = { same: 0, differs: 0, error: 0, skipped: 0, seconds: 0 }

export function counting(sums: TestSums, { outcome }: TestCase): TestSums {
  return { ...sums, [outcome]: sums[outcome] + 1 }
}

export function caseOfAttempt(
  { entry, result }: FinishedAttempt,
  line: number | null,
  seconds: number,
): TestCase {
  const found = foundOf(result.differences)
  const outcome = OUTCOMES[result.outcome]
  return {
    ...{ name: `${entry.method} ${entry.target}`, line, outcome, seconds },
    detail: outcome === 'same' ? null : (result.detail ?? WORDS[result.outcome]),
    differences: found === null || outcome === 'same' ? [] : linesOf(found),
  }
}

export function casesOfState(state: VerifiedState): TestCase[] {
  return state.probes.map(({ probe, outcome, why, found }) => {
    const differences = outcome === 'differs' ? linesOf(found) : []
    return {
      ...{ name: `state: ${probe}`, line: null, seconds: 0, differences },
      outcome: outcome === 'restored' ? 'same' : outcome === 'differs' ? 'differs' : 'error',
      detail: outcome === 'restored' ? null : (why ?? differences[0] ?? 'it is another state'),
    }
  })
}

const OUTCOMES: Readonly<Record<Exclude<AttemptOutcome, 'sending'>, TestCase['outcome']>> = {
  same: 'same',
  differs: 'differs',
  failed: 'error',
  in_doubt: 'error',
  skipped: 'skipped',
}

const WORDS: Readonly<Record<Exclude<AttemptOutcome, 'sending'>, string>> = {
  same: 'it is as recorded',
  differs: 'it is not as recorded',
  failed: 'it failed',
  in_doubt: 'no answer came',
  skipped: 'it was not sent',
}

function linesOf({ differences, unlisted, uncompared }: Found): string[] {
  return [
    ...differences.map(differenceLine),
    ...(unlisted === 0 ? [] : [`and ${unlisted} more`]),
    ...uncompared.map((what) => `not compared: ${what}`),
  ]
}
