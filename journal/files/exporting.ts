import type { EntryCursor } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import type { FileItem } from './filed.ts'
import type { FiledSecrets, FileStore } from './store.ts'

/** How many entries are read at a time, and how many bytes of bodies. */
const PAGE = { limit: 500, bytes: 4 * 1024 * 1024 }

export interface Exporting {
  /** Of one stream, which it names. */
  filter: EntryFilter & { stream: string }
  secrets: FiledSecrets
  /** Whether what is kept of the backend's state goes with it: it is that behind all entries. */
  shots: 'also' | 'none'
  /** Told how many entries there are so far. */
  onEntries?: (sofar: number) => void
}

/** What a file holds of a selection, in the order of the stream. Memory does not grow with it. */
export async function* itemsOf(
  journal: FileStore,
  { filter, secrets, shots, onEntries }: Exporting,
): AsyncGenerator<FileItem> {
  let sofar = 0
  for (let after: EntryCursor | null | undefined; after !== null;) {
    const page = { ...PAGE, ...(after && { after }) }
    const { entries, next } = await journal.filedEntries(filter, page, secrets)
    for (const entry of entries) yield { kind: 'entry', line: 0, entry }
    sofar += entries.length
    onEntries?.(sofar)
    after = next
  }
  if (shots === 'none') return
  for (const shot of await journal.filedShots(filter.stream, secrets)) {
    yield { kind: 'shot', line: 0, shot }
  }
}
