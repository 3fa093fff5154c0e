import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { fieldValue } from '../wire/fields.ts'
import { reset } from './reset.ts'

/** Why the proxy answers by itself; sent in the field `Reprise-Error`. */
export type OwnAnswer =
  | 'request_ambiguous'
  | 'body_too_large'
  | 'method_not_supported'
  | 'upstream_unreachable'
  | 'upstream_failed'
  | 'upstream_timeout'
  | 'journal_away'

const ANSWERS: Record<OwnAnswer, { status: number; text: string }> = {
  request_ambiguous: { status: 400, text: 'The request can be read in more than one way.' },
  body_too_large: { status: 413, text: 'The body is larger than what is recorded at most.' },
  method_not_supported: { status: 501, text: 'This is not something that is forwarded.' },
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
}

/**
 * Answers in the proxy's own name, as JSON or, where the client asks for it, as text. Where the
 * request was not read to its end, or cannot be trusted, the connection closes with the answer.
 */
export function answerOwn(
  request: IncomingMessage,
  response: ServerResponse,
  error: OwnAnswer,
  detail?: string,
): void {
  if (response.headersSent || response.destroyed) {
    cut(response)
    return
  }
  const { status, text } = ANSWERS[error]
  const message = detail === undefined ? text : `${text} ${detail}`
  const asText = /^\s*text\/plain\b/i.test(fieldValue(request.rawHeaders, 'accept') ?? '')
  const body = asText ? `${message}\n` : `${JSON.stringify({ error, message })}\n`
  if (!request.complete || status === 400) response.shouldKeepAlive = false
  response.sendDate = true
  // With the reason: one that was refused may still stand in the response.
  response.writeHead(status, STATUS_CODES[status], [
    ...['Content-Type', asText ? 'text/plain; charset=utf-8' : 'application/json'],
    ...['Content-Length', String(Buffer.byteLength(body))],
    ...['Reprise-Error', error],
    ...(status === 503 ? ['Retry-After', '1'] : []),
  ])
  response.write(body)
  whenRead(request, response, () => response.end())
}

/** How long what is left of a request is read after its answer, in ms. */
const LINGER = 2_000

/**
 * Calls back when the whole request was read, or some time was given to it. The connection of
 * an answer that comes before its request's end closes with it, and closing while bytes come in
 * would reset it: a client that still writes might never read the answer (RFC 9112 section 9.6).
 * A client with an expectation waits for the answer, and is not waited for.
 */
export function whenRead(
  request: IncomingMessage,
  response: ServerResponse,
  then: () => void,
): void {
  if (request.complete || fieldValue(request.rawHeaders, 'expect') !== undefined) {
    then()
    return
  }
  const timer = setTimeout(done, LINGER)
  request.on('end', done)
  response.on('close', done)
  request.resume()

  function done(): void {
    clearTimeout(timer)
    request.off('end', done)
    response.off('close', done)
    then()
  }
}

/** Ends an answer so that no client takes it for a whole one: by a reset. */
export function cut(response: ServerResponse): void {
  const socket = response.socket
  if (socket === null) response.destroy()
  else reset(socket)
}
