import type { Micros } from '../journal/entry.ts'

/** A recorder's clock: microseconds since 1970, never going back, whatever is done to the system's. */
export interface RecorderClock {
  now(): Micros
  /**
   * Moves the clock ahead so that it has passed `moment`; never moves it back.
   * Resolves when it has, with by how much it was moved, in microseconds.
   */
  passBy(moment: Micros): Promise<Micros>
}

/**
 * The wall clock is read once, when the process starts (`performance.timeOrigin`); from then on
 * the monotonic one counts. A recorder that starts after the system's clock was set back would
 * write entries before those of the one before it: `passBy` with the journal's latest place keeps
 * the stream in order.
 */
export function recorderClock(): RecorderClock {
  let ahead: Micros = 0
  const { timeOrigin } = performance
  const now = () => Math.floor((timeOrigin + performance.now()) * 1000) + ahead
  return {
    now,
    passBy(moment) {
      const step = Math.max(0, moment + 1 - now())
      ahead += step
      return Promise.resolve(step)
    },
  }
}
