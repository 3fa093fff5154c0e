import type { Journal } from '../../journal/contract.ts'
import type { Claim } from '../../journal/epochs.ts'
import { Problem } from '../../journal/problem.ts'

// The right to restore an epoch, for as long as whoever has it says so in time.

/** How long a claim holds without a word from who has it, in ms. */
export const CLAIM_LEASE = 5_000

/** A claim that is kept as long as its process says so. */
export interface Holding {
  claim: Claim
  /** The run that restores it, once it has begun. */
  readonly run: number | null
  /** Aborted when it is somebody else's. */
  lost: AbortSignal
  /** Throws where it may be somebody else's by now: its process may have been frozen. */
  check(): void
  /** The same as what it would throw; null: it is ours. */
  refusal(): Error | null
  note(run: number): void
  end(): Promise<void>
}

export function hold(journal: Journal, claim: Claim, former: number | null): Holding {
  const lost = new AbortController()
  let run = former
  let lastKept = performance.now()
  let keeping: Promise<void> = Promise.resolve()
  const keep = async () => {
    try {
      const asked = performance.now()
      await journal.keepClaim(claim, CLAIM_LEASE, run)
      lastKept = asked
    } catch (error) {
      // With the journal away it may be anybody's as soon as its lease has run out.
      if (isLost(error) || performance.now() - lastKept > CLAIM_LEASE) lost.abort(error)
    }
  }
  const refuse = () => {
    if (performance.now() - lastKept <= CLAIM_LEASE) return null
    lost.abort(leaseOver())
    return leaseOver()
  }
  const again = () => void (keeping = keeping.then(keep))
  const timer = setInterval(() => {
    if (performance.now() - lastKept > CLAIM_LEASE) lost.abort(leaseOver())
    else again()
  }, CLAIM_LEASE / 5)
  return {
    claim,
    get run() {
      return run
    },
    lost: lost.signal,
    check() {
      const refusal = refuse()
      if (refusal !== null) throw refusal
    },
    refusal: refuse,
    note(id) {
      run = id
      again()
    },
    end() {
      clearInterval(timer)
      return keeping
    },
  }
}

function leaseOver(): Error {
  return new Error('the lease of the restore ran out')
}

export function isLost(error: unknown): boolean {
  return error instanceof Problem && error.code === 'epoch_lost'
}
