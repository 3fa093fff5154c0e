import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { fieldPairs } from '../wire/fields.ts'
import { sendHead } from '../wire/outgoing.ts'
import { exactRequest } from '../wire/request.ts'
import { watchDelivery, type Delivery } from './delivery.ts'
import type { Answering, Incoming } from './downstream.ts'
import { requestFields, requestFraming, type Framing, type HeadRules } from './heads.ts'
import { holding } from './holding.ts'
import { Deadlines, type Limits } from './limits.ts'
import { answerOwn } from './own-answer.ts'
import { isSafe, type DoubtCause } from './policy.ts'
import { relayAnswer, relayInterim, type Interim } from './relay.ts'
import type { Tape } from './tape.ts'

// The forwarding engine: node:http on both sides, raw fields both ways.
// Why this one: docs/decisions/001-forwarding-engine.md.

export interface Upstream {
  origin: URL
  agent: Agent
  /** For a request that is sent once more: on a connection of its own. */
  freshAgent: Agent
  heads: HeadRules
  limits: Limits
  /** Bytes of an answer's head at most. */
  maxHead: number
}

/**
 * Forwards one exchange. With a tape it is recorded too, and the end of its answer waits until
 * the entry is durable; without one it streams straight through.
 */
export function forward(
  upstream: Upstream,
  request: Incoming,
  response: Answering,
  tape: Tape | null,
): void {
  const framing = requestFraming(request)
  let outgoing: ClientRequest
  let delivery: Delivery
  let answer: IncomingMessage | null = null
  let over = false
  /** Sends the request once more, where all of it went in one piece; else null. */
  let again: Again | null = null
  const deadlines = new Deadlines(upstream.limits, late)

  try {
    begin(upstream.agent)
  } catch {
    // node:http reads some bytes in a head that it refuses to write.
    deadlines.end()
    tape?.refuse()
    answerOwn(request, response, 'request_ambiguous')
    return
  }
  // A client that left shows on the response, not on the request, whose end may have been read.
  response.on('close', () => {
    deadlines.end()
    if (response.writableFinished && outgoing.writableEnded) return
    if (!response.writableFinished && answer === null) giveUp('client_gone')
    outgoing.destroy()
  })
  sendBody({ request, framing, tape, deadlines }, outgoing!, (whole) => (again = whole))

  /** Throws where the head cannot be written. */
  function begin(agent: Agent): void {
    const begun = exactRequest({
      origin: upstream.origin,
      agent,
      method: request.method!,
      target: request.url!,
      maxHead: upstream.maxHead,
      fields: requestFields(upstream.heads, upstream.origin, request, framing.kind),
    })
    outgoing = begun
    delivery = watchDelivery(begun, upstream.limits.connect)
    begun.on('response', (incoming: IncomingMessage) => {
      answer = incoming
      deadlines.answered()
      relayAnswer({ rules: upstream.heads, request, response, tape, deadlines }, incoming)
    })
    begun.on('information', (interim: Interim) => {
      again = null
      relayInterim(interim, request, response)
    })
    begun.on('error', (error) => {
      if (answer === null) {
        if (mayRepeat(error)) repeat()
        else fail('upstream_reset')
      }
      // node:http takes an answer that only the close ends for whole, even where a reset closed it.
      else if (!answer.complete) answer.destroy()
    })
    // An answer that switches protocols unasked is no error for node:http, nor an answer.
    begun.on('close', () => {
      if (begun === outgoing) fail('upstream_reset')
    })
  }

  /**
   * An upstream may close a connection that was kept just when a request leaves for it. What it
   * cannot have had, or may have twice, is sent once more (RFC 9110 section 9.2.2, RFC 9112 section
   * 9.3.1): all else is for the client to decide.
   */
  function mayRepeat(error: Error): boolean {
    if (again === null || over || !outgoing.reusedSocket) return false
    return isSafe(request.method!) || refusedToSend(error)
  }

  function repeat(): void {
    const send = again!
    again = null
    begin(upstream.freshAgent)
    send(outgoing)
  }

  function late(): void {
    deadlines.end()
    if (answer !== null) {
      answer.destroy()
      response.cut()
    } else if (waitsForClient(request)) {
      giveUp('client_gone')
      outgoing.destroy()
      answerOwn(request, response, 'request_timeout')
    } else fail('upstream_timeout')
  }

  function fail(cause: DoubtCause): void {
    if (answer !== null || over) return
    deadlines.end()
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

type Again = (outgoing: ClientRequest) => void

/** Bytes of a body that go with their head whole or not at all: a connection that was kept has more
 *  room than that in its send buffer (tcp(7): 16 KiB at the least by default). */
const UNDIVIDED = 4 * 1024

/**
 * The system took nothing of what was to be written: the other side had closed before. Holds for what
 * is no larger than UNDIVIDED, of which it cannot have taken a part.
 */
function refusedToSend(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'write' && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}

/** Whether what is missing of a request is the client's to send; not where the upstream reads nothing. */
function waitsForClient(request: Incoming): boolean {
  return !request.complete && !request.isPaused()
}

interface Body {
  request: Incoming
  framing: Framing
  tape: Tape | null
  deadlines: Deadlines
}

/** `onWhole` is told how to send it once more, where all of it goes in one piece. */
function sendBody(
  { request, framing, tape, deadlines }: Body,
  outgoing: ClientRequest,
  onWhole: (again: Again) => void,
): void {
  if (framing.kind === 'none') {
    tape?.requestEnd()
    onWhole(endBare)
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
      if (gathered.length <= UNDIVIDED) onWhole((to) => to.end(gathered))
      outgoing.end(gathered)
      return
    }
    begun = gathered.length > 0
    if (begun) outgoing.write(gathered)
    request.resume()
  }
  deadlines.flows()
  request.on('data', (chunk: Buffer) => {
    // What is left of a request that nobody waits for is read and dropped.
    if (outgoing.destroyed) return
    const isFirst = !begun
    begun = true
    const room = tape?.requestData(chunk) ?? null
    if (room !== null) hold((resume) => void room.then(resume))
    left -= chunk.length
    // The last piece goes with the end of the message: for a small body, head and all in one write.
    if (left === 0) {
      tape?.requestEnd()
      deadlines.rests()
      if (isFirst && chunk.length <= UNDIVIDED) onWhole((to) => to.end(chunk))
      outgoing.end(chunk)
      return
    }
    deadlines.flows()
    if (!outgoing.write(chunk)) hold((resume) => whenDrained(outgoing, resume))
  })
  request.on('end', () => {
    begun = true
    if (left === 0 || outgoing.destroyed) return
    tape?.requestEnd()
    deadlines.rests()
    if (request.rawTrailers.length > 0) outgoing.addTrailers(fieldPairs(request.rawTrailers))
    outgoing.end()
  })
  // What came with the head has been handed out by then; a head without it does not wait for it.
  process.nextTick(() => {
    if (begun || outgoing.destroyed) return
    begun = true
    sendHead(outgoing)
  })
}

function endBare(outgoing: ClientRequest): void {
  outgoing.end()
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
