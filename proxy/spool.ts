import type { SealedRecord } from '../journal/contract.ts'
import { Problem } from '../journal/problem.ts'
import { openStore, type LogStore } from './store.ts'

// The spool: records wait here, synced to the local disk, while PostgreSQL is away. An ordered log
// of what was to be appended, by sequence numbers without a gap. What is in it is sealed: secrets
// never wait in the clear.

/** A record and the recorder that gave it its number. */
export interface OwnedRecord {
  recorder: string
  record: SealedRecord
}

export interface SpooledRecord extends OwnedRecord {
  sequence: number
  /** What it takes in the spool, in bytes. */
  size: number
}

export interface Spool {
  /** What waits. */
  readonly records: number
  readonly bytes: number
  readonly limit: number
  /** Sequence numbers: of the oldest that waits, and of the next that comes. */
  readonly first: number
  readonly next: number
  /**
   * Synced to the disk when it resolves; all of them or none. Rejects with `spool_unavailable`
   * when the limit is reached, or the disk is full or fails: a later call may succeed.
   */
  append(records: readonly OwnedRecord[]): Promise<void>
  /** The oldest, in order: so many, or as many as have so many bytes, but at least one. */
  peek(records: number, bytes: number): Promise<SpooledRecord[]>
  /** Lets go of the oldest, which were moved to the journal. After a crash some may be there again. */
  drop(records: readonly SpooledRecord[]): Promise<void>
  /** Whether an append would succeed now. Rejects with `spool_unavailable`. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a spool, making its folder. `onDamage` is told what the disk did not keep. Rejects with
 * `spool_unavailable`.
 */
export async function openSpool(
  folder: string,
  limit: number,
  onDamage: (message: string) => void,
): Promise<Spool> {
  const store = await openStore(folder)
  let { first, next, bytes } = await measure(store)
  /** What stands before `first` is moved, and may be there still. */
  let removed = first

  return {
    get records() {
      return next - first
    },
    get bytes() {
      return bytes
    },
    limit,
    get first() {
      return first
    },
    get next() {
      return next
    },
    async append(records) {
      const items = records.map((record, i) => ({ sequence: next + i, value: encode(record) }))
      const size = items.reduce((sum, { value }) => sum + value.length, 0)
      if (bytes + size > limit) throw full(limit)
      await store.put(items)
      next += items.length
      bytes += size
    },
    async peek(records, most) {
      // What is appended meanwhile may be seen already, or not yet: it waits for the next time.
      const end = next
      const found: SpooledRecord[] = []
      while (found.length === 0 && first < end) {
        const from = first
        await collect(found, end, records, most)
        if (found.length === 0 && first === from) skip(end, 'missing')
      }
      if (found.length === 0 && removed < first) await removeMoved()
      return found
    },
    async drop(records) {
      first += records.length
      bytes -= records.reduce((sum, { size }) => sum + size, 0)
      await removeMoved()
    },
    check: () => (bytes >= limit ? Promise.reject(full(limit)) : store.check()),
    close: () => store.close(),
  }

  /** Adds what is sound and without a hole from `first` on; steps over what is not, if it comes first. */
  async function collect(
    found: SpooledRecord[],
    end: number,
    records: number,
    most: number,
  ): Promise<void> {
    let size = 0
    for await (const { sequence, value } of store.read(first, records)) {
      if (sequence >= end) break
      if (found.length === 0 && sequence > first) skip(sequence, 'missing')
      // A hole in the middle is met when what stands before it is moved.
      if (sequence !== first + found.length) break
      if (value === null) {
        if (found.length > 0) break
        skip(sequence + 1, 'damaged')
        continue
      }
      size += value.length
      if (found.length > 0 && size > most) break
      found.push({ ...decode(value), sequence, size: value.length })
    }
  }

  /** A disk that is full lets nothing be removed: then it stays for now, and is moved already. */
  async function removeMoved(): Promise<void> {
    const to = first
    await store.remove(removed, to).then(
      () => (removed = to),
      () => {},
    )
    if (first === next && removed === next) await store.compact().catch(() => {})
  }

  function skip(to: number, how: 'missing' | 'damaged'): void {
    onDamage(`${to - first} spooled records are ${how} in ${folder}: the disk did not keep them`)
    first = to
    if (first === next) bytes = 0
  }
}

/**
 * What a spool holds, in order; null for what is damaged. Nothing is changed, but for what LevelDB
 * repairs when it opens it. Nobody else can open it meanwhile: to be closed soon.
 */
export interface SpoolReader {
  records: () => AsyncGenerator<SpooledRecord | null>
  close(): Promise<void>
}

/** Opens a spool that is there, to look at it. Rejects with `spool_unavailable`. */
export async function openSpoolReader(folder: string): Promise<SpoolReader> {
  const store = await openStore(folder)
  return {
    async *records() {
      for await (const { sequence, value } of store.read(0, -1)) {
        yield value && { ...decode(value), sequence, size: value.length }
      }
    },
    close: () => store.close(),
  }
}

async function measure(store: LogStore): Promise<{ first: number; next: number; bytes: number }> {
  let first: number | null = null
  let next = 0
  let bytes = 0
  for await (const { sequence, value } of store.read(0, -1)) {
    first ??= sequence
    next = sequence + 1
    bytes += value?.length ?? 0
  }
  return { first: first ?? next, next, bytes }
}

function full(limit: number): Problem {
  return new Problem('spool_unavailable', `the spool is full (${limit} bytes)`, {
    source: 'internal',
    retryable: true,
    hint: 'bring PostgreSQL back, or give it more room: --spool-limit',
  })
}

/** The length of a head of JSON, the head, the record's own JSON, and its bytes. */
function encode({ recorder, record }: OwnedRecord): Buffer {
  const { kind, number, verdict, ends } = record
  const parts = [Buffer.from(record.json), ...record.bytes]
  const sizes = parts.map(({ length }) => length)
  const head = Buffer.from(JSON.stringify({ recorder, kind, number, verdict, ends, sizes }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, ...parts])
}

function decode(value: Buffer): OwnedRecord {
  let at = 4 + value.readUInt32BE()
  const { recorder, sizes, ...record } = JSON.parse(value.toString('utf8', 4, at)) as Head
  const [json, ...bytes] = sizes.map((size) => value.subarray(at, (at += size)))
  return { recorder, record: { ...record, json: json!.toString('utf8'), bytes } }
}

type Head = Omit<SealedRecord, 'json' | 'bytes'> & { recorder: string; sizes: number[] }
