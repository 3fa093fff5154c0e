import type { ForeignBody } from '../../journal/foreign.ts'
import {
  BodyReader,
  CHUNKED,
  NO_BODY,
  ofLength,
  UNTIL_CLOSE,
  type AnswerFraming,
} from '../../wire/body-reader.ts'
import { fieldValue, fieldValues, type RawFields } from '../../wire/fields.ts'
import {
  EMPTY_LINE,
  InvalidMessage,
  isLength,
  readAnswerHead,
  readRequestHead,
  type ReceivedHead,
} from '../../wire/head.ts'
import type { AnswerHead } from '../../wire/client.ts'

// Messages of HTTP/1.1 as their bytes, whole or cut off, as somebody took them from a connection.

/** Throws an InvalidMessage. */
export function readRequest(bytes: Buffer): ReceivedHead & { body: ForeignBody } {
  const { head, rest } = split(bytes)
  const received = readRequestHead(head)
  return { ...received, body: readBody(rest, framingOf(received.fields, NO_BODY)) }
}

/** `method`: of its request, as it tells whether there is a body. Throws an InvalidMessage. */
export function readAnswer(bytes: Buffer, method: string): AnswerHead & { body: ForeignBody } {
  const { head, rest } = split(bytes)
  const answer = readAnswerHead(head)
  const { status, fields } = answer
  const isBare = method === 'HEAD' || status < 200 || status === 204 || status === 304
  return { ...answer, body: readBody(rest, isBare ? NO_BODY : framingOf(fields, UNTIL_CLOSE)) }
}

function split(bytes: Buffer): { head: string; rest: Buffer } {
  const end = bytes.indexOf(EMPTY_LINE)
  if (end === -1) throw new InvalidMessage('a head without its end')
  const head = bytes.toString('latin1', 0, end)
  return { head, rest: bytes.subarray(end + EMPTY_LINE.length) }
}

/** RFC 9112 section 6.3. */
function framingOf(fields: RawFields, otherwise: AnswerFraming): AnswerFraming {
  if (fieldValues(fields, 'transfer-encoding').length > 0) return CHUNKED
  const length = fieldValue(fields, 'content-length')
  if (length === undefined) return otherwise
  if (!isLength(length)) throw new InvalidMessage('a Content-Length that is none')
  return ofLength(Number(length))
}

/** What is there of it; `aborted` where that is not all. */
function readBody(rest: Buffer, framing: AnswerFraming): ForeignBody {
  const pieces: Buffer[] = []
  let trailers: RawFields = []
  const sink = {
    onBody: (chunk: Buffer) => void pieces.push(chunk),
    onEnd: (fields: RawFields) => void (trailers = fields),
  }
  const reader = new BodyReader(sink, MOST_TRAILERS)
  reader.begin(framing)
  reader.read(rest, 0)
  const capture = reader.close() === 'whole' ? 'complete' : 'aborted'
  return { bytes: Buffer.concat(pieces), capture, trailers }
}

const MOST_TRAILERS = 64 * 1024
