// classic-level as the spool has to use it. Three rules: a write that would leave too little room is
// refused beforehand; a handle with a failed write is never written to again; and values carry a
// checksum of their own, because this build of LevelDB verifies none in its tables.

import { mkdir, statfs } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { keyOf } from './records.mjs'

const sumOf = (seq, value) => crc32(value, crc32(keyOf(seq)))

function seal([seq, value]) {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(sumOf(seq, value))
  return [seq, Buffer.concat([sum, value])]
}

function unseal([seq, sealed]) {
  const value = sealed.subarray(4)
  if (sealed.length < 4 || sealed.readUInt32BE(0) !== sumOf(seq, value))
    throw Object.assign(new Error(`record ${seq} is damaged`), { code: 'DAMAGED' })
  return [seq, value]
}

/** `reserve` is what reopening and compacting may need: LevelDB cannot even open without room. */
export async function openGuarded(reopen, folder, reserve) {
  await mkdir(folder, { recursive: true })
  let store = await reopen()
  let broken = false
  let last

  async function write(work) {
    if (broken) {
      await store.close()
      store = await reopen()
      broken = false
    }
    try {
      return await work()
    } catch (error) {
      broken = true
      throw error
    }
  }

  async function append(records) {
    const { bavail, bsize } = await statfs(folder)
    const room = bavail * bsize - records.reduce((sum, [, value]) => sum + value.length, 0)
    if (room < reserve) throw Object.assign(new Error('too little room'), { code: 'ENOSPC' })
    await write(() => store.append(records.map(seal)))
  }

  /** Numbers have no gaps, so a gap is a loss. What is missing at the end cannot be seen. */
  async function read(from, limit) {
    const records = (await store.read(from, limit)).map(unseal)
    for (const [seq] of records) {
      if (last !== undefined && from === last + 1 && seq !== from)
        throw Object.assign(new Error(`nothing from ${from} to ${seq - 1}`), { code: 'GAP' })
      last = seq
      from = seq + 1
    }
    return records
  }

  return {
    append,
    read,
    remove: async (seqs) => write(() => store.remove(seqs)),
    compact: async () => store.compact(),
    close: async () => store.close(),
  }
}
