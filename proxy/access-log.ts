import type { Facts, Say } from '../telemetry/log.ts'
import { randomUUID } from 'node:crypto'
import { givenId, traceOf } from '../telemetry/request-id.ts'
import { fieldValue } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'

export interface AccessLog {
  say: Say
  /** `path`: without the query string, which may hold secrets. */
  targets: 'path' | 'whole'
}

/** Has one line said of an exchange when it is over. */
export function noteAccess(
  { say, targets }: AccessLog,
  request: Incoming,
  response: Answering,
): void {
  const began = performance.now()
  const client = request.socket.remoteAddress
  const { method, url, rawHeaders, httpVersion } = request
  const target = targets === 'whole' ? url! : url!.split('?', 1)[0]!
  const tell = () => {
    const { status } = response
    const how = status === 0 ? 'no answer' : `${status}${response.writableFinished ? '' : ', cut'}`
    say(`${method} ${target} ${how}`, 'info', {
      request: randomUUID(),
      ...namesOf(rawHeaders),
      ...{ method: method!, target, protocol: httpVersion },
      ...(client !== undefined && { client }),
      ...(status !== 0 && { status }),
      duration: Math.round((performance.now() - began) * 1000) / 1000,
    })
  }
  response.on('close', tell)
}

/** By what lines about a request are found, where it came with something to that end. */
export function namesOf(fields: readonly string[]): Pick<Facts, 'request' | 'trace'> {
  const id = fieldValue(fields, 'x-request-id')
  const traceparent = fieldValue(fields, 'traceparent')
  const request = givenId({ id, traceparent })
  const trace = traceOf(traceparent)
  return { ...(request !== undefined && { request }), ...(trace !== undefined && { trace }) }
}
