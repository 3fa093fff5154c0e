import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../../replayer/sending/clock.ts'

export interface FakeClock extends Clock {
  /** Lets so much time pass, and what waited for it go on. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still but for `advance`. */
export function fakeClock(): FakeClock {
  let now = 0
  const sleepers = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => now,
    sleep(ms, signal) {
      if (ms <= 0 || signal.aborted) return Promise.resolve()
      return new Promise((wake) => {
        const sleeper = { until: now + ms, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', () => wake(), { once: true })
      })
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await nextTurn()
        const due = [...sleepers].filter(({ until }) => until <= end)
        const first = due.sort((a, b) => a.until - b.until)[0]
        if (first === undefined) break
        now = first.until
        sleepers.delete(first)
        first.wake()
      }
      now = end
      await nextTurn()
    },
  }
}
