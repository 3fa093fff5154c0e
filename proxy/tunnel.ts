import type { IncomingMessage } from 'node:http'
import { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Socket } from 'node:net'
import { endToEndFields, fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import { exactRequest } from '../wire/request.ts'
import { answerOwn } from './own-answer.ts'
import type { Upstream } from './forward.ts'

/**
 * Forwards a request that asks for another protocol (RFC 9110 section 7.8): WebSocket and the
 * like. Where the upstream switches, bytes pass both ways until either side ends; where it does
 * not, its answer is passed on and the connection closes.
 */
export function tunnel(
  upstream: Upstream,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.sendDate = false
  if (client instanceof Socket) {
    client.setTimeout(0)
    client.setNoDelay(true)
    response.assignSocket(client)
  }
  client.on('error', () => client.destroy())
  response.on('finish', () => client.end())

  const outgoing = exactRequest({
    origin: upstream.origin,
    agent: upstream.agent,
    method: request.method!,
    target: request.url!,
    fields: upgradeFields(request.rawHeaders),
  })
  const timer = setTimeout(() => outgoing.destroy(new Error('timed out')), upstream.answerTimeout)
  client.on('close', () => outgoing.destroy())
  outgoing.on('error', () => {
    clearTimeout(timer)
    if (response.headersSent) client.destroy()
    else answerOwn(request, response, 'upstream_failed')
  })
  outgoing.on('response', (answer) => {
    clearTimeout(timer)
    response.writeHead(answer.statusCode!, answer.statusMessage, endToEndFields(answer.rawHeaders))
    answer.pipe(response)
    answer.on('error', () => client.destroy())
    answer.on('close', () => {
      if (!answer.complete) client.destroy()
    })
  })
  outgoing.on('upgrade', (answer, server, serverHead) => {
    clearTimeout(timer)
    if (client instanceof Socket) response.detachSocket(client)
    client.write(switchingHead(answer), 'latin1')
    if (serverHead.length > 0) client.write(serverHead)
    if (head.length > 0) server.write(head)
    join(client, server)
  })
  outgoing.end()
}

/** Passes bytes both ways with backpressure; when either side is gone, so is the other. */
function join(client: Duplex, server: Duplex): void {
  if (server instanceof Socket) {
    server.setTimeout(0)
    server.setNoDelay(true)
  }
  client.pipe(server)
  server.pipe(client)
  server.on('error', () => server.destroy())
  server.on('close', () => client.destroy())
  client.on('close', () => server.destroy())
}

/** Upgrade and the Connection that names it stop at each hop; here they are made anew for the next. */
function upgradeFields(fields: RawFields): string[] {
  return [...endToEndFields(fields), 'Connection', 'Upgrade', ...upgradeField(fields)]
}

function upgradeField(fields: RawFields): [string, string] {
  return ['Upgrade', fieldValues(fields, 'upgrade').join(', ')]
}

function switchingHead(answer: IncomingMessage): string {
  const fields = [
    ...endToEndFields(answer.rawHeaders),
    ...['Connection', 'Upgrade', 'Upgrade', fieldValue(answer.rawHeaders, 'upgrade') ?? ''],
  ]
  const lines = [`HTTP/1.1 101 ${answer.statusMessage}`]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
