import type { Micros } from '../../journal/entry.ts'
import type { LanePattern } from './lanes.ts'
import { DEFAULT_RULES, type OrderRules } from './schedule.ts'

/** Entries that are announced ahead: few where order alone holds them, many where lanes run apart. */
const WINDOW = 256

/** What a run's schedule needs, of what somebody chose. */
export function rulesOfRun(
  { concurrency, tolerance }: { concurrency: number; tolerance: Micros },
  lanes: readonly LanePattern[],
): OrderRules {
  const window = Math.max(WINDOW, concurrency * 4)
  return {
    ...{ concurrency, tolerance },
    window: lanes.length === 0 ? window : Math.max(window, DEFAULT_RULES.window),
  }
}
