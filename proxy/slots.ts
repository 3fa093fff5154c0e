import type { Say } from '../telemetry/log.ts'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../journal/folder.ts'
import { Problem, messageOf } from '../journal/problem.ts'
import { readLedgers, type LedgerPage } from './ledger.ts'
import { openSpool, openSpoolReader } from './spool.ts'
import type { Spool, SpooledRecord, SpoolReader } from './spool.ts'
import { isLocked } from './store.ts'

// Where the recorders of a machine keep what is theirs:
//
//   spool/STREAM/0/ledger.ID   who records here, and the highest number it gave
//   spool/STREAM/0/store/      its spool
//   spool/STREAM/0/journal     the journal that it is for
//   spool/STREAM/1/...         of a second one that runs at the same time
//
// A slot belongs to the process that has its store open. A slot that can be opened belongs to
// nobody: whoever its ledgers name is dead, which no lease could say so soon.

export interface Slot {
  folder: string
  spool: Spool
  /** Who had it before and did not leave it in order. */
  predecessors: LedgerPage[]
  /** `used`: somebody recorded here before, so that a journal was reached. */
  history: 'new' | 'used'
}

/** Takes the first slot of the stream that is free. Rejects with `spool_unavailable`. */
export async function claimSlot(
  spoolDir: string,
  stream: string,
  limit: number,
  say: Say,
): Promise<Slot> {
  const parent = folderOf(spoolDir, stream)
  for (let n = 0; ; n++) {
    const slot = await openSlot(join(parent, String(n)), limit, say)
    if (slot !== null) return slot
  }
}

/** The other slots of the stream that nobody has and that hold something. To be closed by the caller. */
export async function* abandonedSlots(
  spoolDir: string,
  stream: string,
  own: Slot | null,
  say: Say,
): AsyncGenerator<Slot> {
  const parent = folderOf(spoolDir, stream)
  for (const name of slotNames(parent)) {
    const folder = join(parent, name)
    if (folder === own?.folder) continue
    const slot = await openSlot(folder, Infinity, say)
    if (slot === null) continue
    if (slot.spool.records > 0 || slot.predecessors.length > 0) yield slot
    else await slot.spool.close()
  }
}

/** A slot as somebody finds it who only looks. */
export interface FoundSlot {
  folder: string
  /** `running`: a process has it. `left`: nobody, and whoever its ledgers name is dead. */
  state: 'running' | 'left'
  ledgers: LedgerPage[]
  /** The journal that it is for, or null where none was reached yet. */
  journal: string | null
  /** What waits in one that was left, as long as it is the last that was found; null: damaged. */
  records: () => AsyncIterable<SpooledRecord | null>
}

/**
 * Every slot of the stream, without taking or changing any. One that was left is open while it is
 * looked at: a recorder that starts in that moment takes another.
 */
export async function* lookAtSlots(spoolDir: string, stream: string): AsyncGenerator<FoundSlot> {
  const parent = folderOf(spoolDir, stream)
  for (const name of slotNames(parent)) {
    const folder = join(parent, name)
    const found = (state: FoundSlot['state'], records: FoundSlot['records']): FoundSlot => ({
      ...{ folder, state, records },
      ledgers: readLedgers(folder),
      journal: journalOf({ folder }),
    })
    const store = join(folder, 'store')
    const reader = existsSync(store) ? await openUnlessLocked(store, openSpoolReader) : NO_RECORDS
    if (reader === null) {
      yield found('running', NO_RECORDS.records)
      continue
    }
    try {
      yield found('left', reader.records)
    } finally {
      await reader.close()
    }
  }
}

const NO_RECORDS: SpoolReader = {
  // oxlint-disable-next-line require-yield
  records: async function* () {},
  close: () => Promise.resolve(),
}

/** Whether the stream was recorded with this folder before, so that a journal was reached. */
export function hasRecorded(spoolDir: string, stream: string): boolean {
  return slotNames(folderOf(spoolDir, stream)).length > 0
}

/** Whether a journal was reached from any slot of the stream. */
export function hasReachedJournal(spoolDir: string, stream: string): boolean {
  const parent = folderOf(spoolDir, stream)
  return slotNames(parent).some((name) => journalOf({ folder: join(parent, name) }) !== null)
}

/** Streams that have slots here, by name. */
export function spooledStreams(spoolDir: string): string[] {
  return slotNames(spoolDir, /./)
    .flatMap((name) => (isStreamFolder(name) ? [decodeURIComponent(name)] : []))
    .sort()
}

/** The journal that the slot's spool is for, or null where none was reached yet. */
export function journalOf(slot: Pick<Slot, 'folder'>): string | null {
  const file = join(slot.folder, 'journal')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

export function setJournal(slot: Slot, journal: string): void {
  if (journalOf(slot) !== journal) writeFileSync(join(slot.folder, 'journal'), `${journal}\n`)
}

/** Removes a slot in which nothing was ever recorded. */
export async function removeSlot(slot: Slot): Promise<void> {
  await slot.spool.close()
  rmSync(slot.folder, { recursive: true, force: true })
}

async function openSlot(folder: string, limit: number, say: Say): Promise<Slot | null> {
  const store = join(folder, 'store')
  const history = existsSync(store) ? 'used' : 'new'
  try {
    makeFolder(folder)
    // Bodies wait in it as they came.
    chmodSync(folder, 0o700)
  } catch (error) {
    throw noFolder(folder, error)
  }
  const spool = await openUnlessLocked(store, (path) => openSpool(path, limit, say))
  return spool && { folder, spool, predecessors: readLedgers(folder), history }
}

/** Null where a process that runs has it. */
async function openUnlessLocked<T>(
  store: string,
  open: (store: string) => Promise<T>,
): Promise<T | null> {
  try {
    return await open(store)
  } catch (error) {
    if (isLocked(error)) return null
    throw error
  }
}

function noFolder(folder: string, error: unknown): Problem {
  return new Problem('spool_unavailable', `the spool ${folder}: ${messageOf(error)}`, {
    source: 'user',
    hint: 'name a folder that this user may write: --spool-dir; or --spool-limit 0 to go without',
    cause: error,
  })
}

function slotNames(folder: string, pattern = /^\d+$/): string[] {
  if (!existsSync(folder)) return []
  if (!statSync(folder).isDirectory()) throw noFolder(folder, new Error('it is not a folder'))
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory() && pattern.test(one.name))
    .map(({ name }) => name)
}

/** Any name of a stream is one folder: never a path, `.` or `..`. */
function folderOf(spoolDir: string, stream: string): string {
  return join(spoolDir, folderName(stream))
}

function folderName(stream: string): string {
  return encodeURIComponent(stream).replaceAll('.', '%2E')
}

/** The folder may hold what is not ours. */
function isStreamFolder(name: string): boolean {
  try {
    return folderName(decodeURIComponent(name)) === name
  } catch {
    return false
  }
}
