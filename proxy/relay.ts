import type { IncomingMessage } from 'node:http'
import { endToEndFields, fieldPairs, fieldValue } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'
import { answerFields, hasBody, type HeadRules } from './heads.ts'
import { holding } from './holding.ts'
import type { Deadlines } from './limits.ts'
import { answerOwn, whenRead } from './own-answer.ts'
import type { Tape } from './tape.ts'

// An answer's way back to the client.

/** An exchange whose answer has come. */
export interface Relay {
  rules: HeadRules
  request: Incoming
  response: Answering
  tape: Tape | null
  deadlines: Deadlines
}

/**
 * Passes an answer on. What a tape records is let through but for its end: the chunk that
 * completes it where its length is known, the terminating chunk where not, the head where it has
 * no body.
 */
export function relayAnswer(
  { rules, request, response, tape: offered, deadlines }: Relay,
  answer: IncomingMessage,
): void {
  const status = answer.statusCode!
  const reason = (answer.statusMessage ?? '').replaceAll(UNWRITABLE, '')
  const tape = offered?.answerBegins(status, reason, answer.rawHeaders) === true ? offered : null
  if (!request.complete) response.shouldKeepAlive = false
  const writeHead = () => {
    if (response.headersSent) return
    try {
      response.writeHead(status, reason, answerFields(rules, answer, request))
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

  deadlines.flows()
  answer.on('data', (chunk: Buffer) => {
    deadlines.flows()
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
    deadlines.rests()
    tape?.answerEnd(answer.rawTrailers)
    const finish = () => {
      writeHead()
      if (response.writableEnded) return
      if (answer.rawTrailers.length > 0) response.addTrailers(fieldPairs(answer.rawTrailers))
      deadlines.flows()
      response.end(last)
    }
    const letGo = () => {
      if (request.complete || response.destroyed || response.endsAlone) {
        finish()
        return
      }
      // The client may only now begin to read: what it still sends must not reset the connection.
      writeHead()
      if (response.writableEnded) return
      if (last === undefined) response.sendHead()
      else response.write(last)
      last = undefined
      whenRead(request, response, finish)
    }
    // A head alone goes only with the end of its answer, so it waits for nothing.
    if (tape === null && (!hasBody(request, status) || response.endsAlone)) finish()
    else
      whenRead(request, response, () => {
        if (tape === null) finish()
        else tape.settle((failure) => (failure === null ? letGo() : response.cut()))
      })
  })
  // Cut in the middle, by the upstream or because the client left.
  answer.on('close', () => {
    if (ended) return
    tape?.settle(() => {})
    if (!response.writableEnded) response.cut()
  })
  answer.on('error', () => {})
  const passHead = () => {
    if (response.headersSent || last !== undefined || ended || response.destroyed) return
    writeHead()
    if (!response.writableEnded) response.sendHead()
  }
  if (hasBody(request, status) && length !== 0) {
    // As above: what came with the head goes with it.
    process.nextTick(passHead)
  } else if (tape === null) passHead()
}

/** What node:http reads in a reason but does not write. */
const UNWRITABLE = /[^\t\x20-\x7e\x80-\xff]/g

export interface Interim {
  statusCode: number
  statusMessage: string
  rawHeaders: string[]
}

/** 100 Continue, 103 Early Hints and other interim answers; 101 is an upgrade. */
export function relayInterim(interim: Interim, request: Incoming, response: Answering): void {
  if (response.headersSent || response.destroyed || request.httpVersion === '1.0') return
  const { statusCode, statusMessage, rawHeaders } = interim
  response.sendInterim(statusCode, statusMessage, endToEndFields(rawHeaders))
}
