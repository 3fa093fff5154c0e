import { Readable, type Duplex } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { JournalReader } from '../../journal/contract.ts'
import type { Entry, Side } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import { codingsOf } from '../../wire/content-coding.ts'

/**
 * A recorded body in pieces, as it was kept or with its content codings undone (RFC 9110 section
 * 8.4). It is decoded as it is read, so that a small body which makes a huge one costs nothing that
 * nobody reads. Throws `input_invalid` for a coding that is not known here, and for a masked body.
 */
export function bodyOf(
  journal: Pick<JournalReader, 'body'>,
  entry: Entry,
  side: Side,
  coding: 'kept' | 'undone',
): AsyncIterable<Buffer> {
  const pieces = journal.body(entry, side)
  const fields = side === 'request' ? entry.requestHeaders : (entry.responseHeaders ?? [])
  const decoders = coding === 'kept' ? [] : codingsOf(fields).reverse().map(decoderOf)
  // An empty body has no coding, whatever its fields say: the answer to HEAD has none.
  const length = side === 'request' ? entry.requestLength : entry.responseLength
  if (decoders.length === 0 || length === 0) return pieces
  if (isMasked(entry, side)) throw new Problem('input_invalid', SEALED, { source: 'user' })
  return decoders.reduce(through, Readable.from(pieces)) as AsyncIterable<Buffer>
}

const SEALED =
  'coding: the body holds a secret and is coded, so that it is sealed as a whole: there is nothing to undo'

/** What is coded is masked as a whole. */
function isMasked({ masked, maskedChunks }: Entry, side: Side): boolean {
  return maskedChunks.includes(side) || masked.some((one) => one.in === side)
}

function decoderOf(coding: string): Duplex {
  const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined
  if (decode !== undefined) return decode()
  throw new Problem('input_invalid', `coding: '${coding}' is not known here`, { source: 'user' })
}

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** As pipe, which keeps errors to itself. */
function through(from: Readable, to: Duplex): Duplex {
  from.on('error', (error) => to.destroy(error))
  to.on('close', () => from.destroy())
  return from.pipe(to)
}
