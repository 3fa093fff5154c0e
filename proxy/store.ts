import { statfs } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { ClassicLevel } from 'classic-level'
import { Problem, codeOf, messageOf } from '../journal/problem.ts'

// LevelDB as an ordered log of values on the local disk, under the three rules of
// docs/decisions/002-spool-store.md: leave room, never write again to a handle with a failed write,
// and carry a checksum in each value.

export interface Stored {
  sequence: number
  value: Buffer
}

export interface LogStore {
  /** Synced to the disk when it resolves; all or none. Rejects with `spool_unavailable`. */
  put(items: readonly Stored[]): Promise<void>
  /** From `sequence` on, at most so many. A damaged value is an item without one. */
  read(sequence: number, limit: number): AsyncIterable<{ sequence: number; value: Buffer | null }>
  /** Removes what stands in [from, to). Not synced: after a crash some may be there again. */
  remove(from: number, to: number): Promise<void>
  /** Gives back the disk of what was removed. */
  compact(): Promise<void>
  /** Whether there is room for more than a little, and a write succeeds. Rejects with `spool_unavailable`. */
  check(): Promise<void>
  close(): Promise<void>
}

/** LevelDB's write buffer, and so about the length of its log, in bytes. */
const WRITE_BUFFER = 1024 * 1024

/** What must stay free on the disk: opening and compacting take some, and must never fail. */
const RESERVE = 4 * WRITE_BUFFER

/** What must be free besides before a full disk counts as having room again. */
const CHECKED_ROOM = 1024 * 1024

/** Opens a store, making its folder. Rejects with `spool_unavailable`. */
export async function openStore(folder: string): Promise<LogStore> {
  let level = await openLevel(folder)
  let state: 'sound' | 'broken' = 'sound'
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: the next in a queue must not reach a handle with a failed write. */
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      try {
        if (state === 'broken') {
          await level.close()
          level = await openLevel(folder)
          state = 'sound'
        }
        return await work()
      } catch (error) {
        state = 'broken'
        throw storeProblem(folder, error)
      }
    })
    last = turn.catch(() => {})
    return turn
  }
  const write = async (items: readonly Stored[]) => {
    const size = items.reduce((sum, { value }) => sum + value.length, 0)
    await requireRoom(folder, size)
    await exclusively(() => level.batch(items.map(sealedPut), { sync: true }))
  }

  return {
    put: write,
    async *read(sequence, limit) {
      try {
        const range = { gte: keyOf(sequence), lt: BEHIND, limit }
        for await (const [key, sealed] of level.iterator(range)) {
          yield { sequence: sequenceOf(key), value: unsealed(key, sealed) }
        }
      } catch (error) {
        throw storeProblem(folder, error)
      }
    },
    remove: (from, to) => exclusively(() => level.clear({ gte: keyOf(from), lt: keyOf(to) })),
    compact: () => exclusively(() => level.compactRange(keyOf(0), BEHIND)),
    async check() {
      await requireRoom(folder, CHECKED_ROOM)
      await write([{ sequence: PROBE, value: Buffer.alloc(0) }])
    },
    async close() {
      await last
      await level.close()
    },
  }
}

/** Whether a folder is in use by a process that runs. */
export function isLocked(error: unknown): boolean {
  return error instanceof Problem && codeOf(error.cause) === 'LEVEL_LOCKED'
}

async function requireRoom(folder: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < size + RESERVE) {
    throw storeProblem(folder, new Error(`its disk has only ${free} bytes left`))
  }
}

async function openLevel(folder: string): Promise<ClassicLevel<Buffer, Buffer>> {
  const level = new ClassicLevel<Buffer, Buffer>(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    compression: false,
    writeBufferSize: WRITE_BUFFER,
  })
  try {
    await level.open()
    return level
  } catch (error) {
    // The reason is in the cause.
    throw storeProblem(folder, (error as Error).cause ?? error)
  }
}

function storeProblem(folder: string, error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem('spool_unavailable', `the spool ${folder}: ${messageOf(error)}`, {
    source: 'internal',
    retryable: true,
    hint: 'it needs a local disk with room: --spool-dir; or --spool-limit 0 to go without',
    cause: error,
  })
}

/** Big-endian, so that the order of the keys is that of the numbers. */
function keyOf(sequence: number): Buffer {
  const key = Buffer.alloc(8)
  key.writeBigUInt64BE(BigInt(sequence))
  return key
}

function sequenceOf(key: Buffer): number {
  return Number(key.readBigUInt64BE())
}

/** Behind every sequence number. */
const BEHIND = keyOf(Number.MAX_SAFE_INTEGER)

/** Written to see whether writing works; never read. */
const PROBE = Number.MAX_SAFE_INTEGER

const CHECKSUM = 4

function sealedPut({ sequence, value }: Stored): { type: 'put'; key: Buffer; value: Buffer } {
  const key = keyOf(sequence)
  const sum = Buffer.alloc(CHECKSUM)
  sum.writeUInt32BE(crc32(value, crc32(key)))
  return { type: 'put', key, value: Buffer.concat([sum, value]) }
}

function unsealed(key: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < CHECKSUM) return null
  const value = sealed.subarray(CHECKSUM)
  return sealed.readUInt32BE() === crc32(value, crc32(key)) ? value : null
}
