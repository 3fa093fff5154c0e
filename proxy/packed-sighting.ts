import type { Micros } from '../journal/entry.ts'
import type { RawFields } from '../wire/fields.ts'
import type { ByteRing, RingPlace } from './byte-ring.ts'
import { eachKeyProduced, eachValueOfBody } from './exchange-values.ts'
import { eachOpaqueValue, type ValueKey } from './opaque-values.ts'
import { Sighting } from './sighting.ts'

/** A sighting that is over, as flat as it can be: text and bytes in a ring, and some numbers. */
export class PackedSighting {
  readonly place: RingPlace
  readonly answeredAt: Micros
  readonly #arrivedAt: Micros
  /** What it produced that is known as a whole: cookies, the tag of its resource. */
  readonly #keys: readonly ValueKey[]
  /** Lengths of what stands in the ring, in this order. */
  readonly #requestHead: number
  readonly #answerHead: number
  readonly #requestBody: number
  readonly #answerBody: number
  /** Bytes of the answer's body that passed. */
  readonly #length: number
  /** Lines of the heads; what is left of each are trailers. */
  readonly #requestFields: number
  readonly #answerFields: number

  private constructor(ring: ByteRing, sighting: Sighting, heads: readonly [string, string]) {
    const { request, answer, answeredAt, arrivedAt } = sighting.seen
    this.answeredAt = answeredAt
    this.#arrivedAt = arrivedAt
    this.#keys = keysOf(sighting)
    this.#requestHead = heads[0].length
    this.#answerHead = heads[1].length
    this.#requestBody = request.body.bytes.length
    this.#answerBody = sighting.body.length
    this.#length = sighting.length
    this.#requestFields = request.fields.length
    this.#answerFields = answer.fields.length
    this.place = ring.write(heads[0] + heads[1], [request.body.bytes, sighting.body])
  }

  /** Null where it takes too much of the ring. */
  static in(ring: ByteRing, sighting: Sighting): PackedSighting | null {
    const heads = [requestHead(sighting), answerHead(sighting)] as const
    const bodies = sighting.seen.request.body.bytes.length + sighting.body.length
    const length = heads[0].length + heads[1].length + bodies
    return length > ring.limit / 4 ? null : new PackedSighting(ring, sighting, heads)
  }

  /** What it alone may have produced: what its request has the client had before. */
  eachValue(ring: ByteRing, visit: (key: ValueKey) => void): void {
    const { requestHead, answerHead, requestBody, answerBody } = this.#parts(ring)
    SENT.clear()
    const note = (key: ValueKey) => void SENT.add(key)
    eachOpaqueValue(requestHead, note)
    eachOpaqueValue(requestBody, note)
    const visitNew = (key: ValueKey) => {
      if (!SENT.has(key)) visit(key)
    }
    for (const key of this.#keys) visit(key)
    eachOpaqueValue(answerHead, visitNew)
    if (answerBody.length === 0) return
    const fields = answerHead
      .toString('latin1')
      .split('\n')
      .slice(2, 2 + this.#answerFields)
    eachValueOfBody(fields, answerBody, visitNew)
  }

  /** Copied out of the ring, in which it must still be. */
  unpack(ring: ByteRing): Sighting {
    const { requestHead, answerHead, requestBody, answerBody } = this.#parts(ring)
    const [method, target, httpVersion, peer, digest, ...sent] = linesOf(
      requestHead,
    ) as RequestLines
    const [status, reason, ...answered] = linesOf(answerHead) as AnswerLines
    const seen: Sighting['seen'] = {
      arrivedAt: this.#arrivedAt,
      answeredAt: this.answeredAt,
      peer: peer === '' ? undefined : peer,
      request: {
        ...{ method, target, httpVersion, fields: sent.slice(0, this.#requestFields) },
        body: {
          ...{ bytes: Buffer.from(requestBody), chunks: 0, length: requestBody.length },
          ...{ capture: 'complete', digest: digest === '' ? null : digest },
          trailers: sent.slice(this.#requestFields),
        },
      },
      answer: { status: Number(status), reason, fields: answered.slice(0, this.#answerFields) },
      given: null,
    }
    const trailers = answered.slice(this.#answerFields)
    return Sighting.whole(seen, Buffer.from(answerBody), this.#length, trailers)
  }

  #parts(ring: ByteRing) {
    const toAnswer = this.#requestHead
    const toBodies = toAnswer + this.#answerHead
    const toAnswerBody = toBodies + this.#requestBody
    const bytes = ring.read(this.place, toAnswerBody + this.#answerBody)
    return {
      requestHead: bytes.subarray(0, toAnswer),
      answerHead: bytes.subarray(toAnswer, toBodies),
      requestBody: bytes.subarray(toBodies, toAnswerBody),
      answerBody: bytes.subarray(toAnswerBody),
    }
  }
}

type RequestLines = [string, string, string, string, string, ...RawFields]
type AnswerLines = [string, string, ...RawFields]

/** Of one at a time. */
const SENT = new Set<ValueKey>()
const NO_KEYS: readonly ValueKey[] = []

function keysOf({ seen: { request, answer } }: Sighting): readonly ValueKey[] {
  let keys: ValueKey[] | null = null
  eachKeyProduced(request, answer.fields, (key) => (keys ??= []).push(key))
  return keys ?? NO_KEYS
}

// None of it has a line end in it: both sides of the wire refuse that (RFC 9110 section 5.5).

function requestHead({ seen: { peer, request } }: Sighting): string {
  const { method, target, httpVersion, fields, body } = request
  return `${[method, target, httpVersion, peer ?? '', body.digest ?? ''].concat(fields, body.trailers).join('\n')}\n`
}

function answerHead({ seen: { answer }, trailers }: Sighting): string {
  return `${[String(answer.status), answer.reason].concat(answer.fields, trailers).join('\n')}\n`
}

/** Each ends with a line end. */
function linesOf(head: Buffer): string[] {
  return head.toString('latin1', 0, head.length - 1).split('\n')
}
