import { openJournal } from '../journal/postgres/journal.ts'
import type { RenewableIdentity } from '../proxy/server.ts'
import type { Say } from '../telemetry/log.ts'
import type { Admin } from './admin.ts'
import { migratingFirst, type Database } from './database.ts'
import type { RecorderSettings } from './recorder-settings.ts'
import { startRecording, type Recording } from './recording.ts'
import { startRestoring } from './restoring.ts'
import { startStateKeeping } from './state-keeping.ts'

/** What a recorder is made of. */
export interface RecorderParts {
  settings: RecorderSettings
  target: URL
  /** Null where nothing is recorded. */
  database: Database | null
  identity: RenewableIdentity | undefined
  admin: Admin
  log: Say
}

/** A recorder in this process, with what stands beside it. Its connections are its own. */
export async function openRecorder(parts: RecorderParts): Promise<Recording> {
  const { settings, target, database, identity, admin, log } = parts
  const name = `reprise proxy ${settings.stream}`
  const journal = database && openJournal({ ...database, name })
  try {
    const writer = journal && migratingFirst(journal, database.url)
    const recording = await startRecording(settings, target, writer, identity, admin, log)
    return closingThen(await withStateBeside(recording, parts), async () => journal?.close())
  } catch (error) {
    await journal?.close()
    throw error
  }
}

/** Beside a recording that runs: the backend's state is kept, and restored, where that was asked for. */
export async function withStateBeside(
  recording: Recording,
  { settings, target, database, admin, log }: RecorderParts,
): Promise<Recording> {
  const keeping = startStateKeeping(settings, target, database, log)
  // It asks for the state once more, of which nothing may change any more.
  const recorder = closingThen(recording, () => keeping.close())
  try {
    const restoring = await startRestoring(settings, target, database, admin, log)
    return closingThen({ url: recording.url, close: () => restoring.close() }, () =>
      recorder.close(),
    )
  } catch (error) {
    await recorder.close()
    throw error
  }
}

/** The second is closed whatever becomes of the first. */
function closingThen(first: Recording, then: () => Promise<void>): Recording {
  return {
    url: first.url,
    async close() {
      try {
        await first.close()
      } finally {
        await then()
      }
    },
  }
}
