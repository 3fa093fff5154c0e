import { pathOf } from '../../../journal/entry.ts'
import { laneFinder, type LanePattern } from '../../../replayer/order/lanes.ts'
import type { Played } from './restoring.ts'

/** How a replay went on, beside how it had been recorded. */
export interface Course {
  /** Pairs that were on the way at the same time. */
  together: number
  /** Those of them whose later one had arrived when the earlier one had been answered: across lanes, or not. */
  across: number
  within: number
}

export function courseOf(played: readonly Played[], lanes: readonly LanePattern[]): Course {
  const laneOf = laneFinder(lanes)
  const course: Course = { together: 0, across: 0, within: 0 }
  const sent = played.map((one) => ({ ...one, lane: laneOf(pathOf(one.entry.target)) }))
  for (const one of sent) {
    for (const later of sent) {
      const isBeside = later.sentAt < one.endedAt && one.sentAt < later.endedAt
      if (isBeside && one.entry.id < later.entry.id) course.together++
      if (later.sentAt >= one.endedAt || one.entry.answeredAt! >= later.entry.arrivedAt) continue
      const isAcross = one.lane !== null && later.lane !== null && one.lane !== later.lane
      course[isAcross ? 'across' : 'within']++
    }
  }
  return course
}
