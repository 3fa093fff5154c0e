import type { Journal } from '../journal/contract.ts'
import type { EntryFilter } from '../journal/filter.ts'
import type { Secrets } from '../journal/secrets.ts'
import { exportedEntries, LOSSES, type Exported, type Loss } from '../replayer/formats/exported.ts'
import { FOREIGN_WRITERS, type ForeignWriter } from '../replayer/formats/formats.ts'
import { counted } from '../replayer/show.ts'
import { fieldValue } from '../wire/fields.ts'
import { VERSION } from './version.ts'

// Files for other programs: what they cannot hold is counted, and said behind them.

export interface ForeignExport {
  format: ForeignWriter
  filter: EntryFilter & { stream: string }
  /** Null: the recorded upstream. */
  baseUrl: URL | null
  secrets: Secrets
  /** Told how many entries there are so far. */
  onEntries: (sofar: number) => void
}

export interface LossCount {
  entries: number
  /** Ids of the first of them. */
  first: number[]
}

export type Losses = Partial<Record<Loss, LossCount>>

/** The text of a file; `losses` are those of what was read of it so far. */
export async function foreignText(
  journal: Journal,
  { format, filter, baseUrl, secrets, onEntries }: ForeignExport,
): Promise<{ text: AsyncIterable<string>; losses: Losses }> {
  const losses: Losses = {}
  const known = new Map<Loss, number>()
  const how = {
    baseUrl: baseUrl?.origin ?? (await recordedOrigin(journal, filter.stream)),
    baseUrlIs: baseUrl === null ? ('recorded' as const) : ('asked' as const),
    ...{ stream: filter.stream, version: VERSION, secrets },
    tell(what: Loss, entry: number) {
      if (known.get(what) === entry) return
      known.set(what, entry)
      const loss = (losses[what] ??= { entries: 0, first: [] })
      loss.entries++
      if (loss.first.length < FIRST) loss.first.push(entry)
    },
  }
  const entries = told(exportedEntries(journal, filter), onEntries)
  return { text: FOREIGN_WRITERS[format](entries, how), losses }
}

/** So many ids are said of each loss. */
const FIRST = 5

/** A line for each: `2 entries (17, 23) with secrets, which are left out or marked`. */
export function lossLines(losses: Losses): string[] {
  return Object.entries(losses).map(([what, { entries, first }]) => {
    const more = entries > first.length ? ', ...' : ''
    return `${counted(entries, 'entry', 'entries')} (${first.join(', ')}${more}) with ${LOSSES[what as Loss]}`
  })
}

async function* told(
  entries: AsyncIterable<Exported>,
  onEntries: (sofar: number) => void,
): AsyncGenerator<Exported> {
  let sofar = 0
  for await (const exported of entries) {
    yield exported
    onEntries(++sofar)
  }
}

/** The upstream; of what came from a file, the host that its newest entry was sent to. */
async function recordedOrigin(journal: Journal, stream: string): Promise<string> {
  const summary = (await journal.streams()).find((one) => one.stream === stream)
  const target = summary?.targets.find((one) => /^https?:/.test(one))
  if (target !== undefined) return new URL(target).origin
  const [newest] = await journal.list({ stream }, { order: '-order', limit: 1 })
  const host = newest && fieldValue(newest.requestHeaders, 'host')
  return `http://${host ?? 'localhost'}`
}
