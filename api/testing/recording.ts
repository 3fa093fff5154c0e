import { randomUUID } from 'node:crypto'
import { closeAll, type Closing } from '../../cli/closing.ts'
import { openDatabase, type Database, type DatabaseSource } from '../database.ts'
import { journal, type StreamJournal } from '../journal.ts'
import { startRecorder, type Recorder, type RecorderOptions } from '../recorder.ts'
import { replay, type ReplayOptions } from '../replay.ts'
import type { ReplayRun } from '../run.ts'

export interface RecordingOptions {
  /**
   * Where it is kept. Default: an ephemeral PostgreSQL, started before the tests and closed after them. One that stays carries what was recorded from one run of the tests to another.
   */
  readonly database?: DatabaseSource | undefined
  /** Default: a new name, so that nothing of another run of the tests is in it. */
  readonly stream?: string | undefined
}

/** What is recorded in one test and replayed in another of the same file. */
export interface Recording {
  readonly stream: string
  /** Starts a recorder; it is closed after the tests of the file, or before by yourself. */
  record(options: Omit<RecorderOptions, 'database' | 'stream'>): Promise<Recorder>
  /** Sends what was recorded so far. */
  replay(options: Omit<ReplayOptions, 'from'>): Promise<ReplayRun>
  /** What was recorded so far; it is closed after the tests. */
  journal(): Promise<StreamJournal>
}

/** When a test runner begins and ends the tests of a file. */
export interface Hooks {
  before: (begin: () => Promise<unknown>) => void
  after: (end: () => Promise<void>) => void
}

export function recordingIn(
  { before, after }: Hooks,
  { database: given, stream = `test-${randomUUID().slice(0, 8)}` }: RecordingOptions = {},
): Recording {
  const opened: Closing = []
  let opening: Promise<Database> | null = null
  const database = () => (opening ??= open(given, opened))
  before(database)
  after(() => closeAll(opened.splice(0)))
  return {
    stream,
    async record(options) {
      const recorder = await startRecorder({ ...options, database: await database(), stream })
      opened.push(() => recorder.close())
      return recorder
    },
    replay: async (options) => replay({ ...options, from: { database: await database(), stream } }),
    async journal() {
      const read = await journal({ database: await database(), stream })
      opened.push(() => read.close())
      return read
    },
  }
}

/** One that was given open is not ours to close. */
async function open(given: DatabaseSource | undefined, opened: Closing): Promise<Database> {
  if (typeof given === 'object' && 'close' in given) return given
  const database = await openDatabase(typeof given === 'string' ? { url: given } : given)
  opened.push(() => database.close())
  return database
}
