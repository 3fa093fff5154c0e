import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { endToEndFields, fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import { exactRequest, sendHead } from '../wire/request.ts'
import type { DoubtCause } from './policy.ts'
import { answerOwn, cut } from './own-answer.ts'
import type { Tape } from './tape.ts'

// The forwarding engine: node:http on both sides, raw fields both ways.
// Why this one: docs/decisions/001-forwarding-engine.md.

export interface Upstream {
  origin: URL
  agent: Agent
  /** To an established connection, in ms. */
  connectTimeout: number
  /** From the request's start to the answer's head, in ms. */
  answerTimeout: number
}

/**
 * Forwards one exchange. With a tape it is recorded too, and the end of its answer waits until
 * the entry is durable; without one it streams straight through.
 */
export function forward(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  tape: Tape | null,
): void {
  const framing = requestFraming(request.rawHeaders)
  let outgoing: ClientRequest
  try {
    outgoing = exactRequest({
      origin: upstream.origin,
      agent: upstream.agent,
      method: request.method!,
      target: request.url!,
      fields: requestFields(request.rawHeaders, framing),
    })
  } catch {
    // node:http reads some bytes in a head that it refuses to write.
    tape?.refuse()
    answerOwn(request, response, 'request_ambiguous')
    return
  }
  const delivery = watchDelivery(outgoing, upstream.connectTimeout)
  let answered = false
  let clientGone = false
  const answerTimer = setTimeout(() => fail('upstream_timeout'), upstream.answerTimeout)

  outgoing.on('response', (answer: IncomingMessage) => {
    answered = true
    clearTimeout(answerTimer)
    relayAnswer(answer, request, response, tape)
  })
  outgoing.on(
    'information',
    (info: { statusCode: number; statusMessage: string; rawHeaders: string[] }) =>
      relayInterim(info, response),
  )
  outgoing.on('continue', () => response.writeContinue())
  outgoing.on('error', () => {
    if (!answered) fail('upstream_reset')
  })
  // A client that left shows on the response, not on the request, whose end may have been read.
  response.on('close', () => {
    clearTimeout(answerTimer)
    if (!response.writableFinished) {
      clientGone = true
      if (!answered) tape?.giveUp('client_gone', delivery.sent())
      outgoing.destroy()
    } else if (!outgoing.writableEnded) outgoing.destroy()
  })
  sendBody(request, outgoing, framing, tape)

  function fail(cause: DoubtCause): void {
    clearTimeout(answerTimer)
    if (clientGone || answered) return
    answered = true
    const sent = delivery.sent()
    tape?.giveUp(cause, sent)
    outgoing.destroy()
    if (cause === 'upstream_timeout') answerOwn(request, response, 'upstream_timeout')
    else
      answerOwn(request, response, sent === 'nothing' ? 'upstream_unreachable' : 'upstream_failed')
  }
}

/** How a request's body is delimited: absent, by a length, or by chunks (RFC 9112 section 6.3). */
type Framing =
  | { kind: 'none' }
  | { kind: 'length'; length: number }
  | { kind: 'chunked'; coding: string }

function requestFraming(fields: RawFields): Framing {
  const codings = fieldValues(fields, 'transfer-encoding')
  if (codings.length > 0) return { kind: 'chunked', coding: codings.join(', ') }
  const length = Number(fieldValue(fields, 'content-length') ?? 0)
  return length === 0 ? { kind: 'none' } : { kind: 'length', length }
}

function requestFields(fields: RawFields, framing: Framing): string[] {
  const kept = endToEndFields(fields)
  if (framing.kind === 'chunked') kept.push('Transfer-Encoding', framing.coding)
  return kept
}

function sendBody(
  request: IncomingMessage,
  outgoing: ClientRequest,
  framing: Framing,
  tape: Tape | null,
): void {
  if (framing.kind === 'none') {
    tape?.requestEnd()
    outgoing.end()
    return
  }
  let left = framing.kind === 'length' ? framing.length : Infinity
  request.on('data', (chunk: Buffer) => {
    tape?.requestData(chunk)
    left -= chunk.length
    // The last piece goes with the end of the message: for a small body, head and all in one write.
    if (left === 0) {
      tape?.requestEnd()
      outgoing.end(chunk)
    } else if (!outgoing.write(chunk)) {
      request.pause()
      outgoing.once('drain', () => request.resume())
    }
  })
  request.on('end', () => {
    if (left === 0) return
    tape?.requestEnd()
    const trailers = pairs(request.rawTrailers)
    if (trailers.length > 0) outgoing.addTrailers(trailers)
    outgoing.end()
  })
  if (fieldValue(request.rawHeaders, 'expect') !== undefined) sendHead(outgoing)
}

/**
 * Passes an answer on. What a tape records is let through but for its end: the chunk that
 * completes it where its length is known, the terminating chunk where not, the head where it has
 * no body.
 */
function relayAnswer(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  tape: Tape | null,
): void {
  const status = answer.statusCode!
  const reason = answer.statusMessage ?? ''
  tape?.answerBegins(status, reason, answer.rawHeaders)
  if (!request.complete) response.shouldKeepAlive = false
  const writeHead = () => {
    if (response.headersSent) return
    try {
      response.writeHead(status, reason, endToEndFields(answer.rawHeaders))
    } catch {
      // A status or a reason that node:http reads but refuses to write.
      answerOwn(request, response, 'upstream_failed')
      answer.destroy()
    }
  }
  const length = Number(fieldValue(answer.rawHeaders, 'content-length') ?? NaN)
  let received = 0
  let last: Buffer | undefined

  answer.on('data', (chunk: Buffer) => {
    tape?.answerData(chunk)
    received += chunk.length
    if (tape !== null && received === length) {
      last = chunk
      return
    }
    writeHead()
    if (response.writableEnded) return
    if (!response.write(chunk)) {
      answer.pause()
      response.once('drain', () => answer.resume())
    }
  })
  answer.on('end', () => {
    if (!answer.complete) return
    tape?.answerEnd(answer.rawTrailers)
    const finish = () => {
      writeHead()
      if (response.writableEnded) return
      const trailers = pairs(answer.rawTrailers)
      if (trailers.length > 0) response.addTrailers(trailers)
      response.end(last)
    }
    if (tape === null) finish()
    else tape.settle((failure) => (failure === null ? finish() : cut(response)))
  })
  // Cut in the middle, by the upstream or because the client left.
  answer.on('close', () => {
    if (answer.complete) return
    tape?.settle(() => {})
    if (!response.writableEnded) cut(response)
  })
  answer.on('error', () => {})
  if (tape === null) {
    writeHead()
    if (hasBody(request, status) && !response.writableEnded) sendHead(response)
  }
}

function hasBody(request: IncomingMessage, status: number): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}

/** 103 Early Hints and other interim answers; 100 has its own event, 101 is an upgrade. */
function relayInterim(
  info: { statusCode: number; statusMessage: string; rawHeaders: string[] },
  response: ServerResponse,
): void {
  if (info.statusCode === 100 || response.headersSent || response.req.httpVersion === '1.0') return
  const head = [`HTTP/1.1 ${info.statusCode} ${info.statusMessage}`]
  for (const [name, value] of pairs(endToEndFields(info.rawHeaders))) head.push(`${name}: ${value}`)
  // node:http has no call that takes these fields as they came.
  response.socket?.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Tells whether anything can have left for the upstream. */
function watchDelivery(
  outgoing: ClientRequest,
  connectTimeout: number,
): { sent(): 'nothing' | 'something' } {
  let socket: Socket | undefined
  let connected = false
  outgoing.on('socket', (assigned) => {
    socket = assigned
    if (!socket.connecting) {
      connected = true
      return
    }
    const timer = setTimeout(() => assigned.destroy(new Error('connect timed out')), connectTimeout)
    assigned.once('connect', () => {
      connected = true
      clearTimeout(timer)
    })
    assigned.once('close', () => clearTimeout(timer))
  })
  return { sent: () => (connected ? 'something' : 'nothing') }
}

function pairs(fields: RawFields): [string, string][] {
  const list: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i]!, fields[i + 1]!])
  return list
}
