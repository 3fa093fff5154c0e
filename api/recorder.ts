import { openAdmin } from '../cli/admin.ts'
import { closeAll, openedAll } from '../cli/closing.ts'
import { renewableIdentity } from '../cli/identity.ts'
import { openRecorder } from '../cli/recorder.ts'
import { recorderMissing, recorderSettings } from '../cli/recorder-settings.ts'
import { origin } from '../cli/values.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import { onceOnly, type Database, type DatabaseSource } from './database.ts'
import { entriesOf, type RecordedEntry } from './entry.ts'
import { entryFilter, type Filter } from './filter.ts'
import { sayTo, type Log } from './log.ts'
import {
  readOptions,
  timeText,
  without,
  type Call,
  type Duration,
  type MoreSettings,
} from './options.ts'
import { openStore, storeSettings } from './store.ts'

/** All but `upstream` may be left out. What is meant in detail: `reprise proxy --help`. */
export interface RecorderOptions {
  /** The backend: `http://HOST:PORT`. */
  readonly upstream: string | URL
  /** Where entries go. Default: an ephemeral PostgreSQL, which is closed with the recorder. */
  readonly database?: DatabaseSource | undefined
  /** The name of the backend whose mutations these are. Default: `default`. */
  readonly stream?: string | undefined
  /** Where clients connect. Default: 127.0.0.1. */
  readonly host?: string | undefined
  /** Default: 0, a free one. */
  readonly port?: number | undefined
  /** What the answer to a mutation waits for. Default: `commit`. */
  readonly durability?: 'async' | 'commit' | 'intent' | undefined
  /** Default: all but GET, HEAD, OPTIONS and TRACE. */
  readonly recordMethods?: readonly string[] | undefined
  /** `404`, `'5xx'`, `'400-499'`. Default: 1xx, 2xx, 3xx and 5xx. */
  readonly recordStatuses?: readonly (number | string)[] | undefined
  /** Paths that are not recorded: `/exact`, `/prefix/*`, or a glob. */
  readonly excludePaths?: readonly string[] | undefined
  /** Reads and refusals that are recorded as context at once: paths, written the same. */
  readonly contextPaths?: readonly string[] | undefined
  /** Fields whose values are secrets, besides Authorization, Cookie and Set-Cookie. */
  readonly secretHeaders?: readonly string[] | undefined
  /** Names of secrets in queries, forms and JSON, besides `password` and the like. */
  readonly secretFields?: readonly string[] | undefined
  /** Recorded of a body at most: in bytes, or `'512KB'`. Default: 1GB. */
  readonly maxBody?: number | string | undefined
  /** How long what runs may take to finish when it is closed. Default: 10s. */
  readonly shutdownTimeout?: Duration | undefined
  /** Default: warnings are warnings of the process. */
  readonly log?: Log | undefined
  /** Further settings of `reprise proxy`, by their names there: `{ 'upstream-tls': 'insecure' }`. */
  readonly settings?: MoreSettings | undefined
}

/** A proxy that records, in this process. */
export interface Recorder {
  /** Where clients connect: in the place of the upstream's URL. */
  readonly url: string
  readonly stream: string
  readonly database: Database
  /** Where /health, /readyz and /metrics are, with the setting `admin-listen`; null without it. */
  readonly adminUrl: string | null
  /**
   * What it and others recorded in the stream, in order. A mutation whose answer was read is there, but for
   * `durability: 'async'`.
   */
  entries(filter?: Filter): AsyncIterable<RecordedEntry>
  /** Stops accepting, finishes what runs, settles the journal; then closes a database of its own. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a recorder before a backend, as `reprise proxy` does. There may be several in a process. No setting
 * is read from the environment or a file.
 *
 * Rejects with a Problem: `settings_invalid`, which names everything that is wrong, `embedded_unavailable`,
 * `journal_unreachable`, `listen_failed`.
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { host = '127.0.0.1', port = 0, ...given } = options
  const settings = readOptions(CALL, {
    ...given,
    shutdownTimeout: timeText(options.shutdownTimeout),
    [ADDRESS]: `${host.includes(':') ? `[${host}]` : host}:${port}`,
  })
  const log = sayTo(options.log)
  const asked = { source: options.database, call: CALL.name, absent: 'ephemeral' } as const
  return openedAll(async (closing) => {
    const { database, open } = await openStore(asked, settings, log, closing)
    const admin = await openAdmin(settings)
    closing.push(() => admin.close())
    const { target: upstream, ...rest } = settings
    const place = { 'database-url': database.url, 'data-dir': database.dataDir }
    const recording = await openRecorder({
      ...{ settings: { ...rest, ...place }, target: upstream!, database: open, admin, log },
      identity: renewableIdentity(settings, { onHangUp: () => {} }, log),
    })
    closing.push(() => recording.close())
    const { stream } = settings
    const journal = openJournal({ ...open, name: `reprise journal ${stream}` })
    closing.push(() => journal.close())
    const store = { journal, isSecret: open.secrets.isSecret }
    const close = onceOnly(() => closeAll(closing))
    return {
      ...{ url: recording.url, stream, database, adminUrl: admin.url, close },
      entries: (filter = {}) => entriesOf(store, entryFilter(filter, stream, 'entries')),
      [Symbol.asyncDispose]: close,
    }
  })
}

/** Of which one setting is made. */
const ADDRESS = 'host and port'

const table = {
  target: origin('the backend'),
  ...without(recorderSettings, ['database-url', 'data-dir']),
  ...storeSettings,
}

const CALL: Call<typeof table> = {
  name: 'startRecorder',
  table,
  options: {
    ...{ upstream: 'target', stream: 'stream', [ADDRESS]: 'listen', durability: 'durability' },
    ...{ recordMethods: 'record-methods', recordStatuses: 'record-statuses' },
    ...{ excludePaths: 'exclude-paths', contextPaths: 'context-paths' },
    ...{ secretHeaders: 'secret-headers', secretFields: 'secret-fields', maxBody: 'max-body' },
    shutdownTimeout: 'shutdown-timeout',
  },
  others: ['database', 'host', 'port', 'log'],
  missing: (known) => ({
    ...(known.target === undefined && { target: 'http://HOST:PORT' }),
    ...recorderMissing(known),
  }),
}
