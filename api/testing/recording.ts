import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { closeAll, type Closing } from '../../cli/closing.ts'
import { settingsProblem } from '../../cli/settings.ts'
import { Problem } from '../../journal/problem.ts'
import { openDatabase, type Database, type DatabaseSource } from '../database.ts'
import { pathOf } from '../filed.ts'
import { journal, type StreamJournal } from '../journal.ts'
import { startRecorder, type Recorder, type RecorderOptions } from '../recorder.ts'
import { replay, type ReplayOptions } from '../replay.ts'
import type { ReplayRun } from '../run.ts'

/**
 * `none`: a file is only read; `new`: it is written where it is not there yet; `all`: it is written anew. Where a
 * run of the tests that may write it records something, that is what is written. Where it records nothing,
 * `all` puts answers of a replay that differ into it, as `reprise ci --update` does.
 */
export type FileUpdate = 'all' | 'new' | 'none'

export interface RecordingOptions {
  /**
   * A journal file, for version control: what is replayed is what stands there, so that a build is held against
   * what an earlier one answered. A path is meant from the folder in which the tests run. Default: none; what
   * one test recorded is replayed in another of the same run.
   */
  readonly file?: string | URL | undefined
  /** Whether the file is written. Default: as the test runner treats snapshots; see `recording`. */
  readonly update?: FileUpdate | undefined
  /** With which secrets are sealed in the file. Default: they are left out of it. */
  readonly fileKey?: string | undefined
  /**
   * Where it is kept. Default: an ephemeral PostgreSQL, started before the tests and closed after them. One that
   * stays carries what was recorded from one run of the tests to another.
   */
  readonly database?: DatabaseSource | undefined
  /** Default: a new name, so that nothing of another run of the tests is in it. */
  readonly stream?: string | undefined
}

/** What is recorded in one test and replayed in another of the same file, or in another run of it. */
export interface Recording {
  readonly stream: string
  /** Starts a recorder; it is closed after the tests of the file, or before by yourself. */
  record(options: Omit<RecorderOptions, 'database' | 'stream'>): Promise<Recorder>
  /** Sends what was recorded so far, or what the journal file holds. */
  replay(options: Omit<ReplayOptions, 'from'>): Promise<ReplayRun>
  /** What was recorded so far; it is closed after the tests. */
  journal(): Promise<StreamJournal>
}

/** What there is of a test runner. */
export interface Runner {
  /** When it begins and ends the tests of a file. */
  before: (begin: () => Promise<unknown>) => void
  after: (end: () => Promise<void>) => void
  /** What it was told of snapshots. Asked within a test. */
  update: () => FileUpdate
  /** How it is told to write them. */
  updating: string
}

export function recordingIn(
  { before, after, ...runner }: Runner,
  { database: given, stream = `test-${randomUUID().slice(0, 8)}`, ...filed }: RecordingOptions = {},
): Recording {
  const opened: Closing = []
  let opening: Promise<Database> | null = null
  const database = () => (opening ??= open(given, opened))
  const file = filed.file === undefined ? null : committedFile(filed.file, filed, runner)
  const write = async () => {
    if (file?.isRecorded === true) await file.write({ database: await database(), stream })
  }
  before(async () => {
    await database()
    // Closed in the reverse order: behind the recorders, before the database.
    opened.push(write)
  })
  after(() => closeAll(opened.splice(0)))
  return {
    stream,
    async record(options) {
      const recorder = await startRecorder({ ...options, database: await database(), stream })
      opened.push(() => recorder.close())
      file?.recording()
      return recorder
    },
    async replay(options) {
      await write()
      const from = { database: await database(), stream }
      return replay({ ...options, from: file === null ? from : file.source(from.database) })
    },
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

/** The file, and whether what this run of the tests records goes to it. */
function committedFile(
  given: string | URL,
  { update, fileKey }: Pick<RecordingOptions, 'update' | 'fileKey'>,
  runner: Pick<Runner, 'update' | 'updating'>,
) {
  const path = resolve(pathOf(given))
  if (update !== undefined && !UPDATES.includes(update)) {
    throw settingsProblem([`update in recording: expected one of ${UPDATES.join('|')}`])
  }
  const wasThere = existsSync(path)
  const mode = () => update ?? runner.update()
  let isRecorded = false
  return {
    get isRecorded() {
      return isRecorded
    },
    recording() {
      isRecorded ||= mode() === 'all' || (mode() === 'new' && !wasThere)
    },
    async write(from: { database: Database; stream: string }) {
      await using log = await journal(from)
      const secrets = fileKey === undefined ? 'omit' : 'sealed'
      if ((await log.count()) === 0) return
      mkdirSync(dirname(path), { recursive: true })
      await log.export(path, { secrets, fileKey })
    },
    source(database: Database) {
      if (!existsSync(path)) throw nothingRecorded(path, runner.updating)
      return { file: path, fileKey, database, update: mode() === 'all' && !isRecorded }
    },
  }
}

const UPDATES: readonly FileUpdate[] = ['all', 'new', 'none']

function nothingRecorded(path: string, updating: string): Problem {
  // In the message: test runners show no hints.
  const what = `${path}: there is no such file; record it with ${updating}, or the option update: 'new'`
  return new Problem('file_unusable', what, { source: 'user' })
}
