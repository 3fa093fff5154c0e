// Records that anyone can make again from their number, so that a reader needs no list of digests.

import { createHash } from 'node:crypto'

/** Mostly 200 to 2,000 bytes, at times 300 KB: the sizes of recorded entries. */
const sizeOf = (seq) => (seq % 97 === 0 ? 300_000 : 200 + ((seq * 7919) % 1800))

export function bodyOf(seq) {
  return createHash('shake256', { outputLength: sizeOf(seq) })
    .update(String(seq))
    .digest()
}

export const record = (seq) => [seq, bodyOf(seq)]

export function batch(from, count) {
  return Array.from({ length: count }, (_, at) => record(from + at))
}

export function keyOf(seq) {
  const key = Buffer.alloc(8)
  key.writeBigUInt64BE(BigInt(seq))
  return key
}

export const seqOf = (key) => Number(Buffer.from(key).readBigUInt64BE())

/** Numbers as [from, to] ranges, and back: what children print has to stay short. */
export function toRanges(seqs) {
  const ranges = []
  for (const seq of seqs) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === seq - 1) last[1] = seq
    else ranges.push([seq, seq])
  }
  return ranges
}

export function toSet(ranges) {
  const seqs = new Set()
  for (const [from, to] of ranges) for (let seq = from; seq <= to; seq += 1) seqs.add(seq)
  return seqs
}
