import { once } from 'node:events'
import type { CompactionStore } from '../journal/compactions.ts'
import type { JournalReader } from '../journal/contract.ts'
import { compactionLines } from '../replayer/compacting/compaction-show.ts'
import { proofOfPlan } from '../replayer/compacting/sparing.ts'
import { explain } from '../replayer/order/explain.ts'
import type { GraphFigures } from '../replayer/order/graph.ts'
import { orderedOf, type Order, type OrderedEntry } from '../replayer/order/reading.ts'
import type { Plan, Selection } from '../replayer/plan.ts'
import { explanationLines, figuresLines, orderTable } from '../replayer/plan-show.ts'
import type { Surroundings } from './command.ts'
import { filterOf, type FilterSettings } from './filter-settings.ts'
import { orderOf, type OrderSettings } from './order-settings.ts'
import { explanationJson, figuresJson, orderedJson, planJson } from './plan-json.ts'

/** What showing a plan needs of the settings of a command. */
export interface PlanSettings extends FilterSettings, OrderSettings {
  'in-doubt': Selection['inDoubt']
  'max-column-width': number
  json: boolean
}

/** Prints a plan on stdout: its entries and its order, or all about the one that is asked for. */
export async function showPlan(
  journal: JournalReader & CompactionStore,
  plan: Plan,
  settings: PlanSettings,
  surroundings: Surroundings,
): Promise<void> {
  const order = orderOf(settings)
  if (settings.explain !== undefined) {
    await showExplained(journal, plan, settings, order, settings.explain, surroundings)
  } else if (settings.json) await showAsJson(journal, plan, order, surroundings)
  else await showAsTable(journal, plan, settings, order, surroundings)
}

async function showExplained(
  journal: JournalReader,
  plan: Plan,
  settings: PlanSettings,
  order: Order,
  id: number,
  { stdout }: Surroundings,
): Promise<void> {
  const { after } = plan.selection.filter
  const filter = { ...filterOf(settings), ...(after && { after }) }
  const selection = { stream: plan.stream, filter, inDoubt: settings['in-doubt'] }
  const explanation = await explain(journal, plan, selection, order, id)
  await write(
    stdout,
    settings.json
      ? `${JSON.stringify(explanationJson(explanation, order.rules), null, 2)}\n`
      : explanationLines(explanation, order.rules),
  )
}

/** A table for each so many entries: a plan may have millions. */
async function showAsTable(
  journal: JournalReader & CompactionStore,
  plan: Plan,
  settings: PlanSettings,
  order: Order,
  { stdout, signal }: Surroundings,
): Promise<void> {
  const widths = { column: settings['max-column-width'], line: lineWidth(stdout) }
  let rows: OrderedEntry[] = []
  const flush = async () => {
    if (rows.length > 0) await write(stdout, `${orderTable(rows, widths)}\n`)
    rows = []
  }
  const figures = await eachOf(orderedOf(journal, plan, order), signal, async (row) => {
    if (rows.push(row) === ROWS) await flush()
  })
  await flush()
  await write(stdout, figuresLines(figures, order.rules))
  const proof = await proofOfPlan(journal, plan)
  if (proof !== null) await write(stdout, compactionLines(plan.compaction!, proof))
}

const ROWS = 1_000

/** One document, written while it is read. */
async function showAsJson(
  journal: JournalReader & CompactionStore,
  plan: Plan,
  order: Order,
  { stdout, signal }: Surroundings,
): Promise<void> {
  const proof = await proofOfPlan(journal, plan)
  const head = JSON.stringify(planJson(plan, proof), null, 2).replace(/\n}$/, '')
  await write(stdout, `${head},\n  "entries": [`)
  let before = '\n    '
  const figures = await eachOf(orderedOf(journal, plan, order), signal, async (row) => {
    await write(stdout, before + JSON.stringify(orderedJson(row)))
    before = ',\n    '
  })
  await write(
    stdout,
    `\n  ],\n  "order": ${JSON.stringify(figuresJson(figures, order.rules))}\n}\n`,
  )
}

/** Hands each to the function, and answers what the generator ends with. */
async function eachOf(
  ordered: AsyncGenerator<OrderedEntry, GraphFigures>,
  signal: AbortSignal,
  work: (row: OrderedEntry) => Promise<void>,
): Promise<GraphFigures> {
  for (;;) {
    signal.throwIfAborted()
    const next = await ordered.next()
    if (next.done === true) return next.value
    await work(next.value)
  }
}

async function write(output: Surroundings['stdout'], text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain')
}

/** Tables fit a terminal; what reads a pipe gets whole lines. */
export function lineWidth(output: Surroundings['stdout']): number | undefined {
  return output.isTTY === true ? output.columns : undefined
}
