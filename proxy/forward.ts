import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import {
  endToEndFields,
  fieldPairs,
  fieldValue,
  fieldValues,
  withoutField,
  type RawFields,
} from '../wire/fields.ts'
import { exactRequest, sendHead } from '../wire/request.ts'
import { watchDelivery } from './delivery.ts'
import type { DoubtCause } from './policy.ts'
import { answerOwn, cut, whenRead } from './own-answer.ts'
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
      fields: requestFields(upstream.origin, request.rawHeaders, framing),
    })
  } catch {
    // node:http reads some bytes in a head that it refuses to write.
    tape?.refuse()
    answerOwn(request, response, 'request_ambiguous')
    return
  }
  const delivery = watchDelivery(outgoing, upstream.connectTimeout)
  let answer: IncomingMessage | null = null
  let over = false
  const answerTimer = setTimeout(() => fail('upstream_timeout'), upstream.answerTimeout)

  outgoing.on('response', (incoming: IncomingMessage) => {
    answer = incoming
    clearTimeout(answerTimer)
    relayAnswer(incoming, request, response, tape)
  })
  outgoing.on('information', (interim: Interim) => relayInterim(interim, response))
  outgoing.on('error', () => {
    if (answer === null) fail('upstream_reset')
    // node:http takes an answer that only the close ends for whole, even where a reset closed it.
    else if (!answer.complete) answer.destroy()
  })
  // An answer that switches protocols unasked is no error for node:http, nor an answer.
  outgoing.on('close', () => fail('upstream_reset'))
  // A client that left shows on the response, not on the request, whose end may have been read.
  response.on('close', () => {
    clearTimeout(answerTimer)
    if (response.writableFinished && outgoing.writableEnded) return
    if (!response.writableFinished && answer === null) giveUp('client_gone')
    outgoing.destroy()
  })
  sendBody(request, outgoing, framing, tape)

  function fail(cause: DoubtCause): void {
    clearTimeout(answerTimer)
    if (answer !== null || over) return
    const sent = delivery.sent()
    giveUp(cause)
    outgoing.destroy()
    if (cause === 'upstream_timeout') answerOwn(request, response, 'upstream_timeout')
    else
      answerOwn(request, response, sent === 'nothing' ? 'upstream_unreachable' : 'upstream_failed')
  }

  function giveUp(cause: DoubtCause): void {
    if (over) return
    over = true
    tape?.giveUp(cause, delivery.sent())
  }
}

/** How a request's body is delimited: absent, by a length, or by chunks (RFC 9112 section 6.3). */
type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' }

function requestFraming(fields: RawFields): Framing {
  if (fieldValue(fields, 'transfer-encoding') !== undefined) return { kind: 'chunked' }
  const length = Number(fieldValue(fields, 'content-length') ?? 0)
  return length === 0 ? { kind: 'none' } : { kind: 'length', length }
}

function requestFields(origin: URL, fields: RawFields, framing: Framing): string[] {
  const kept = framed(endToEndFields(fields), framing.kind)
  // A client of HTTP/1.0 may send none; what goes on is HTTP/1.1, which has one.
  if (fieldValue(kept, 'host') === undefined) kept.unshift('Host', origin.host)
  if (framing.kind === 'chunked') kept.push('Transfer-Encoding', 'chunked')
  return kept
}

/** node:http refuses to write Trailer where there can be none; HTTP only has it say nothing. */
function framed(fields: string[], framing: Framing['kind']): string[] {
  if (framing === 'chunked' || fieldValue(fields, 'trailer') === undefined) return fields
  return withoutField(fields, 'trailer')
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
  const gathered = tape?.gathered ?? null
  const hold = holding(request)
  let left = framing.kind === 'length' ? framing.length : Infinity
  let begun = false
  if (gathered !== null) {
    left -= gathered.length
    if (left === 0) {
      outgoing.end(gathered)
      return
    }
    begun = gathered.length > 0
    if (begun) outgoing.write(gathered)
    request.resume()
  }
  request.on('data', (chunk: Buffer) => {
    begun = true
    // What is left of a request that nobody waits for is read and dropped.
    if (outgoing.destroyed) return
    const room = tape?.requestData(chunk) ?? null
    if (room !== null) hold((resume) => void room.then(resume))
    left -= chunk.length
    // The last piece goes with the end of the message: for a small body, head and all in one write.
    if (left === 0) {
      tape?.requestEnd()
      outgoing.end(chunk)
    } else if (!outgoing.write(chunk)) hold((resume) => whenDrained(outgoing, resume))
  })
  request.on('end', () => {
    begun = true
    if (left === 0 || outgoing.destroyed) return
    tape?.requestEnd()
    if (request.rawTrailers.length > 0) outgoing.addTrailers(fieldPairs(request.rawTrailers))
    outgoing.end()
  })
  // What came with the head has been handed out by then; a head without it does not wait for it.
  process.nextTick(() => {
    if (!begun && !outgoing.destroyed) sendHead(outgoing)
  })
}

/**
 * Once it has read a whole answer, node:http tells a request of no drain any more, though the rest
 * of its body may still be on its way: the connection itself tells. Nor does one that closed.
 */
function whenDrained(outgoing: ClientRequest, resume: () => void): void {
  const connection = outgoing.socket ?? outgoing
  const done = () => {
    connection.off('drain', done)
    outgoing.off('close', done)
    resume()
  }
  connection.on('drain', done)
  outgoing.on('close', done)
}

/** A function that pauses a stream until all that it was paused for is over. */
function holding(stream: IncomingMessage): (until: (resume: () => void) => void) => void {
  let holds = 0
  return (until) => {
    holds++
    stream.pause()
    until(() => {
      if (--holds === 0) stream.resume()
    })
  }
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
  offered: Tape | null,
): void {
  const status = answer.statusCode!
  const reason = (answer.statusMessage ?? '').replaceAll(UNWRITABLE, '')
  const tape = offered?.answerBegins(status, reason, answer.rawHeaders) === true ? offered : null
  if (!request.complete) response.shouldKeepAlive = false
  const writeHead = () => {
    if (response.headersSent) return
    try {
      response.writeHead(status, reason, answerFields(answer, request))
    } catch {
      // A status or a transfer coding that cannot be passed on.
      answerOwn(request, response, 'upstream_failed')
      answer.destroy()
    }
  }
  const length = Number(fieldValue(answer.rawHeaders, 'content-length') ?? NaN)
  let received = 0
  let last: Buffer | undefined
  let ended = false

  const hold = holding(answer)

  answer.on('data', (chunk: Buffer) => {
    const room = tape?.answerData(chunk) ?? null
    if (room !== null) hold((resume) => void room.then(resume))
    received += chunk.length
    if (tape !== null && received === length) {
      last = chunk
      return
    }
    writeHead()
    if (response.writableEnded) return
    if (!response.write(chunk)) hold((resume) => response.once('drain', resume))
  })
  answer.on('end', () => {
    if (!answer.complete || answer.destroyed) return
    ended = true
    tape?.answerEnd(answer.rawTrailers)
    const finish = () => {
      writeHead()
      if (response.writableEnded) return
      if (answer.rawTrailers.length > 0) response.addTrailers(fieldPairs(answer.rawTrailers))
      response.end(last)
    }
    const letGo = () => {
      if (request.complete || response.destroyed) {
        finish()
        return
      }
      // The client may only now begin to read: what it still sends must not reset the connection.
      writeHead()
      if (response.writableEnded) return
      if (last === undefined) sendHead(response)
      else response.write(last)
      last = undefined
      whenRead(request, response, finish)
    }
    // A head alone goes only with the end of its answer, so it waits for nothing.
    if (tape === null && !hasBody(request, status)) finish()
    else
      whenRead(request, response, () => {
        if (tape === null) finish()
        else tape.settle((failure) => (failure === null ? letGo() : cut(response)))
      })
  })
  // Cut in the middle, by the upstream or because the client left.
  answer.on('close', () => {
    if (ended) return
    tape?.settle(() => {})
    if (!response.writableEnded) cut(response)
  })
  answer.on('error', () => {})
  const passHead = () => {
    if (response.headersSent || last !== undefined || ended || response.destroyed) return
    writeHead()
    if (!response.writableEnded) sendHead(response)
  }
  if (hasBody(request, status) && length !== 0) {
    // As above: what came with the head goes with it.
    process.nextTick(passHead)
  } else if (tape === null) passHead()
}

/** What node:http reads in a reason but does not write. */
const UNWRITABLE = /[^\t\x20-\x7e\x80-\xff]/g

/** Throws where the body has a coding that the client would not be told of. */
function answerFields(answer: IncomingMessage, request: IncomingMessage): string[] {
  const fields = answer.rawHeaders
  const codings = fieldValues(fields, 'transfer-encoding')
  if (codings.length > 0 && !/^chunked$/i.test(codings.join())) {
    throw new RangeError(`transfer coding ${codings.join()}`)
  }
  const chunked =
    hasBody(request, answer.statusCode!) &&
    request.httpVersion === '1.1' &&
    fieldValue(fields, 'content-length') === undefined
  return framed(endToEndFields(fields), chunked ? 'chunked' : 'length')
}

function hasBody(request: IncomingMessage, status: number): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}

interface Interim {
  statusCode: number
  statusMessage: string
  rawHeaders: string[]
}

/** 100 Continue, 103 Early Hints and other interim answers; 101 is an upgrade. */
function relayInterim(interim: Interim, response: ServerResponse): void {
  if (response.headersSent || response.req.httpVersion === '1.0') return
  if (interim.statusCode === 100) {
    response.writeContinue()
    return
  }
  const head = [`HTTP/1.1 ${interim.statusCode} ${interim.statusMessage}`]
  const fields = fieldPairs(endToEndFields(interim.rawHeaders))
  for (const [name, value] of fields) head.push(`${name}: ${value}`)
  // node:http has no call that takes these fields as they came.
  response.socket?.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
}
