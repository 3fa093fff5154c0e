import { createHash } from 'node:crypto'
import type { Entry, Reading, Side } from '../entry.ts'
import { unmasked } from '../masking/masked.ts'
import type { Secrets } from '../secrets.ts'
import { damaged } from '../damage.ts'
import type { Queryable } from './database.ts'
import { placeOfChunk } from './mask-entry.ts'
import { timestamp } from './moment.ts'
import { readParts, type StoredPart } from './parts.ts'

/**
 * What was kept of a body, piece by piece, with its secrets masked or as it came; at its end it is held
 * against its digest, which is of the masked one.
 */
export async function* readBody(
  db: Queryable,
  secrets: Secrets,
  entry: Entry,
  side: Side,
  reading: Reading,
): AsyncGenerator<Buffer> {
  const isRequest = side === 'request'
  const digest = isRequest ? entry.requestDigest : entry.responseDigest
  const hash = createHash('sha256')
  for await (const { bytes, sealed, of } of pieces(db, entry, side)) {
    hash.update(bytes)
    if (reading === 'masked') yield bytes
    else if (of === null)
      yield unmasked(
        bytes,
        entry.masked.filter((part) => part.in === side),
      )
    else yield unmasked(bytes, readParts(sealed, of, secrets, reading).masked)
  }
  if (digest !== null && hash.digest('hex') !== digest) throw damaged(entry.id, side)
}

/** `of`: null where its secrets are those of the entry. */
interface Piece {
  bytes: Buffer
  sealed: readonly StoredPart[] | null
  of: string | null
}

async function* pieces(db: Queryable, entry: Entry, side: Side): AsyncGenerator<Piece> {
  const isRequest = side === 'request'
  const inline = isRequest ? entry.requestBody : (entry.responseBody ?? NOTHING)
  if (inline.length > 0) yield { bytes: inline, sealed: null, of: null }
  const chunks = isRequest ? entry.requestChunks : entry.responseChunks
  yield* chunksOf(db, entry, side, chunks)
}

/** The chunks of a body, as they are stored; rejects with `body_damaged` where one is missing. */
export async function* chunksOf(
  db: Queryable,
  entry: Pick<Entry, 'id' | 'stream' | 'recorder' | 'number' | 'arrivedAt'>,
  side: Side,
  count: number,
): AsyncGenerator<Piece & { of: string }> {
  for (let position = 0; position < count; position++) {
    const { rows } = await db.query<{ bytes: Buffer; sealed: StoredPart[] | null }>(
      `select bytes, sealed from reprise.body_chunk where stream = $1 and recorder = $2 and number = $3
         and side = $4 and position = $5 and arrived_at = ${timestamp('$6::bigint')}`,
      [entry.stream, entry.recorder, entry.number, side, position, entry.arrivedAt],
    )
    if (rows[0] === undefined) throw damaged(entry.id, side)
    yield { ...rows[0], of: placeOfChunk(entry.number, entry.arrivedAt, position) }
  }
}

const NOTHING = Buffer.alloc(0)
