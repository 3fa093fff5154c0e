import type { Closing } from '../cli/closing.ts'
import {
  databaseSettings,
  openDatabase as openWith,
  type Database as Opened,
} from '../cli/database.ts'
import { settingsProblem, withDefault, type Settings } from '../cli/settings.ts'
import { Problem } from '../journal/problem.ts'
import type { Say } from '../telemetry/log.ts'
import { openDatabase, type Database, type DatabaseOptions } from './database.ts'
import { without } from './options.ts'

/** Of a call, what a command is told of the database: whoever calls can wait by themselves. */
export const storeSettings = {
  ...without(databaseSettings, ['database-url', 'data-dir']),
  'database-wait': withDefault(databaseSettings['database-wait'], 0, '0s'),
}

/** What a call works with: what was given to it, and the same as everything of ours takes it. */
export interface Store {
  database: Database
  open: Opened
}

/**
 * Opens the database of a call and brings its schema up to date; what it opened for it alone goes to
 * `closing`. `absent`: what is done where none is given.
 */
export async function openStore(
  { source, call, absent }: { source: unknown; call: string; absent: 'ephemeral' | 'refused' },
  settings: Settings<typeof storeSettings>,
  say: Say,
  closing: Closing,
): Promise<Store> {
  const given = sourceOf(source, call, absent)
  const database = 'close' in given ? given : await openDatabase(given)
  if (database !== given) closing.push(() => database.close())
  const { url, dataDir } = database
  const whole = { ...settings, 'database-url': url, 'data-dir': dataDir }
  const open = await openWith(whole, new AbortController().signal, say)
  closing.push(() => open.close())
  return { database, open }
}

function sourceOf(
  source: unknown,
  call: string,
  absent: 'ephemeral' | 'refused',
): Database | DatabaseOptions {
  if (typeof source === 'string') return { url: source }
  if (typeof source === 'object' && source !== null) return requireOpen(source, call)
  if (source === undefined && absent === 'ephemeral') return {}
  throw settingsProblem([
    `database in ${call}: expected a URL, { url, dataDir }, or what openDatabase() answers`,
  ])
}

function requireOpen<T extends object>(source: T, call: string): T {
  if (!('closed' in source) || source.closed !== true) return source
  throw new Problem('journal_unreachable', `database in ${call}: it was closed`, {
    source: 'user',
    hint: 'one of a recorder is closed with it: openDatabase() gives one that stays until you close it',
  })
}
