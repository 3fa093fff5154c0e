import { CHUNKED } from '../../wire/body-reader.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { Incoming } from '../downstream.ts'
import { Http1Incoming } from '../http1-exchange.ts'
import { headOf, KEPT, type BodySoFar } from '../whole-request.ts'
import { closeFlow, openFlow, type BodyFlow, type FlowOptions } from './body-flow.ts'
import { withoutDigests } from './digests.ts'

export interface StreamedRequest {
  /** With its body as it comes out of what replaces values in it. */
  renamed: Incoming
  /** No more comes out: what was read. Null: it was more than is kept. */
  takeBack: () => BodySoFar | null
}

/** `trailing`: what becomes of its trailers. */
export function streamedRequest(
  request: Incoming,
  options: FlowOptions,
  trailing: (trailers: RawFields) => RawFields,
): StreamedRequest {
  /** Undefined: nothing came yet; null: it goes on as it is. */
  let flow: BodyFlow | null | undefined
  let read: Buffer[] | null = []
  let length = 0
  let rest: BodySoFar['rest'] = 'some'
  const source = {
    pause: () => void (flow?.output ?? request).pause(),
    resume: () => void (flow?.output ?? request).resume(),
  }
  const renamed = new Http1Incoming(headOf(request), CHUNKED, request.socket, source)
  const close = () => {
    if (flow) closeFlow(flow)
  }
  const end = () => renamed.end(withoutDigests(trailing(request.rawTrailers)))
  const open = (first: Buffer) => {
    const opened = openFlow(options, first)
    opened?.output.on('data', (bytes: Buffer) => renamed.take(bytes))
    opened?.output.on('end', end)
    opened?.input.on('drain', goOn)
    return opened
  }
  const goOn = () => request.resume()
  const take = (chunk: Buffer) => {
    length += chunk.length
    if (length > KEPT) read = null
    else read?.push(chunk)
    if (flow === undefined) flow = open(chunk)
    if (flow === null) renamed.take(chunk)
    else if (!flow.input.write(chunk)) request.pause()
  }
  const over = () => {
    rest = 'none'
    if (flow) flow.input.end()
    else end()
  }
  request.on('data', take)
  request.on('end', over)
  request.on('close', () => {
    close()
    renamed.broken()
  })
  return {
    renamed,
    takeBack() {
      request.off('data', take)
      request.off('end', over)
      close()
      return read && { chunks: read, rest }
    },
  }
}
