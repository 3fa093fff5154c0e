import { setTimeout as delay } from 'node:timers/promises'

/** Time as pace and back-off see it; a test has one of its own. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number
  /** Resolves after so many ms, or as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    const until = performance.now() + ms
    for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) {
      // Node fires at once what is longer than its timers can be.
      await delay(Math.min(left, MOST), undefined, { signal }).catch(() => {})
    }
  },
}

const MOST = 0x7f_ff_ff_ff
