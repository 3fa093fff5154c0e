import type { Journal, JournalReader } from '../../journal/contract.ts'
import type { Micros } from '../../journal/entry.ts'
import type { StateShot, StateStore } from '../../journal/state.ts'
import type { CompareRules } from '../compare/rules.ts'
import { comparedWith, type RunExplanation } from '../run/kept-aliases.ts'
import { compareState, shownProbe, type StateVerdict } from './compare-state.ts'
import { probeNamed, type StateProbe } from './state-probe.ts'
import { takeState, type Asking } from './take-state.ts'

export interface Verifying extends Asking {
  /** Empty: those of which shots are kept. */
  probes: readonly StateProbe[]
  /** Only shots taken then or before count: what was recorded later was not replayed. Default: all. */
  until?: Micros
  rules: CompareRules
  /** Of the run that brought the state back: its aliases are no differences. Null: there is none. */
  explanation: RunExplanation | null
}

export interface VerifiedState extends StateVerdict {
  /** The shots that were compared with. */
  kept: readonly StateShot[]
  /** Of those the oldest one; null: none is kept. */
  keptAt: Micros | null
  /**
   * Entries that were recorded after it and, with `until`, up to then: they belong to the replayed
   * state, and not to the kept one.
   */
  recordedSince: number
}

/**
 * Asks the backend for its state and compares it with the latest one that is kept. Rejects with the
 * Problem of a journal that cannot be read, or where it was interrupted.
 */
export async function verifyState(
  journal: JournalReader & StateStore & Pick<Journal, 'aliases' | 'restorations'>,
  verifying: Verifying,
): Promise<VerifiedState> {
  const { stream, until, rules, explanation } = verifying
  const latest = await journal.latestState(stream, until)
  const given = verifying.probes
  const probes = given.length > 0 ? given : latest.map(({ probe }) => probeNamed(probe))
  const now = await takeState(probes, verifying)
  const verdict = await comparedWith(journal, explanation, (explains) =>
    compareState(latest, now, rules, explains),
  )
  const kept = latest.filter(({ probe }) =>
    verdict.probes.some((one) => one.probe === shownProbe(probe, rules)),
  )
  const keptAt = kept.reduce<Micros | null>(
    (oldest, { takenAt }) => (oldest === null ? takenAt : Math.min(oldest, takenAt)),
    null,
  )
  const recordedSince = keptAt === null ? 0 : await recordedBetween(journal, stream, keptAt, until)
  return { ...verdict, kept, keptAt, recordedSince }
}

async function recordedBetween(
  journal: JournalReader,
  stream: string,
  since: Micros,
  until: Micros | undefined,
): Promise<number> {
  const { applied = 0, in_doubt: inDoubt = 0 } = await journal.count({
    ...{ stream, since },
    ...(until !== undefined && { until }),
  })
  return applied + inDoubt
}
