import type { Life } from '../journal/lives.ts'

/** How long the parts of a life's beginning took, in seconds; null where one is not over, or never was. */
export interface LifeStages {
  /** From the notice until clients were let in, or it failed. */
  shut: number | null
  /** From the notice until its run began: recorders handed in what they had, and the backend came up. */
  waited: number | null
  /** The run. */
  replayed: number | null
  /** From the run's end to the verdict. */
  proved: number | null
}

export function stagesOf({ beganAt, endedAt, runBeganAt, runEndedAt }: Life): LifeStages {
  return {
    shut: secondsBetween(beganAt, endedAt),
    waited: secondsBetween(beganAt, runBeganAt),
    replayed: secondsBetween(runBeganAt, runEndedAt),
    proved: secondsBetween(runEndedAt, endedAt),
  }
}

function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from) / 1e6
}
