import type { z } from '@hono/zod-openapi'
import type { CompactionStore } from '../../journal/compactions.ts'
import type { JournalReader } from '../../journal/contract.ts'
import { valuesOf } from '../aliases/values.ts'
import { proofOfPlan } from '../compacting/sparing.ts'
import { explain, type Neighbour } from '../order/explain.ts'
import type { Order } from '../order/reading.ts'
import type { OrderRules } from '../order/schedule.ts'
import { reasonWords } from '../plan-show.ts'
import type { Plan } from '../plan.ts'
import type { PlanView } from './plan-schemas.ts'
import type { PlanWish } from './run-schemas.ts'
import { entryView, filterOfQuery, type IsSecret } from './views.ts'

// Of a plan what it leaves out, and all about one entry.

type Parts = z.input<typeof PlanView>

export function behindView({ behind }: Plan): Parts['checkpoint'] {
  if (behind === null) return null
  return { number: behind.checkpoint, entry: behind.entry, left_out: behind.leftOut }
}

export async function compactionView(
  journal: JournalReader & CompactionStore,
  plan: Plan,
): Promise<Parts['compaction']> {
  const { stream, compaction } = plan
  if (compaction === null) return null
  const { left, rules, byRule, kept, examples } = compaction
  const ids = examples.map(({ entry }) => entry)
  const page = { order: '-order', limit: Math.max(1, ids.length) } as const
  const entries = ids.length === 0 ? [] : await journal.list({ stream, ids }, page)
  const leftOutBy = new Map(examples.map((one) => [one.entry, one]))
  return {
    verified: (await proofOfPlan(journal, plan)) === 'verified',
    left_out: left.size,
    rules: rules.map((rule) => ({ rule, left_out: byRule.get(rule) ?? 0 })),
    kept: { ...kept },
    examples: entries.map(({ id, method, target }) => {
      const { rule, by } = leftOutBy.get(id)!
      return { entry: id, method, target, rule, by }
    }),
  }
}

/** Rejects with `entry_unknown`. */
export async function explainedView(
  journal: JournalReader,
  plan: Plan,
  wish: z.output<typeof PlanWish>,
  order: Order,
  isSecret: IsSecret,
): Promise<Parts['explained']> {
  if (wish.explain === undefined) return null
  const { after } = plan.selection.filter
  const filter = { ...filterOfQuery(wish.filter), ...(after && { after }) }
  const selection = { stream: plan.stream, filter, inDoubt: wish.in_doubt }
  const byValue = { ...order, valuesOf }
  const explanation = await explain(journal, plan, selection, byValue, wish.explain)
  const { entry, leftOut, stays, placed, previous, waitsFor, waitedForBy } = explanation
  return {
    ...{ entry: entryView(entry, isSecret), left_out: [...leftOut], stays },
    ...{ lane: placed?.lane ?? null, previous: previous?.id ?? null },
    waits_for: neighbourViews(waitsFor, order.rules),
    waited_for_by: neighbourViews(waitedForBy, order.rules),
  }
}

const MOST_NEIGHBOURS = 100

function neighbourViews(neighbours: readonly Neighbour[], rules: OrderRules) {
  return neighbours.slice(0, MOST_NEIGHBOURS).map(({ entry: { id, method, target }, reason }) => ({
    ...{ entry: id, method, target, because: reason.kind, why: reasonWords(reason, rules) },
    ...(reason.kind === 'value' && reason.value !== null && { value: reason.value }),
  }))
}
