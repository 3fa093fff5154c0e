import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { fieldValues, type RawFields } from '../wire/fields.ts'
import { exactRequest } from '../wire/request.ts'
import type { ExactResponse } from '../wire/response.ts'
import { startTimer, stopTimer } from './limits.ts'
import { answerFields, requestFields, type HeadRules } from './heads.ts'
import { answerOwn } from './own-answer.ts'
import type { Upstream } from './forward.ts'
import { reset } from '../wire/reset.ts'

/**
 * Forwards a request that asks for WebSocket (RFC 9110 section 7.8, RFC 6455). Where the upstream
 * switches, bytes pass both ways until either side ends; where it does not, its answer is passed
 * on and the connection closes.
 */
export function tunnel(
  upstream: Upstream,
  request: IncomingMessage,
  response: ExactResponse,
  client: Socket,
  head: Buffer,
): void {
  let outgoing: ClientRequest
  try {
    outgoing = exactRequest({
      origin: upstream.origin,
      agent: upstream.agent,
      method: request.method!,
      target: request.url!,
      maxHead: upstream.maxHead,
      fields: upgradeFields(
        requestFields(upstream.heads, upstream.origin, request, 'none'),
        request.rawHeaders,
      ),
    })
  } catch {
    answerOwn(request, response, 'request_ambiguous')
    return
  }
  const timer = startTimer(() => {
    answerOwn(request, response, 'upstream_timeout')
    outgoing.destroy()
  }, upstream.limits.answer)
  const leave = () => client.destroy()
  client.on('end', leave)
  client.on('close', () => {
    stopTimer(timer)
    outgoing.destroy()
  })
  outgoing.on('error', () => {
    stopTimer(timer)
    if (!response.writableEnded) answerOwn(request, response, 'upstream_failed')
  })
  outgoing.on('response', (answer) => {
    stopTimer(timer)
    refused(upstream.heads, answer, request, response)
  })
  outgoing.on('upgrade', (answer, server: Socket, serverHead) => {
    stopTimer(timer)
    client.off('end', leave)
    response.detachSocket(client)
    client.write(switchingHead(upstream.heads, answer, request), 'latin1')
    if (serverHead.length > 0) client.write(serverHead)
    if (head.length > 0) server.write(head)
    join(client, server)
  })
  outgoing.end()
}

/** The upstream stays with HTTP: its answer is passed on. */
function refused(
  rules: HeadRules,
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ExactResponse,
): void {
  answer.on('error', () => {})
  answer.on('close', () => {
    if (!response.writableEnded) response.cut()
  })
  try {
    const fields = answerFields(rules, answer, request)
    response.writeHead(answer.statusCode!, answer.statusMessage, fields)
    answer.pipe(response)
  } catch {
    answerOwn(request, response, 'upstream_failed')
    answer.destroy()
  }
}

/** Passes bytes both ways with backpressure; when either side is gone, so is the other. */
function join(client: Socket, server: Socket): void {
  server.setTimeout(0)
  server.setNoDelay(true)
  client.pipe(server)
  server.pipe(client)
  server.on('error', () => server.destroy())
  // After a clean end the client still gets what is on its way to it.
  server.on('close', (broken) => (broken ? reset(client) : client.destroySoon()))
  client.on('close', () => server.destroy())
}

/** Upgrade and the Connection that names it stop at each hop; here they are made anew for the next. */
function upgradeFields(endToEnd: RawFields, received: RawFields): string[] {
  const upgrade = fieldValues(received, 'upgrade').join(', ')
  return [...endToEnd, 'Connection', 'Upgrade', 'Upgrade', upgrade]
}

function switchingHead(rules: HeadRules, answer: IncomingMessage, request: IncomingMessage) {
  const fields = upgradeFields(answerFields(rules, answer, request), answer.rawHeaders)
  const lines = [`HTTP/1.1 101 ${answer.statusMessage}`]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
