import { setTimeout as delay } from 'node:timers/promises'
import type { Micros } from '../journal/entry.ts'
import type { RecorderClock } from './clock.ts'

// One clock for several recorders on one machine.
//
// Their entries are put in order by the clocks that noted them, so a client that asks one of them and
// then the other must find both telling the same time. The monotonic clock of the system is one for
// all processes; what makes it a time of day, its zero, is fixed once for all of them.
//
// The zero can move: a journal whose latest entry lies ahead must be passed (RecorderClock.passBy).
// Whoever moved alone would be ahead of the others, and telling them first only turns that round. So
// a step has a moment from which it counts, on the clock that they share and far enough ahead that
// all have heard of it by then: at that moment all of them take it, without another word.

export interface ClockStep {
  /** Of the monotonic clock, in microseconds. */
  from: number
  /** From then on: what the time was, in microseconds since 1970, when the monotonic clock was 0. */
  zero: Micros
}

/** Every step so far and to come, the latest last. */
export type SharedTime = readonly [ClockStep, ...ClockStep[]]

/** How far ahead a step is agreed, in microseconds: a process may be busy for as long as that. */
const AHEAD = 1_000_000

/** In microseconds, the same for all processes of a machine. */
export function monotonic(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/** The shared time as this process reads it from the system's clock, once. */
export function beginTime(): SharedTime {
  const wall = Math.floor((performance.timeOrigin + performance.now()) * 1000)
  return [{ from: 0, zero: wall - monotonic() }]
}

export function timeAt(time: SharedTime, now: number): Micros {
  return now + time.findLast(({ from }) => from <= now)!.zero
}

/** The step that makes the time pass `moment`, or null where it has, or will by a step to come. */
export function stepPast(time: SharedTime, moment: Micros, now: number): ClockStep | null {
  const last = time.at(-1)!
  const reached = Math.max(now, last.from)
  if (reached + last.zero > moment) return null
  return { from: Math.max(last.from, now + AHEAD), zero: moment + 1 - reached }
}

/** A recorder's clock that shows the shared time. */
export interface SharedClock extends RecorderClock {
  /** Takes a step; answers how late it came, in microseconds; 0: in time. */
  take(step: ClockStep): number
}

/**
 * `agree` has all clocks take a step past a moment. It resolves when this one has it, with how much
 * of the step is due to this call: of several that ask for the same, one moved the clock.
 */
export function sharedClock(
  begun: SharedTime,
  agree: (moment: Micros) => Promise<Micros>,
): SharedClock {
  const time: [ClockStep, ...ClockStep[]] = [...begun]
  const now = () => timeAt(time, monotonic())
  return {
    now,
    take(step) {
      time.push(step)
      return Math.max(0, monotonic() - step.from)
    },
    async passBy(moment) {
      if (now() > moment) return 0
      const moved = await agree(moment)
      while (now() <= moment) await delay(Math.max(1, (time.at(-1)!.from - monotonic()) / 1000))
      return moved
    },
  }
}
