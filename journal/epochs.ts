import type { Micros } from './entry.ts'
import type { AttemptOutcome } from './runs.ts'

/**
 * `open`: clients reach the backend. `restoring`: its state was lost, and clients are kept away until a
 * restore has ended. `failed`: one did not come to its end, and nobody tries again before he is told to.
 */
export type EpochPhase = 'open' | 'restoring' | 'failed'

/**
 * How a restore ended. `restored`: every answer was as recorded, and so was the state where it was asked
 * for. `differs`: it came to its end, with differences. `given_up`: somebody opened it by hand.
 */
export type EpochOutcome = 'restored' | 'differs' | 'failed' | 'given_up'

/** An entry that a restore could not answer for. */
export interface FoundEntry {
  id: number
  outcome: AttemptOutcome
  detail: string | null
}

/** What a probe showed of the state after a restore, against what was kept before the loss. */
export interface FoundProbe {
  probe: string
  outcome: 'restored' | 'differs' | 'unknown'
  /** Places that differ, or why nothing is known; no values. */
  detail: string | null
}

/** What a restore left to look at. */
export interface EpochFindings {
  /** The first of those that were not answered as recorded, or not at all. */
  entries: readonly FoundEntry[]
  /** How many more of them there are. */
  unlisted: number
  /** Empty where nobody asked for the state. */
  probes: readonly FoundProbe[]
}

/** One life of a backend, from a boot to the loss of its state. */
export interface Epoch {
  stream: string
  /** From 1. */
  number: number
  phase: EpochPhase
  /** What tells this life from others, as the backend shows it; null: nobody knows. */
  boot: string | null
  /** What told that the life before was over, for people. */
  sign: string
  beganAt: Micros
  /** The run that restores it, or did; null where there is none (yet). */
  run: number | null
  /** How its restore ended; null: it has not, or there was none to do. */
  outcome: EpochOutcome | null
  /** Of the outcome, for people. */
  detail: string | null
  /** Null: its restore has not ended, or left nothing to look at. */
  findings: EpochFindings | null
  /** When its restore ended; null where it has not, or there was none to do. */
  endedAt: Micros | null
}

/** What was noticed of a backend. */
export interface Notice {
  boot: string | null
  sign: string
}

/** The right to restore an epoch, until its lease runs out or somebody else claims it. */
export interface Claim {
  stream: string
  number: number
  /** Raised by each claim: whoever has a lower one cannot do anything any more. */
  token: number
}

/** Whether its restore failed; clients may have been let in all the same (`--restore-failed open`). */
export function hasFailed({ phase, outcome }: Pick<Epoch, 'phase' | 'outcome'>): boolean {
  return phase === 'failed' || outcome === 'failed'
}

/** How a restore ended, and whether clients are let in. */
export interface EpochEnding {
  phase: 'open' | 'failed'
  outcome: Exclude<EpochOutcome, 'given_up'>
  detail: string | null
  /** Default: null. */
  findings?: EpochFindings | null
}

/**
 * A restore that let clients in again, whether its run had come to its end or broke off: from then on they
 * have the values that the backend gave in it.
 */
export interface Restoration {
  /** The epoch that began with it. */
  epoch: number
  run: number
  /** Of the entries that were recorded before it none has a higher id, and of those behind it none a lower. */
  upTo: number
  /** Of one that began behind a checkpoint: what had been answered by then the backend had anyway. */
  behind?: Micros
}

/** Whoever wants to be told of changes. */
export interface EpochWatch {
  /** Whether it would be told at once; where not, it has to look as often as it wants to know. */
  readonly isTold: boolean
  close(): Promise<void>
}

/** The lives of backends. Every method rejects with a Problem. */
export interface EpochStore {
  /** The epoch of now; null: there never was one of the stream. */
  epoch(stream: string): Promise<Epoch | null>
  /** Newest first. */
  epochs(stream: string, limit: number): Promise<Epoch[]>
  /** Oldest first. */
  restorations(stream: string): Promise<Restoration[]>
  /**
   * Calls back whenever something of the epoch of now may have changed, or a recorder has reached it: soon
   * after it, where the journal can tell (`isTold`).
   */
  watchEpochs(stream: string, changed: () => void): EpochWatch
  /** Begins the first epoch where there is none. Answers the one of now. */
  firstEpoch(stream: string, notice: Notice): Promise<Epoch>
  /**
   * The life of an epoch is over: the next one begins, and has to be restored. Where that epoch is not
   * the one of now any more, or is of the life that was noticed, nothing is done: so that all who notice
   * the same may say so. Answers the one of now.
   */
  loseEpoch(stream: string, number: number, notice: Notice): Promise<Epoch>
  /** What is known now of the life that an epoch is of. Nothing is done where it is over. */
  nameEpoch(stream: string, number: number, boot: string): Promise<void>
  /**
   * The right to restore the epoch of now, for `lease` ms; null where it needs no restore, or somebody has
   * that right. `again`: also of one that failed.
   */
  claimEpoch(
    stream: string,
    holder: string,
    lease: number,
    which: 'restoring' | 'again',
  ): Promise<{ claim: Claim; epoch: Epoch } | null>
  /** Keeps a claim for `lease` ms from now, and notes its run. Rejects with `epoch_lost`. */
  keepClaim(claim: Claim, lease: number, run: number | null): Promise<void>
  /** Ends a restore. Rejects with `epoch_lost` where the claim is not held any more. */
  endEpoch(claim: Claim, ending: EpochEnding): Promise<void>
  /** Opens the epoch of now by hand, whatever became of its restore; null: it was open. */
  openEpoch(stream: string, detail: string): Promise<Epoch | null>
  /** A recorder keeps to an epoch: all that it forwarded in earlier ones stands in the journal. */
  reachEpoch(stream: string, recorder: string, number: number): Promise<void>
  /** Recorders that are alive, keep to epochs, and have not reached this one; and those that keep to none. */
  behindEpoch(stream: string, number: number): Promise<{ behind: string[]; without: string[] }>
}
