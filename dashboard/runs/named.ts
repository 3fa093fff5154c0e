import { answered, api } from '../api/client.ts'
import { idLists } from '../lists/ids.ts'

/** What an entry asked for. */
export interface Asked {
  method: string
  target: string
}

/** Rows with what their entries asked for; null where the entry is gone. */
export async function named<Row extends { entry: number }>(
  rows: readonly Row[],
  stream: string,
  signal: AbortSignal,
): Promise<(Row & { asked: Asked | null })[]> {
  const read = async (id: string) => {
    const query = { stream, id, columns: 'id,method,target', limit: 1_000 }
    return (await answered(api.GET('/api/entries', { params: { query }, signal }))).entries
  }
  const pages = await Promise.all(idLists(rows.map(({ entry }) => entry)).map(read))
  const known = new Map(
    pages.flat().map(({ id, method = '', target = '' }) => [id!, { method, target }]),
  )
  return rows.map((row) => ({ ...row, asked: known.get(row.entry) ?? null }))
}
