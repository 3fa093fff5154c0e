import { Problem } from '../problem.ts'
import { isInPieces, type FiledBody, type FiledEntry, type FileItem } from './filed.ts'
import type { FileStore, NewFiledRecorder } from './store.ts'

/** How many entries are taken in at a time, and how many bytes of bodies. */
const MOST = 500
const MOST_BYTES = 4 * 1024 * 1024

export interface Importing {
  stream: string
  /** `empty`: nothing but what is of the same file; what was begun and broke off goes on. */
  into: 'empty' | 'any'
  /** Told how many entries there are so far, new ones and known ones. */
  onEntries?: (sofar: number) => void
}

export interface Imported {
  stream: string
  entries: number
  /** Of those, the ones that were not there yet. */
  taken: number
  shots: number
}

/**
 * Takes in what a file holds, which is gone through twice: nothing is taken of one that cannot be read to its
 * end. An entry that is there already changes nothing, so that what broke off is done again, and goes on.
 * Rejects with `stream_taken`, and as reading the file does.
 */
export async function importItems(
  journal: FileStore,
  read: () => AsyncIterable<FileItem>,
  { stream, into, onEntries }: Importing,
): Promise<Imported> {
  const recorders = await recordersOf(read())
  const ids = recorders.map(({ id }) => id)
  if (into === 'empty' && (await journal.holdsOthers(stream, ids))) throw streamTaken(stream)
  await journal.enrolFiled(stream, recorders)
  const imported = { stream, entries: 0, taken: 0, shots: 0 }
  let batch: FiledEntry[] = []
  let bytes = 0
  const take = async () => {
    imported.taken += await journal.takeEntries(stream, batch)
    imported.entries += batch.length
    batch = []
    bytes = 0
    onEntries?.(imported.entries)
  }
  for await (const item of read()) {
    if (item.kind === 'shot') {
      await journal.takeShot(stream, item.shot)
      imported.shots++
      continue
    }
    await takePieces(journal, stream, item.entry)
    batch.push(item.entry)
    bytes += keptBytes(item.entry.request.body) + keptBytes(item.entry.response?.body)
    if (batch.length === MOST || bytes >= MOST_BYTES) await take()
  }
  await take()
  await journal.placeNumbers(stream, ids)
  return imported
}

/** All of it is read, so that what is wrong with it is said before anything is done. */
async function recordersOf(items: AsyncIterable<FileItem>): Promise<NewFiledRecorder[]> {
  const known = new Map<string, NewFiledRecorder>()
  for await (const item of items) {
    if (item.kind !== 'entry') continue
    const { recorder, arrivedAt } = item.entry
    const since = Math.min(known.get(recorder.id)?.since ?? Infinity, arrivedAt)
    known.set(recorder.id, { ...recorder, since })
  }
  return [...known.values()]
}

async function takePieces(journal: FileStore, stream: string, entry: FiledEntry): Promise<void> {
  for (const side of ['request', 'response'] as const) {
    const kept = entry[side]?.body.kept
    if (kept === undefined || !isInPieces(kept)) continue
    let position = 0
    for await (const piece of kept.pieces) {
      await journal.takePiece(stream, entry, { side, position }, piece)
      position++
    }
  }
}

function keptBytes(body: FiledBody | undefined): number {
  return body === undefined || isInPieces(body.kept) ? 0 : body.kept.bytes.length
}

export function streamTaken(stream: string): Problem {
  return new Problem(
    'stream_taken',
    `stream ${stream} holds recordings that are not of this file`,
    {
      source: 'user',
      hint: 'name another one with --stream, or add to it: --into any',
    },
  )
}
