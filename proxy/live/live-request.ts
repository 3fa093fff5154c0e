import { walkRequest } from '../../aliases/message.ts'
import { fieldValue } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { Http1Incoming } from '../http1-exchange.ts'
import { headOf, withBody } from '../whole-request.ts'
import { Deadlines, type Limits } from '../limits.ts'
import { answerOwn } from '../own-answer.ts'
import type { AliasTable } from './alias-table.ts'
import { clientFormOf } from './client-form.ts'
import { withDigests } from './digests.ts'
import { LiveAnswer } from './live-answer.ts'
import type { LiveAliases } from './live-aliases.ts'
import { isUnderstood, MOST } from './media.ts'

/**
 * Lets an exchange pass with what the client says in the words of the backend, and the other way round.
 * What is forwarded and recorded is what the backend gets and says.
 */
export function passRenamed(
  { live, limits }: { live: LiveAliases; limits: Limits },
  request: Incoming,
  response: Answering,
  go: (request: Incoming, response: Answering) => void,
): void {
  const send = (body: Body) => {
    // Its body may have taken longer than the epoch.
    const { table } = live
    const renamed = table === null ? body.as(request) : rename(live, table, request, body)
    go(renamed, table === null ? response : new LiveAnswer(live, table, request, response))
  }
  switch (howToRead(request)) {
    case 'whole':
      gather(request, limits, send, () => answerOwn(request, response, 'request_timeout'))
      return
    case 'expectation':
      live.counts.untouched.expectation += 1
      send(UNREAD)
      return
    case 'too_large':
      live.counts.untouched.too_large += 1
      send(UNREAD)
      return
    case 'unread':
      send(UNREAD)
  }
}

/** Of a request with an upgrade there is nothing but its head. */
export function renameHead(live: LiveAliases, request: Incoming): void {
  const { table } = live
  if (table !== null) rename(live, table, request, UNREAD)
}

function howToRead(request: Incoming): 'unread' | 'whole' | 'expectation' | 'too_large' {
  const { framing, rawHeaders } = request
  if (framing.kind === 'none' || !isUnderstood(rawHeaders)) return 'unread'
  // Who waits for the word of the backend sends nothing before it.
  if (fieldValue(rawHeaders, 'expect') !== undefined) return 'expectation'
  return framing.kind === 'length' && framing.length > MOST ? 'too_large' : 'whole'
}

/** What was read of a body; `whole`: null where it is left to be read. */
interface Body {
  whole: Buffer | null
  /** The request with that body, and what is left of its own. */
  as(request: Incoming, now?: Buffer): Incoming
}

const UNREAD: Body = { whole: null, as: (request) => request }

function rename(
  { counts }: LiveAliases,
  table: AliasTable,
  request: Incoming,
  body: Body,
): Incoming {
  const before = { target: request.url!, fields: request.rawHeaders, body: body.whole }
  const now = walkRequest(before, table.toBackend)
  if (now === before) return body.as(request)
  counts.requests += 1
  const isOther = now.body !== null && now.body !== before.body
  request.url = now.target
  request.rawHeaders = isOther ? withDigests(now.fields, now.body!) : [...now.fields]
  const renamed = isOther ? body.as(request, now.body!) : body.as(request)
  // It may have been renamed before: of an epoch that ended before it could be sent.
  const said = request.client?.said ?? before
  renamed.client = { said, form: clientFormOf(said, { ...now, fields: request.rawHeaders }) }
  return renamed
}

/** Reads it to its end, or as far as it may be read; `late`: it takes longer than it would on its way. */
function gather(
  request: Incoming,
  limits: Limits,
  then: (body: Body) => void,
  late: () => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  const deadlines = new Deadlines(limits, () => {
    stop()
    late()
  })
  deadlines.flows()
  const take = (chunk: Buffer) => {
    deadlines.flows()
    chunks.push(chunk)
    length += chunk.length
    if (length <= MOST) return
    stop()
    request.pause()
    then({ whole: null, as: (now) => goingOn(now, chunks) })
  }
  const end = () => {
    stop()
    const whole = Buffer.concat(chunks)
    then({ whole, as: (now, body = whole) => withBody(now, body) })
  }
  const stop = () => {
    deadlines.end()
    request.off('data', take)
    request.off('end', end)
  }
  request.on('close', stop)
  request.on('end', end)
  request.on('data', take)
}

/** With what was read of it before the rest. */
function goingOn(request: Incoming, chunks: readonly Buffer[]): Incoming {
  const renamed = new Http1Incoming(headOf(request), request.framing, request.socket, request)
  renamed.client = request.client
  for (const chunk of chunks) renamed.take(chunk)
  request.on('data', (chunk) => renamed.take(chunk))
  request.on('end', () => renamed.end(request.rawTrailers))
  request.on('close', () => renamed.broken())
  request.pause()
  return renamed
}
