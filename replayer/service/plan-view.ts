import type { z } from '@hono/zod-openapi'
import type { CompactionStore } from '../../journal/compactions.ts'
import type { JournalReader } from '../../journal/contract.ts'
import { valuesOf } from '../aliases/values.ts'
import type { GraphFigures } from '../order/graph.ts'
import { orderedOf, type OrderedEntry } from '../order/reading.ts'
import { rulesOfRun } from '../order/rules.ts'
import type { Plan } from '../plan.ts'
import type { RunControl } from './run-control.ts'
import { behindView, compactionView, explainedView } from './plan-parts.ts'
import type { PlanView } from './plan-schemas.ts'
import type { PlanWish } from './run-schemas.ts'
import { entryView, type IsSecret } from './views.ts'

/** Entries of a plan that are gone through for its figures, at most. */
const MOST_ORDERED = 100_000

/** A plan for people: its counts, its first entries with whom they wait for, its order in figures. */
export async function planView(
  journal: JournalReader & CompactionStore,
  plan: Plan,
  wish: z.output<typeof PlanWish>,
  control: Pick<RunControl, 'allowanceOf' | 'namedTargets'>,
  isSecret: IsSecret,
  signal: AbortSignal,
): Promise<z.input<typeof PlanView>> {
  const { stream, planned, context, leftOut, stopsAt, recordedTargets } = plan
  const { lanes, limit } = wish
  const rules = rulesOfRun({ ...wish, tolerance: wish.clock_tolerance_ms * 1000 }, lanes)
  // Without lanes whoever uses a value stands behind its producer by the order alone.
  const order = { rules, lanes, valuesOf: lanes.length === 0 ? null : valuesOf }
  const ordered = orderedOf(journal, plan, order)
  const shown: OrderedEntry[] = []
  let next = await ordered.next()
  while (next.done !== true) {
    signal.throwIfAborted()
    if (shown.length < limit) shown.push(next.value)
    else if (planned > MOST_ORDERED) break
    next = await ordered.next()
  }
  const { target } = wish
  return {
    ...{ stream, planned, context, left_out: { ...leftOut }, stops_at: stopsAt?.id ?? null },
    ...{ checkpoint: behindView(plan), compaction: await compactionView(journal, plan) },
    explained: await explainedView(journal, plan, wish, order, isSecret),
    recorded_targets: [...recordedTargets],
    named_targets: control.namedTargets,
    allowed: target === undefined ? null : (control.allowanceOf(target, plan) ?? 'no'),
    order: next.done === true ? figuresView(next.value) : null,
    entries: shown.map((one) => orderedView(one, isSecret)),
  }
}

function figuresView({ chain, widest, lanes, kept, are }: GraphFigures) {
  return { chain, widest, lanes, kept: kept.count, are }
}

function orderedView({ entry, placed, waiting }: OrderedEntry, isSecret: IsSecret) {
  return {
    ...{ entry: entryView(entry, isSecret), lane: placed.lane, waits_for_more: waiting.more },
    waits_for: waiting.direct.map(({ entry: { id }, reason }) => ({
      ...{ entry: id, because: reason.kind },
      ...(reason.kind === 'value' && reason.value !== null && { value: reason.value }),
    })),
  }
}
