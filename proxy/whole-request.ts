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

const NO_MORE = { pause() {}, resume() {} }

export function headOf({ method, url, rawHeaders, httpVersion }: Incoming): ReceivedHead {
  return { method: method!, target: url!, fields: rawHeaders, httpVersion }
}
