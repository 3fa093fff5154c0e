import type { Explanation, Neighbour } from '../replayer/order/explain.ts'
import type { GraphFigures } from '../replayer/order/graph.ts'
import type { OrderedEntry } from '../replayer/order/reading.ts'
import type { OrderRules } from '../replayer/order/schedule.ts'
import type { Reason } from '../replayer/order/waits.ts'
import type { Compaction } from '../replayer/compacting/compaction.ts'
import type { Proof } from '../replayer/compacting/sparing.ts'
import type { Plan } from '../replayer/plan.ts'
import { reasonWords } from '../replayer/plan-show.ts'
import { entryJson } from './replay-json.ts'

// What `reprise plan --json` and `reprise replay --dry-run --json` print.

export function planJson(
  { stream, planned, leftOut, stopsAt, behind, compaction }: Plan,
  proof: Proof | null,
) {
  return {
    ...{ stream, planned, leftOut, stopsAt: stopsAt?.id ?? null },
    ...(behind && { checkpoint: behind.checkpoint, beforeCheckpoint: behind.leftOut }),
    ...(compaction && {
      compaction: { ...compactionJson(compaction), isVerified: proof === 'verified' },
    }),
  }
}

/** What later entries make needless. */
export function compactionJson({ left, rules, byRule, kept }: Compaction) {
  const counts = rules.map((rule) => ({ rule, leftOut: byRule.get(rule) ?? 0 }))
  return { leftOut: left.size, rules: counts, kept }
}

export function orderedJson({ entry, placed, waiting }: OrderedEntry) {
  const { direct, more } = waiting
  const waitsFor = direct.map(({ entry: { id }, reason }) => ({ entry: id, ...because(reason) }))
  return { ...entryJson(entry), lane: placed.lane, waitsFor, waitsForMore: more }
}

export function figuresJson(figures: GraphFigures, rules: OrderRules) {
  const { concurrency, window } = rules
  const { entries: _, ...rest } = figures
  return { concurrency, window, clockTolerance: rules.tolerance / 1000, ...rest }
}

export function explanationJson(explanation: Explanation, rules: OrderRules) {
  const { entry, leftOut, stays, placed, previous, waitsFor, waitedForBy } = explanation
  const neighbour = ({ entry: { id, method, target }, reason }: Neighbour) => ({
    ...{ entry: id, method, target },
    ...because(reason),
    why: reasonWords(reason, rules),
  })
  return {
    entry: entryJson(entry),
    isSent: leftOut.length === 0,
    leftOut,
    ...(stays !== null && { stays }),
    clock: placed?.clock ?? null,
    lane: placed?.lane ?? null,
    previous: previous?.id ?? null,
    waitsFor: waitsFor.map(neighbour),
    waitedForBy: waitedForBy.map(neighbour),
  }
}

function because(reason: Reason) {
  return 'value' in reason
    ? { because: reason.kind, value: reason.value }
    : { because: reason.kind }
}
