import type { Say } from '../telemetry/log.ts'
import type { Standing } from '../journal/standing.ts'
import type { Closed, JournalWriter } from '../journal/contract.ts'
import type { Problem } from '../journal/problem.ts'
import { asProblem } from './as-problem.ts'

export interface LeaseOptions {
  journal: JournalWriter
  stream: string
  currentId: () => string
  standing: () => Standing
  /** How long the recorder may be silent before another one takes it for dead, in ms. */
  lease: number
  /** Whether the journal knows the recorder: before that there is no lease. */
  isKnown: () => boolean
  /** Called when others were closed. */
  onClosed: () => void
  /** Called when another one did. */
  onFenced: () => Promise<void>
  /** Told when PostgreSQL does not take the heartbeat. */
  onAway: (problem: Problem) => void
  say: Say
}

/**
 * Prolongs the lease of this recorder three times in its length, and closes recorders of the
 * stream whose lease ran out. Where PostgreSQL was away, or just comes back, everybody's may have:
 * then the others are given the length of a lease to prolong theirs.
 */
export function keepLease(options: LeaseOptions): { stop(): void } {
  const { journal, stream, lease } = options
  let lastBeat = performance.now()
  let steadySince = lastBeat
  let beating: Promise<void> | null = null
  const timer = setInterval(() => {
    if (options.isKnown()) beating ??= beat().finally(() => (beating = null))
  }, lease / 3)
  return { stop: () => clearInterval(timer) }

  async function beat(): Promise<void> {
    const before = lastBeat
    try {
      await journal.renew(stream, options.currentId(), lease, options.standing())
      lastBeat = performance.now()
      // This process was frozen, or PostgreSQL was: the others may have been as silent.
      if (lastBeat - before > (2 * lease) / 3) steadySince = lastBeat
      if (lastBeat - steadySince < lease) return
      const closed = await journal.closeExpired(stream, options.currentId())
      sayClosed(closed, options.say)
      if (closed.recorders.length > 0) options.onClosed()
    } catch (error) {
      steadySince = performance.now()
      const problem = asProblem(error)
      if (problem.code !== 'recorder_fenced') options.onAway(problem)
      else await options.onFenced().catch((late: unknown) => options.onAway(asProblem(late)))
    }
  }
}

export function sayClosed({ recorders, inDoubt }: Closed, say: Say): void {
  if (recorders.length === 0 && inDoubt === 0) return
  const who = recorders.length === 1 ? 'a recorder' : `${recorders.length} recorders`
  say(
    `closed ${who} that ended without saying so` +
      (inDoubt === 0 ? '' : `: what it had in flight is in doubt (${inDoubt}): reprise in-doubt`),
  )
}
