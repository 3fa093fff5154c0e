import { answered, api, type Entry } from '../api/client.ts'
import { idLists } from '../lists/ids.ts'

export type Settlement = 'applied' | 'not_applied' | null

/** What is asked of entries that are to be settled. */
export type Doubt = Pick<Entry, 'id' | 'stream' | 'verdict' | 'settled'>

export const isUnsettled = ({ verdict, settled }: Doubt) =>
  verdict === 'in_doubt' && settled === null

export async function readDoubts(ids: readonly number[], signal: AbortSignal): Promise<Doubt[]> {
  const read = async (id: string) => {
    const query = { id, columns: 'id,stream,verdict,settled', limit: 1_000 }
    return (await answered(api.GET('/api/entries', { params: { query }, signal }))).entries
  }
  return (await Promise.all(idLists(ids).map(read))).flat() as Doubt[]
}

/** Settles those that are in doubt, or (null) takes back what was settled; answers how many changed. */
export async function settleEntries(
  entries: readonly Doubt[],
  settlement: Settlement,
): Promise<number> {
  let changed = 0
  for (const stream of new Set(entries.map((entry) => entry.stream))) {
    const ids = entries.filter((entry) => entry.stream === stream).map(({ id }) => id)
    for (const id of idLists(ids)) changed += await settle(stream, { id }, settlement)
  }
  return changed
}

/** All of a stream that are in doubt at a moment: how many, and the newest of them. */
export interface AllDoubts {
  stream: string
  count: number
  newest: number
}

export async function readAllDoubts(stream: string, signal: AbortSignal): Promise<AllDoubts> {
  const open = { stream, verdict: 'in_doubt', settled: 'no' }
  const query = { ...open, order: '-id' as const, columns: 'id', limit: 1 }
  const { entries } = await answered(api.GET('/api/entries', { params: { query }, signal }))
  const newest = entries[0]?.id ?? 0
  const bounded = { ...open, id__lte: newest, spans: 1 }
  const counted = api.GET('/api/timeline', { params: { query: bounded }, signal })
  const { spans } = await answered(counted)
  return { stream, newest, count: spans.reduce((sum, span) => sum + (span.in_doubt ?? 0), 0) }
}

/** The same of all of a stream, as they were counted: what came since does not join. */
export function settleAll({ stream, newest }: AllDoubts, settlement: Settlement): Promise<number> {
  return settle(stream, { id__lte: newest }, settlement)
}

async function settle(
  stream: string,
  query: { id?: string; id__lte?: number },
  settlement: Settlement,
): Promise<number> {
  const params = { path: { stream }, query }
  const call = api.PUT('/api/streams/{stream}/settlement', { params, body: { settlement } })
  return (await answered(call)).changed
}
