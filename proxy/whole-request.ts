import type { RawFields } from '../wire/fields.ts'
import type { ReceivedHead } from '../wire/head.ts'
import type { Incoming } from './downstream.ts'
import { Http1Incoming } from './http1-exchange.ts'

/**
 * Bytes of a body that are kept as long as nothing of it was sent, so that it can be taken anew: more than is
 * read of one for which nobody has room.
 */
export const KEPT = 128 * 1024

/** What was read of a request's body. */
export interface BodySoFar {
  chunks: readonly Buffer[]
  /** Whether more of it comes. */
  rest: 'some' | 'none'
}

export const NO_BODY: BodySoFar = { chunks: [], rest: 'none' }

const NO_MORE = { pause() {}, resume() {} }

/** A request that was read to its end, with this body, of which it says the length. */
export function withBody(
  request: Incoming,
  body: Buffer,
  trailers: RawFields = request.rawTrailers,
): Incoming {
  const { framing } = request
  const now = framing.kind === 'length' ? { ...framing, length: body.length } : framing
  const whole = new Http1Incoming(headOf(request), now, request.socket, NO_MORE)
  if (body.length > 0) whole.take(body)
  whole.end(trailers)
  return whole
}

/** Ends as the request whose body it hands out. */
class GoingOn extends Http1Incoming {
  readonly #request: Incoming

  constructor(request: Incoming, head: ReceivedHead) {
    super(head, request.framing, request.socket, request)
    this.#request = request
  }

  override get endsApart(): boolean {
    return this.#request.endsApart
  }
}

/** The request with what was read of its body before the rest; `trailing`: what becomes of its trailers. */
export function goingOn(
  request: Incoming,
  { chunks, rest }: BodySoFar,
  head = headOf(request),
  trailing = (trailers: RawFields) => trailers,
): Incoming {
  const now =
    rest === 'none'
      ? new Http1Incoming(head, request.framing, request.socket, NO_MORE)
      : new GoingOn(request, head)
  for (const chunk of chunks) now.take(chunk)
  if (rest === 'none') {
    if (!now.complete) now.end(request.rawTrailers)
    return now
  }
  request.on('close', () => now.broken())
  request.on('data', (chunk) => now.take(chunk))
  request.on('end', () => now.end(trailing(request.rawTrailers)))
  request.pause()
  return now
}

/** A request as its client sent it, for it to be taken anew. Null: more of it was read than is kept. */
export function asSaid(request: Incoming, soFar: BodySoFar | null): Incoming | null {
  if (request.said !== undefined) return request.said.anew(soFar)
  if (request.framing.kind === 'none') return request
  return soFar && goingOn(request, soFar)
}

export function headOf({ method, url, rawHeaders, httpVersion }: Incoming): ReceivedHead {
  return { method: method!, target: url!, fields: rawHeaders, httpVersion }
}
