// A plain append-only file, to know what the libraries cost: records of length, CRC and number in
// segments, whole segments unlinked once drained, and the drained number in a slot of its own.
// No process lock: Node has none to offer.

import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

const SEGMENT = 4 << 20
const HEAD = 16

function pack([seq, value]) {
  const head = Buffer.alloc(HEAD)
  head.writeUInt32BE(value.length, 0)
  head.writeBigUInt64BE(BigInt(seq), 8)
  head.writeUInt32BE(crc32(value, crc32(head.subarray(8))), 4)
  return [head, value]
}

/** The whole records from the start on, and how many bytes of the file they are. */
function unpack(bytes) {
  const records = []
  let at = 0
  while (at + HEAD <= bytes.length) {
    const end = at + HEAD + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32BE(at + 4)) break
    records.push([Number(bytes.readBigUInt64BE(at + 8)), bytes.subarray(at + HEAD, end)])
    at = end
  }
  return { records, size: at }
}

export async function openPlain(folder) {
  await mkdir(folder, { recursive: true })
  const segments = []
  const found = (await readdir(folder)).filter((file) => file.endsWith('.seg')).sort()
  for (const file of found) {
    const bytes = await readFile(join(folder, file))
    const { records, size } = unpack(bytes)
    // Only the newest may end in half a record; that is a write nobody was told of.
    if (size < bytes.length && file !== found.at(-1))
      throw Object.assign(new Error(`${file} is damaged at ${size}`), { code: 'DAMAGED' })
    segments.push({ file, size, last: records.at(-1)?.[0] ?? 0 })
  }
  const slot = await open(join(folder, 'drained'), found.length > 0 ? 'r+' : 'w+')
  const seen = Buffer.alloc(8)
  await slot.read(seen, 0, 8, 0)
  let drained = Number(seen.readBigUInt64BE())
  let handle

  async function begin(seq) {
    await handle?.close()
    const file = `${String(seq).padStart(16, '0')}.seg`
    handle = await open(join(folder, file), 'wx')
    segments.push({ file, size: 0, last: 0 })
    const directory = await open(folder)
    await directory.sync()
    await directory.close()
  }

  async function append(records) {
    if (handle === undefined || segments.at(-1).size > SEGMENT) await begin(records[0][0])
    const segment = segments.at(-1)
    const bytes = Buffer.concat(records.flatMap(pack))
    try {
      let written = 0
      while (written < bytes.length)
        written += (await handle.write(bytes, written, undefined, segment.size + written))
          .bytesWritten
      await handle.datasync()
    } catch (error) {
      await handle.truncate(segment.size)
      throw error
    }
    segment.size += bytes.length
    segment.last = records.at(-1)[0]
  }

  let cached
  async function read(from, limit) {
    const wanted = Math.max(from, drained + 1)
    const segment = segments.find(({ last }) => last >= wanted)
    if (segment === undefined) return []
    if (cached?.segment !== segment || cached.size !== segment.size) {
      const bytes = await readFile(join(folder, segment.file))
      cached = { segment, size: segment.size, records: unpack(bytes).records }
    }
    return cached.records.filter(([seq]) => seq >= wanted).slice(0, limit)
  }

  async function remove(seqs) {
    drained = Math.max(drained, ...seqs)
    seen.writeBigUInt64BE(BigInt(drained))
    await slot.write(seen, 0, 8, 0)
    await slot.datasync()
    while (segments.length > 1 && segments[0].last <= drained)
      await rm(join(folder, segments.shift().file))
  }

  const close = async () => {
    await handle?.close()
    await slot.close()
  }
  return { append, read, remove, compact: async () => {}, close }
}
