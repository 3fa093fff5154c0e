import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { actor } from '../cli/actor.ts'
import { acceptAnswers, keyOf, type Accepted, type Differing } from '../cli/ci/accepting.ts'
import { takeIn } from '../cli/ci/taking-in.ts'
import type { Closing } from '../cli/closing.ts'
import type { Database as Opened } from '../cli/database.ts'
import { baseNameOf } from '../cli/file-formats.ts'
import { keysGiven, openPlaced, type readingSettings } from '../cli/file-settings.ts'
import type { KeySettings } from '../cli/secret-key.ts'
import { settingsProblem, type Settings } from '../cli/settings.ts'
import type { Journal } from '../journal/contract.ts'
import type { FinishedAttempt } from '../replayer/run.ts'
import type { FileSource } from './sources.ts'

/** A file whose entries are in a stream of their own, until all that was opened is closed. */
export interface TakenIn {
  stream: string
  /** To be told of each attempt. */
  add(attempt: FinishedAttempt): void
  /** Puts the answers of the run that differ into the file. */
  accept(run: number): Promise<Accepted>
}

export async function takenIn(
  { file: named, update = false }: FileSource,
  { journal, open }: { journal: Journal; open: Pick<Opened, 'secrets'> },
  settings: Settings<typeof readingSettings> & Omit<KeySettings, 'data-dir'>,
  opened: Closing,
): Promise<TakenIn> {
  const path = pathOf(named)
  const keys = keysGiven(settings)
  const file = await openPlaced({ name: path, place: path, close: async () => {} }, settings, keys)
  const stream = `${baseNameOf(path)} ${randomUUID()}`
  opened.push(() => journal.dropImported(stream))
  await takeIn({ journal, stream }, file, actor('program'))
  const differing: Differing = new Map()
  return {
    stream,
    add(attempt) {
      if (update && attempt.result.outcome === 'differs') {
        differing.set(keyOf(attempt.entry), attempt)
      }
    },
    async accept(run) {
      if (differing.size === 0) return { accepted: 0, left: [] }
      return acceptAnswers({
        ...{ file, path, differing, journal, run: { stream, id: run }, secrets: open.secrets },
        key: file.isSealed ? (keys[0] ?? null) : null,
      })
    },
  }
}

/** Throws the Problem `settings_invalid` where it names no file. */
export function pathOf(file: string | URL): string {
  if (typeof file === 'string' && file !== '') return file
  if (file instanceof URL && file.protocol === 'file:') return fileURLToPath(file)
  throw settingsProblem([`file: expected a path or a URL with file:, got '${String(file)}'`])
}
