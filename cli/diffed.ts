import type { EntryCursor, Journal } from '../journal/contract.ts'
import type { FileItem } from '../journal/files/filed.ts'
import type { FiledSecrets } from '../journal/files/store.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { chooseStream } from '../replayer/plan.ts'
import type { JournalFile } from './file-settings.ts'
import { selected } from './exporting.ts'

/** What is held against something else: a journal file, or what of a stream would go to one. */
export interface Diffed {
  /** `line`: from 1, where an entry stands in it. */
  read(): AsyncIterable<FileItem>
  /** How people find what stands there. */
  place(line: number): { line: number } | { entry: number }
}

const STREAM = /^stream:(?=.)/

/** The stream that is named in the place of a file; null: it is a file. A file that is called so is `./stream:x`. */
export function streamIn(named: string): string | null {
  return STREAM.test(named) ? named.replace(STREAM, '') : null
}

export function diffedFile(file: JournalFile): Diffed {
  return { read: () => file.read(), place: (line) => ({ line }) }
}

/** What there is of it at this moment. Rejects with `stream_unknown` or `selection_empty`. */
export async function diffedStream(
  journal: Journal,
  named: string,
  narrowed: EntryFilter,
  secrets: FiledSecrets,
): Promise<Diffed> {
  const stream = await chooseStream(journal, named)
  const filter = await selected(journal, stream, narrowed)
  const ids: number[] = []
  return {
    async *read() {
      let line = 0
      for (let after: EntryCursor | null | undefined; after !== null;) {
        const page = { ...PAGE, ...(after && { after }) }
        const { entries, ids: known, next } = await journal.filedEntries(filter, page, secrets)
        for (const [i, entry] of entries.entries()) {
          line++
          ids[line - 1] = known[i]!
          yield { kind: 'entry', line, entry }
        }
        after = next
      }
    },
    place: (line) => ({ entry: ids[line - 1]! }),
  }
}

/** How many entries are read at a time, and how many bytes of bodies. */
const PAGE = { limit: 500, bytes: 4 * 1024 * 1024 }
