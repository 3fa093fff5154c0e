import type { TellExchanged } from '../telemetry/exchanged.ts'
import type { Facts } from '../telemetry/log.ts'
import { givenId, traceOf } from '../telemetry/request-id.ts'
import { fieldValue } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'

/** Tells of an exchange when it is over; of one that becomes a tunnel, when it does. */
export function whenExchanged(tell: TellExchanged, request: Incoming, response: Answering): void {
  const beganAt = Date.now()
  const began = performance.now()
  const client = request.socket.remoteAddress
  const { method, url, rawHeaders, httpVersion } = request
  response.on('close', () => {
    const { status, writableFinished } = response
    tell({
      ...{ method: method!, target: url!, protocol: httpVersion, client },
      status: status === 0 ? null : status,
      end: writableFinished ? 'whole' : 'cut',
      ...{ beganAt, duration: performance.now() - began },
      id: fieldValue(rawHeaders, 'x-request-id'),
      traceparent: fieldValue(rawHeaders, 'traceparent'),
      tracestate: fieldValue(rawHeaders, 'tracestate'),
    })
  })
}

/** By what lines about a request are found, where it came with something to that end. */
export function namesOf(fields: readonly string[]): Pick<Facts, 'request' | 'trace'> {
  const id = fieldValue(fields, 'x-request-id')
  const traceparent = fieldValue(fields, 'traceparent')
  const request = givenId({ id, traceparent })
  const trace = traceOf(traceparent)
  return { ...(request !== undefined && { request }), ...(trace !== undefined && { trace }) }
}
