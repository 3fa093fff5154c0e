import type { ReceivedHead } from '../wire/head.ts'
import type { Incoming } from './downstream.ts'
import { Http1Incoming } from './http1-exchange.ts'

/** A request that was read to its end, with this body, of which it says the length. */
export function withBody(request: Incoming, body: Buffer): Incoming {
  const { framing } = request
  const now = framing.kind === 'length' ? { ...framing, length: body.length } : framing
  const whole = new Http1Incoming(headOf(request), now, request.socket, NO_MORE)
  whole.client = request.client
  if (body.length > 0) whole.take(body)
  whole.end(request.rawTrailers)
  return whole
}

/**
 * A request as its client sent it, for it to be taken anew; `body`: of the one that went on. Null: its own was
 * more than is kept.
 */
export function asSaid(request: Incoming, body: Buffer): Incoming | null {
  const { said } = request.client ?? {}
  if (said === undefined) return request.framing.kind === 'none' ? request : withBody(request, body)
  const own = said.body(body)
  if (own === null) return null
  const head = { ...headOf(request), target: said.target, fields: [...said.fields] }
  const anew = new Http1Incoming(head, said.framing, request.socket, NO_MORE)
  if (own.length > 0) anew.take(own)
  if (!anew.complete) anew.end(request.rawTrailers)
  return anew
}

const NO_MORE = { pause() {}, resume() {} }

export function headOf({ method, url, rawHeaders, httpVersion }: Incoming): ReceivedHead {
  return { method: method!, target: url!, fields: rawHeaders, httpVersion }
}
