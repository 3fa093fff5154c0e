import type { Micros } from '../journal/entry.ts'
import type { StateSummary } from '../journal/state.ts'
import type { TakenState } from '../replayer/state/take-state.ts'
import type { VerifiedState } from '../replayer/state/verify-state.ts'

// What `reprise state --json` prints.

/** Without fields: there may be secrets in them. */
export function shotJson({ probe, takenAt, target, status, length, digest }: StateSummary) {
  return { probe, takenAt: iso(takenAt), target, status, length, digest }
}

export function takenJson(stream: string, { shots, failed }: TakenState) {
  return { stream, kept: shots.map(shotJson), failed }
}

export function verifiedJson(stream: string, state: VerifiedState) {
  const { outcome, probes, keptAt, recordedSince } = state
  return {
    ...{ stream, outcome, keptAt: keptAt === null ? null : iso(keptAt), recordedSince },
    probes: probes.map(({ probe, outcome, why, found }) => ({ probe, outcome, why, ...found })),
  }
}

function iso(at: Micros): string {
  return new Date(at / 1000).toISOString()
}
