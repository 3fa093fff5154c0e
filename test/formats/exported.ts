import type { Entry } from '../../journal/entry.ts'
import { createSecrets } from '../../journal/secrets.ts'
import type { Exported, Exporting, Loss, Write } from '../../replayer/formats/exported.ts'
import { asRead, newEntry, type EntryChanges } from '../journal/entries.ts'

// Entries as they are exported, without a journal.

export const secrets = createSecrets(Buffer.alloc(32, 'test'), [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
])

export function exported(
  id: number,
  changes: EntryChanges = {},
  entry: Partial<Entry> = {},
): Exported {
  const read: Entry = { id, ...asRead('shop', 'r', newEntry(id, changes)), ...entry }
  const response = read.responseBody && { bytes: read.responseBody, left: null }
  return { entry: read, request: { bytes: read.requestBody, left: null }, response }
}

/** The text that comes of them, and what was told to be lost, by what. */
export async function written(
  write: Write,
  entries: readonly Exported[],
): Promise<{ text: string; losses: Partial<Record<Loss, number[]>> }> {
  const losses: Partial<Record<Loss, number[]>> = {}
  const how: Exporting = {
    ...{
      baseUrl: 'http://127.0.0.1:3000',
      baseUrlIs: 'recorded',
      stream: 'shop',
      version: '1.2.3',
      secrets,
    },
    tell: (what, id) => void (losses[what] ??= []).push(id),
  }
  let text = ''
  for await (const piece of write(each(entries), how)) text += piece
  return { text, losses }
}

export async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item)
}

/** In pieces of so many bytes, so that what stands over their edges is read too. */
export async function* inPieces(bytes: Buffer | string, size: number): AsyncGenerator<Buffer> {
  const all = Buffer.from(bytes)
  for (let at = 0; at < all.length; at += size)
    yield await Promise.resolve(all.subarray(at, at + size))
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
