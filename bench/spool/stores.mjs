// The candidates behind one small interface. `append` and `remove` answer when it is on the disk;
// `read` gives [number, bytes] from a number on, in order.

import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { openGuarded } from './guard.mjs'
import { openPlain } from './plain.mjs'
import { keyOf, seqOf } from './records.mjs'

export const names = ['lmdb', 'classic-level', 'classic-level, guarded', 'plain file']

export const packageOf = (name) => name.split(',')[0]

export function requireFrom(packages) {
  return createRequire(join(resolve(packages), 'package.json'))
}

async function openLevel({ ClassicLevel }, folder, { writeBufferSize }) {
  const db = new ClassicLevel(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    compression: false,
    writeBufferSize,
  })
  await db.open()
  return {
    append: async (records) =>
      db.batch(
        records.map(([seq, value]) => ({ type: 'put', key: keyOf(seq), value })),
        { sync: true },
      ),
    read: async (from, limit) => {
      const entries = await db.iterator({ gte: keyOf(from), limit }).all()
      return entries.map(([key, value]) => [seqOf(key), value])
    },
    remove: async (seqs) =>
      db.batch(
        seqs.map((seq) => ({ type: 'del', key: keyOf(seq) })),
        { sync: true },
      ),
    compact: async () => db.compactRange(keyOf(0), keyOf(Number.MAX_SAFE_INTEGER)),
    close: async () => db.close(),
  }
}

function openLmdb({ open }, folder) {
  // Without overlappingSync a write's promise waits for the fsync, as `sync: true` does in LevelDB.
  const db = open({
    path: folder,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    mapSize: 1 << 30,
  })
  // Every promise is waited for: when a commit fails, each of them rejects.
  const inOne = async (each) => {
    const writes = []
    const whole = db.batch(() => each((write) => writes.push(write)))
    const [done] = await Promise.all([whole, ...writes])
    if (done === false) throw new Error('lmdb answered false')
  }
  return {
    append: async (records) =>
      inOne((add) => {
        for (const [seq, value] of records) add(db.put(keyOf(seq), value))
      }),
    read: async (from, limit) =>
      Array.from(db.getRange({ start: keyOf(from), limit }), ({ key, value }) => [
        seqOf(key),
        Buffer.from(value),
      ]),
    remove: async (seqs) =>
      inOne((add) => {
        for (const seq of seqs) add(db.remove(keyOf(seq)))
      }),
    compact: async () => {},
    close: async () => db.close(),
  }
}

export async function openStore(name, folder, options) {
  if (name === 'plain file') return openPlain(folder)
  const { packages, writeBufferSize = 4 << 20, reserve = 4 * writeBufferSize } = options
  const library = requireFrom(packages)(packageOf(name))
  if (name === 'lmdb') return openLmdb(library, folder)
  const level = () => openLevel(library, folder, { writeBufferSize })
  return name === 'classic-level' ? level() : openGuarded(level, folder, reserve)
}

/** The files that hold records; the one written last comes last. */
export function dataFiles(name, files) {
  if (name === 'lmdb') return files.filter((file) => file === 'data.mdb')
  const ending = (...endings) => files.filter((file) => endings.some((end) => file.endsWith(end)))
  if (name === 'plain file') return ending('.seg').sort()
  return [...ending('.ldb').sort(), ...ending('.log').sort()]
}
