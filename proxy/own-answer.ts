import { STATUS_CODES } from 'node:http'
import { fieldPairs, fieldValue } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'

/** Why the proxy answers by itself; sent in the field `Reprise-Error`. */
export type OwnAnswer =
  | 'request_ambiguous'
  | 'request_timeout'
  | 'head_too_large'
  | 'body_too_large'
  | 'method_not_supported'
  | 'last_hop'
  | 'upstream_unreachable'
  | 'upstream_failed'
  | 'upstream_timeout'
  | 'journal_away'
  | 'backend_not_ready'
  | 'backend_lost'

export const OWN_ANSWERS: Readonly<Record<OwnAnswer, { status: number; text: string }>> = {
  request_ambiguous: { status: 400, text: 'The request can be read in more than one way.' },
  request_timeout: { status: 408, text: 'The request did not come to its end in time.' },
  head_too_large: {
    status: 431,
    text: 'The head of the request is larger than what is read at most.',
  },
  body_too_large: { status: 413, text: 'The body is larger than what is recorded at most.' },
  method_not_supported: { status: 501, text: 'This is not something that is forwarded.' },
  last_hop: { status: 200, text: 'Max-Forwards ends at this proxy: nothing was forwarded.' },
  upstream_unreachable: {
    status: 502,
    text: 'The upstream cannot be reached; nothing was sent to it.',
  },
  upstream_failed: {
    status: 502,
    text: 'The upstream ended the connection without an answer; it may have had the request.',
  },
  upstream_timeout: {
    status: 504,
    text: 'The upstream did not answer in time; it may have had the request.',
  },
  journal_away: {
    status: 503,
    text: 'The request was not forwarded: it changes state, and it cannot be recorded right now.',
  },
  backend_not_ready: {
    status: 503,
    text: 'The backend is not ready; nothing was sent to it.',
  },
  backend_lost: {
    status: 503,
    text: 'The backend ended the connection without an answer; it may have had the request.',
  },
}

export function statusOf(error: OwnAnswer): number {
  return OWN_ANSWERS[error].status
}

/**
 * Answers in the proxy's own name, as JSON or, where the client asks for it, as text. Where the
 * request was not read to its end, or cannot be trusted, the connection closes with the answer.
 */
export function answerOwn(
  request: Incoming,
  response: Answering,
  error: OwnAnswer,
  detail?: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.cut()
    return
  }
  const { status } = OWN_ANSWERS[error]
  const asText = /^\s*text\/plain\b/i.test(fieldValue(request.rawHeaders, 'accept') ?? '')
  const { fields, body } = ownAnswer(error, asText ? 'text' : 'json', detail)
  if (!request.complete || status === 400) response.shouldKeepAlive = false
  response.sendDate = true
  // With the reason: one that was refused may still stand in the response.
  response.writeHead(status, STATUS_CODES[status], fields)
  response.write(body)
  if (response.endsAlone) response.end()
  else whenRead(request, response, () => response.end())
}

/** The same as bytes, for what is no request; the connection closes with it. */
export function rawOwnAnswer(error: OwnAnswer, detail?: string): string {
  const { status } = OWN_ANSWERS[error]
  const { fields, body } = ownAnswer(error, 'json', detail)
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`]
  for (const [name, value] of fieldPairs(fields)) lines.push(`${name}: ${value}`)
  lines.push(`Date: ${new Date().toUTCString()}`, 'Connection: close')
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function ownAnswer(
  error: OwnAnswer,
  as: 'json' | 'text',
  detail?: string,
): { fields: string[]; body: string } {
  const { status, text } = OWN_ANSWERS[error]
  const message = detail === undefined ? text : `${text} ${detail}`
  const body = as === 'text' ? `${message}\n` : `${JSON.stringify({ error, message })}\n`
  const fields = [
    ...['Content-Type', as === 'text' ? 'text/plain; charset=utf-8' : 'application/json'],
    ...['Content-Length', String(Buffer.byteLength(body))],
    ...['Reprise-Error', error],
    ...(status === 503 ? ['Retry-After', '1'] : []),
  ]
  return { fields, body }
}

/** How long what is left of a request is waited for after its answer, from piece to piece and in all, in ms. */
export const LINGER = 2_000
const LONGEST_LINGER = 30_000

/**
 * Calls back when the whole request was read, or some time was given to it. The connection of
 * an answer that comes before its request's end closes with it, and closing while bytes come in
 * would reset it: a client that still writes might never read the answer (RFC 9112 section 9.6).
 * A client with an expectation waits for the answer, and is not waited for.
 */
export function whenRead(request: Incoming, response: Answering, then: () => void): void {
  if (request.complete || fieldValue(request.rawHeaders, 'expect') !== undefined) {
    then()
    return
  }
  const timer = setTimeout(done, LINGER)
  const end = performance.now() + LONGEST_LINGER
  request.on('data', goOn)
  request.on('end', done)
  response.on('close', done)
  request.resume()

  function goOn(): void {
    if (performance.now() < end) timer.refresh()
  }

  function done(): void {
    clearTimeout(timer)
    request.off('data', goOn)
    request.off('end', done)
    response.off('close', done)
    then()
  }
}
