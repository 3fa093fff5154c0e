import type { EntryCursor, JournalReader } from '../../journal/contract.ts'
import type { Entry, EntrySummary } from '../../journal/entry.ts'
import { entriesOf, wholeEntriesOf, type Plan } from '../plan.ts'
import { Graph, type GraphFigures } from './graph.ts'
import type { LanePattern } from './lanes.ts'
import type { Placed } from './placed.ts'
import { NO_VALUES, placer, type Values } from './placing.ts'
import type { OrderRules } from './schedule.ts'
import { Waits, type Waiting } from './waits.ts'

/** How a plan is ordered. */
export interface Order {
  rules: OrderRules
  lanes: readonly LanePattern[]
  /** What an entry needs of others, and brings them; null: nothing is known of that. */
  valuesOf: ((entry: Entry) => Values) | null
}

export interface PlacedEntry {
  entry: EntrySummary
  placed: Placed
}

/** The entries of a plan in the order of the stream, placed; with their bodies if values are wanted. */
export async function* placedOf(
  journal: JournalReader,
  plan: Plan,
  { lanes, valuesOf }: Order,
  from?: EntryCursor,
): AsyncGenerator<PlacedEntry> {
  const recorders = await journal.recorders(plan.stream)
  if (valuesOf === null) {
    const place = placer<EntrySummary>({ lanes, recorders, valuesOf: () => NO_VALUES })
    for await (const entry of entriesOf(journal, plan, from)) yield { entry, placed: place(entry) }
  } else {
    const place = placer({ lanes, recorders, valuesOf })
    const isAsked = plan.filter.verdicts?.includes('context') === true
    for await (const entry of wholeEntriesOf(journal, plan, undefined, from)) {
      if (entry.verdict === 'context' && !isAsked) continue
      yield { entry, placed: place(entry) }
    }
  }
}

export interface OrderedEntry extends PlacedEntry {
  waiting: Waiting
}

/** All of them with whom each waits for; it ends with the order in figures. */
export async function* orderedOf(
  journal: JournalReader,
  plan: Plan,
  order: Order,
): AsyncGenerator<OrderedEntry, GraphFigures> {
  const { rules } = order
  const graph = new Graph(rules)
  const waits = new Waits({ ...rules, most: MOST_SHOWN })
  for await (const { entry, placed } of placedOf(journal, plan, order)) {
    graph.add(placed)
    yield { entry, placed, waiting: waits.add(placed) }
  }
  return graph.finish()
}

const MOST_SHOWN = 20
