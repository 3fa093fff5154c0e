import { createHash } from 'node:crypto'
import type { Entry, Side } from '../entry.ts'
import { damaged } from '../damage.ts'
import type { Queryable } from './database.ts'
import { timestamp } from './moment.ts'

/** What was kept of a body, piece by piece; at its end it is held against its digest. */
export async function* readBody(db: Queryable, entry: Entry, side: Side): AsyncGenerator<Buffer> {
  const isRequest = side === 'request'
  const digest = isRequest ? entry.requestDigest : entry.responseDigest
  const hash = createHash('sha256')
  for await (const bytes of pieces(db, entry, side)) {
    hash.update(bytes)
    yield bytes
  }
  if (digest !== null && hash.digest('hex') !== digest) throw damaged(entry.id, side)
}

async function* pieces(db: Queryable, entry: Entry, side: Side): AsyncGenerator<Buffer> {
  const isRequest = side === 'request'
  const inline = isRequest ? entry.requestBody : (entry.responseBody ?? NOTHING)
  if (inline.length > 0) yield inline
  const chunks = isRequest ? entry.requestChunks : entry.responseChunks
  for (let position = 0; position < chunks; position++) {
    const { rows } = await db.query<{ bytes: Buffer }>(
      `select bytes from reprise.body_chunk where stream = $1 and recorder = $2 and number = $3
         and side = $4 and position = $5 and arrived_at = ${timestamp('$6::bigint')}`,
      [entry.stream, entry.recorder, entry.number, side, position, entry.arrivedAt],
    )
    if (rows[0] === undefined) throw damaged(entry.id, side)
    yield rows[0].bytes
  }
}

const NOTHING = Buffer.alloc(0)
