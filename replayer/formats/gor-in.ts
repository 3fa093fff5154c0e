import type { Micros } from '../../journal/entry.ts'
import type { ForeignExchange, ForeignItem, ForeignSkip } from '../../journal/foreign.ts'
import { Problem } from '../../journal/problem.ts'
import { InvalidMessage } from '../../wire/head.ts'
import { fieldValue } from '../../wire/fields.ts'
import { readAnswer, readRequest } from './http-text.ts'

// Files of GoReplay (--output-file): payloads, each with a line that says what it is, its id and a time
// in nanoseconds, and then the message as it was on the wire. Answers are only in files that were written
// with --input-raw-track-response; they come behind their requests, and others may stand between.

/** Requests whose answers have not come yet are kept, up to so many and so many bytes. */
const MOST_WAITING = 10_000
const MOST_BYTES = 64 * 1024 * 1024

/** Of one payload. */
const MOST_PAYLOAD = 256 * 1024 * 1024

interface Payload {
  place: string
  kind: '1' | '2' | '3'
  id: string
  time: bigint
  message: Buffer
}

/** An exchange comes when its answer does; those without one as soon as none is waited for any more. */
export async function* readGor(pieces: AsyncIterable<Buffer>): AsyncGenerator<ForeignItem> {
  const waiting = new Map<string, { payload: Payload; request: ReturnType<typeof readRequest> }>()
  let bytes = 0
  const take = (id: string) => {
    const found = waiting.get(id)
    waiting.delete(id)
    if (found !== undefined) bytes -= found.payload.message.length
    return found
  }
  for await (const payload of payloadsOf(pieces)) {
    if (payload.kind === '3') {
      yield skipped(payload, 'replayed', 'an answer to a replay')
      continue
    }
    try {
      if (payload.kind === '1') {
        waiting.set(payload.id, { payload, request: readRequest(payload.message) })
        bytes += payload.message.length
      } else {
        const found = take(payload.id)
        if (found === undefined) yield skipped(payload, 'answer_alone', `of ${payload.id}`)
        else yield exchanged(found, payload)
      }
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error
      yield skipped(payload, 'unreadable', error.message)
    }
    while (waiting.size > MOST_WAITING || bytes > MOST_BYTES) {
      const [first = ''] = waiting.keys()
      yield exchanged(take(first)!, null)
    }
  }
  for (const one of waiting.values()) yield exchanged(one, null)
}

function exchanged(
  { payload, request }: { payload: Payload; request: ReturnType<typeof readRequest> },
  answered: Payload | null,
): ForeignItem {
  const { method, target, fields, httpVersion, body } = request
  const host = fieldValue(fields, 'host')
  const arrivedAt = micros(payload.time)
  const answer = answered && {
    ...readAnswer(answered.message, method),
    answeredAt: answeredAt(arrivedAt, answered.time),
  }
  const exchange: ForeignExchange = {
    place: payload.place,
    // It listens to what is not encrypted.
    origin: host === undefined ? null : `http://${host.toLowerCase()}`,
    client: null,
    ...{ arrivedAt, method, target, httpVersion, fields, body },
    answer,
    sent: 'something',
    changed: [],
  }
  return { kind: 'exchange', exchange }
}

/** Newer ones write when the answer came, older ones how long it took. */
function answeredAt(arrivedAt: Micros, time: bigint): Micros {
  const isMoment = time > 1_000_000_000_000_000n
  return Math.max(arrivedAt, isMoment ? micros(time) : arrivedAt + micros(time))
}

function micros(nanos: bigint): Micros {
  return Number(nanos / 1000n)
}

function skipped({ place }: Payload, why: ForeignSkip, detail: string): ForeignItem {
  return { kind: 'skipped', place, why, detail }
}

async function* payloadsOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Payload> {
  let at = 0
  let index = 0
  for await (const bytes of split(pieces)) {
    if (bytes.length > 0) yield payloadOf(bytes, `payload ${++index} (byte ${at})`)
    at += bytes.length + SEPARATOR.length
  }
}

function payloadOf(bytes: Buffer, place: string): Payload {
  const end = bytes.indexOf(0x0a)
  const line = bytes.toString('latin1', 0, end === -1 ? 200 : end)
  const parts = /^([123]) ([\da-fA-F]+) (\d{1,19})(?: -?\d+)?\r?$/.exec(line)
  if (parts === null || end === -1) {
    const shown = JSON.stringify(line.slice(0, 60))
    throw new Problem(
      'file_invalid',
      `${place}: expected a line such as '1 ID NANOSECONDS' as GoReplay writes it, got ${shown}`,
      { source: 'user' },
    )
  }
  const [, kind, id = '', time = '0'] = parts
  return {
    place,
    kind: kind as Payload['kind'],
    id,
    time: BigInt(time),
    message: bytes.subarray(end + 1),
  }
}

/** What stands between separators, or behind the last one. */
async function* split(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const piece of pieces) {
    // A separator may have begun in what came before.
    const tail = Buffer.concat(parts.splice(-1)).subarray(0)
    let bytes = Buffer.concat([tail, piece])
    length -= tail.length
    for (let end = bytes.indexOf(SEPARATOR); end !== -1; end = bytes.indexOf(SEPARATOR)) {
      yield Buffer.concat([...parts, bytes.subarray(0, end)])
      parts = []
      length = 0
      bytes = bytes.subarray(end + SEPARATOR.length)
    }
    const kept = Math.max(0, bytes.length - SEPARATOR.length + 1)
    parts.push(bytes.subarray(0, kept), bytes.subarray(kept))
    length += bytes.length
    if (length > MOST_PAYLOAD) {
      throw new Problem('file_invalid', `a payload is longer than ${MOST_PAYLOAD} bytes`, {
        source: 'user',
      })
    }
  }
  const rest = Buffer.concat(parts)
  if (rest.length > 0) yield rest
}

const SEPARATOR = Buffer.from('\n🐵🙈🙉\n')
