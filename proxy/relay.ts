import { STATUS_CODES } from 'node:http'
import type { AnswerHead, Outgoing } from '../wire/client.ts'
import { endToEndFields, fieldPairs, fieldValue, type RawFields } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'
import { answerFields, hasBody, type HeadRules } from './heads.ts'
import { Hold } from './holding.ts'
import type { Deadlines } from './limits.ts'
import { answerOwn, whenRead } from './own-answer.ts'
import type { Watch } from './context.ts'
import type { Sighting } from './sighting.ts'
import type { Tape } from './tape.ts'

/** An exchange whose answer has come. */
export interface Answered {
  rules: HeadRules
  request: Incoming
  response: Answering
  tape: Tape | null
  /** Of what is not recorded. */
  watch: Watch | null
  deadlines: Deadlines
  outgoing: Outgoing
}

/**
 * An answer's way back to the client. What a tape records is let through but for its end: the chunk
 * that completes it where its length is known, the terminating chunk where not, the head where it
 * has no body.
 */
export class Relay {
  readonly #exchange: Answered
  readonly #hold: Hold
  /** Of the exchange, where it is recorded. */
  #tape: Tape | null = null
  /** Of an exchange that streams straight through, where it may become context. */
  #sighting: Sighting | null = null
  #answer!: AnswerHead
  #hasBody = true
  #length = NaN
  #received = 0
  #last: Buffer | undefined
  #ended = false
  /** It cannot be passed on: another one was given. */
  #isRefused = false

  constructor(exchange: Answered) {
    this.#exchange = exchange
    this.#hold = new Hold(exchange.outgoing)
  }

  begin(answer: AnswerHead): void {
    const { request, response, tape, watch, deadlines } = this.#exchange
    const { status, reason, fields } = answer
    this.#answer = answer
    if (tape?.answerBegins(status, reason, fields) === true) this.#tape = tape
    else this.#sighting = watch?.(status, reason, fields) ?? tape?.sighting ?? null
    if (!request.complete) response.shouldKeepAlive = false
    const isAlone = answer.isAlone === true
    this.#hasBody = !isAlone && hasBody(request, status)
    this.#length = Number(fieldValue(fields, 'content-length') ?? NaN)
    deadlines.flows()
    // What came with the head goes with it.
    if (isAlone) return
    if (this.#tape === null || (this.#hasBody && this.#length !== 0)) {
      process.nextTick(passHead, this)
    }
  }

  onData(chunk: Buffer): void {
    const { request, response, deadlines } = this.#exchange
    deadlines.flows()
    const room = this.#tape?.answerData(chunk) ?? null
    if (room !== null) this.#hold.until(room)
    this.#sighting?.answerData(chunk)
    if (!this.#hasBody) return
    this.#received += chunk.length
    // The end comes with it: that of a small answer goes out in one write with its head.
    if (this.#received === this.#length && (this.#tape !== null || request.complete)) {
      this.#last = chunk
      return
    }
    if (this.#writeHead() === 'over' || response.write(chunk)) return
    this.#hold.untilDrain(response)
  }

  onEnd(trailers: RawFields): void {
    const { request, response, deadlines } = this.#exchange
    deadlines.rests()
    this.#tape?.answerEnd(trailers)
    this.#sighting?.answerEnd(trailers)
    const tape = this.#tape?.isSettled === true ? null : this.#tape
    // A head alone goes only with the end of its answer, so it waits for nothing.
    if (tape === null && (!this.#hasBody || response.endsAlone)) {
      this.#ended = true
      this.#finish(trailers)
      return
    }
    if (tape === null && !request.complete) this.passHead()
    this.#ended = true
    whenRead(request, response, () => {
      if (tape === null) this.#finish(trailers)
      else
        tape.settle((failure) => {
          if (failure === null) this.#letGo(trailers)
          else response.cut()
        })
    })
  }

  /** Cut in the middle, by the upstream or because the client left. */
  breakOff(): void {
    if (this.#ended) return
    this.#ended = true
    this.#tape?.settle(() => {})
    this.#sighting?.cut()
    const { response } = this.#exchange
    if (!response.writableEnded) response.cut()
  }

  passHead(): void {
    const { response } = this.#exchange
    if (response.headersSent || this.#last !== undefined || this.#ended) return
    if (response.destroyed) return
    if (this.#writeHead() === 'open') response.sendHead()
  }

  #letGo(trailers: RawFields): void {
    const { request, response } = this.#exchange
    if (request.complete || response.destroyed || response.endsAlone) {
      this.#finish(trailers)
      return
    }
    // The client may only now begin to read: what it still sends must not reset the connection.
    if (this.#writeHead() === 'over') return
    if (this.#last === undefined) response.sendHead()
    else response.write(this.#last)
    this.#last = undefined
    whenRead(request, response, () => this.#finish(trailers))
  }

  #finish(trailers: RawFields): void {
    const { response, deadlines } = this.#exchange
    const how = this.#answer.isAlone === true && trailers.length === 0 ? 'alone' : undefined
    if (this.#writeHead(how) === 'over') return
    if (trailers.length > 0) response.addTrailers(fieldPairs(trailers))
    deadlines.flows()
    if (this.#last === undefined) response.end()
    else response.endWith(this.#last)
  }

  /** Answers whether more of the answer may be written. */
  #writeHead(how?: 'alone'): 'open' | 'over' {
    const { rules, request, response, outgoing } = this.#exchange
    if (!response.headersSent) {
      try {
        const fields = answerFields(rules, this.#answer, request)
        response.writeHead(this.#answer.status, reasonOf(this.#answer), fields, how)
      } catch {
        // A status or a transfer coding that cannot be passed on.
        this.#isRefused = true
        this.#ended = true
        this.#tape?.settle(() => {})
        this.#sighting?.cut()
        answerOwn(request, response, 'upstream_failed')
        outgoing.destroy()
      }
    }
    return this.#isRefused || response.writableEnded ? 'over' : 'open'
  }
}

function passHead(relay: Relay): void {
  relay.passHead()
}

/** 100 Continue, 103 Early Hints and other interim answers; 101 is an upgrade. */
export function relayInterim(interim: AnswerHead, request: Incoming, response: Answering): void {
  if (response.headersSent || response.destroyed || request.httpVersion === '1.0') return
  const { status, fields } = interim
  response.sendInterim(status, reasonOf(interim), endToEndFields(fields))
}

/** HTTP/2 has no reasons; what goes on by HTTP/1.1 has the usual ones. */
function reasonOf({ status, reason, httpVersion }: AnswerHead): string {
  return httpVersion === '2.0' ? (STATUS_CODES[status] ?? '') : reason
}
