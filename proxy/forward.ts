import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { fieldPairs } from '../wire/fields.ts'
import { exactRequest, sendHead } from '../wire/request.ts'
import { watchDelivery } from './delivery.ts'
import { requestFields, requestFraming, type Framing, type HeadRules } from './heads.ts'
import { holding } from './holding.ts'
import { answerOwn } from './own-answer.ts'
import type { DoubtCause } from './policy.ts'
import { relayAnswer, relayInterim, type Interim } from './relay.ts'
import type { Tape } from './tape.ts'

// The forwarding engine: node:http on both sides, raw fields both ways.
// Why this one: docs/decisions/001-forwarding-engine.md.

export interface Upstream {
  origin: URL
  agent: Agent
  heads: HeadRules
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
      fields: requestFields(upstream.heads, upstream.origin, request, framing.kind),
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
    relayAnswer(upstream.heads, incoming, request, response, tape)
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
  if (gathered !== null) {
    outgoing.end(gathered)
    return
  }
  const hold = holding(request)
  let left = framing.kind === 'length' ? framing.length : Infinity
  let begun = false
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
    } else if (!outgoing.write(chunk)) hold((resume) => outgoing.once('drain', resume))
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
