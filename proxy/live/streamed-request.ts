import { CHUNKED } from '../../wire/body-reader.ts'
import type { Incoming } from '../downstream.ts'
import { Http1Incoming } from '../http1-exchange.ts'
import { headOf } from '../whole-request.ts'
import { closeFlow, openFlow, type BodyFlow, type FlowOptions } from './body-flow.ts'
import { withoutDigests } from './digests.ts'

/** The request with its body as it comes out of what replaces values in it. `read` is told of what goes in. */
export function streamedRequest(
  request: Incoming,
  options: FlowOptions,
  read: (chunk: Buffer) => void,
): Incoming {
  /** Undefined: nothing came yet; null: it goes on as it is. */
  let flow: BodyFlow | null | undefined
  const source = {
    pause: () => void (flow?.output ?? request).pause(),
    resume: () => void (flow?.output ?? request).resume(),
  }
  const now = new Http1Incoming(headOf(request), CHUNKED, request.socket, source)
  const end = () => now.end(withoutDigests(request.rawTrailers))
  const open = (first: Buffer) => {
    const opened = openFlow(options, first)
    opened?.output.on('data', (bytes: Buffer) => now.take(bytes))
    opened?.output.on('end', end)
    opened?.input.on('drain', () => request.resume())
    return opened
  }
  request.on('data', (chunk) => {
    read(chunk)
    if (flow === undefined) flow = open(chunk)
    if (flow === null) now.take(chunk)
    else if (!flow.input.write(chunk)) request.pause()
  })
  request.on('end', () => {
    if (flow) flow.input.end()
    else end()
  })
  request.on('close', () => {
    if (flow) closeFlow(flow)
    now.broken()
  })
  return now
}

/** Ends as the request whose body it hands out. */
class GoingOn extends Http1Incoming {
  readonly #request: Incoming

  constructor(request: Incoming) {
    super(headOf(request), request.framing, request.socket, request)
    this.#request = request
  }

  override get endsApart(): boolean {
    return this.#request.endsApart
  }
}

/** The request with what was read of its body before the rest. */
export function goingOn(request: Incoming, chunks: readonly Buffer[]): Incoming {
  const now = new GoingOn(request)
  for (const chunk of chunks) now.take(chunk)
  request.on('data', (chunk) => now.take(chunk))
  request.on('end', () => now.end(request.rawTrailers))
  request.on('close', () => now.broken())
  request.pause()
  return now
}
