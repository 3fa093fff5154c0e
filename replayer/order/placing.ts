import type { RecorderHost } from '../../journal/contract.ts'
import { pathOf, type EntrySummary } from '../../journal/entry.ts'
import { laneFinder, type LanePattern } from './lanes.ts'
import type { Placed } from './placed.ts'

/** Generated values by any key that tells them apart. */
export interface Values {
  uses: readonly string[]
  produces: readonly string[]
  /** What nobody can use after it as before. Default: nothing. */
  ends?: readonly string[]
  /** Those of them that must not be shown. Default: none. */
  secrets?: ReadonlySet<string>
}

export interface Placing<E> {
  lanes: readonly LanePattern[]
  /** All recorders of the stream: those of one host read one clock. */
  recorders: readonly RecorderHost[]
  /** What an entry needs of others, and what others need of it. */
  valuesOf: (entry: E) => Values
}

export const NO_VALUES: Values = { uses: [], produces: [] }

/** A function that says what the order of an entry depends on. */
export function placer<E extends EntrySummary>(placing: Placing<E>): (entry: E) => Placed {
  const { lanes, recorders, valuesOf } = placing
  const laneOf = laneFinder(lanes)
  const hosts = new Map(recorders.map(({ id, host }) => [id, host]))
  return (entry) => {
    const { id, arrivedAt, orderedAt, recorder, target } = entry
    const lane = lanes.length === 0 ? null : laneOf(pathOf(target))
    const { uses, produces, ends = [], secrets } = valuesOf(entry)
    const clock = hosts.get(recorder) ?? recorder
    const placed = { id, arrivedAt, orderedAt, lane, clock, uses, produces, ends }
    return secrets === undefined || secrets.size === 0 ? placed : { ...placed, secrets }
  }
}
