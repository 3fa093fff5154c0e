import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AnswerHead, Outgoing, Receiver } from '../wire/client.ts'
import { fieldPairs, fieldValues, type RawFields } from '../wire/fields.ts'
import { writeFields } from '../wire/head.ts'
import { reset } from '../wire/reset.ts'
import type { Upstream } from './forward.ts'
import type { Http1Answer, Http1Incoming } from './http1-exchange.ts'
import { answerFields, requestFields } from './heads.ts'
import { Hold } from './holding.ts'
import { startTimer, stopTimer } from './limits.ts'
import { answerOwn } from './own-answer.ts'
import { relayInterim } from './relay.ts'

/**
 * Forwards a request that asks for WebSocket (RFC 9110 section 7.8, RFC 6455). Where the upstream
 * switches, bytes pass both ways until either side ends; where it does not, its answer is passed
 * on and the connection closes.
 */
export function tunnel(upstream: Upstream, request: Http1Incoming, response: Http1Answer): void {
  const rules = upstream.heads
  const epoch = upstream.gate?.epoch ?? null
  let outgoing: Outgoing
  const hold = new Hold({ pause: () => outgoing.pause(), resume: () => outgoing.resume() })
  const receiver: Receiver = {
    onInterim(interim) {
      relayInterim(interim, request, response)
    },
    // The upstream stays with HTTP: its answer is passed on.
    onAnswer(answer) {
      stopTimer(timer)
      try {
        response.writeHead(answer.status, answer.reason, answerFields(rules, answer, request))
      } catch {
        answerOwn(request, response, 'upstream_failed')
        outgoing.destroy()
      }
    },
    onData(chunk) {
      if (!response.write(chunk)) hold.untilDrain(response)
    },
    onEnd(trailers) {
      if (trailers.length > 0) response.addTrailers(fieldPairs(trailers))
      response.end()
    },
    onDrain() {},
    onFail(error) {
      stopTimer(timer)
      const { gate } = upstream
      gate?.failed(outgoing, error, epoch)
      if (response.headersSent) response.cut()
      else if (gate === null) answerOwn(request, response, 'upstream_failed')
      else if (outgoing.sent === 'nothing') gate.turnAway(request, response)
      else answerOwn(request, response, 'backend_lost')
    },
    onSwitch(answer, server, first) {
      stopTimer(timer)
      const client = response.leaveHttp()
      client.socket.write(switchingHead(answer), 'latin1')
      if (first.length > 0) client.socket.write(first)
      if (client.first.length > 0) server.write(client.first)
      const end = () => server.destroy()
      upstream.tunnels.add(end)
      server.on('close', () => upstream.tunnels.delete(end))
      join(client.socket, server)
    },
  }
  const fields = requestFields(rules, upstream.origin, request, 'none')
  const client = upstream.gate?.passes(request) === true ? upstream.unasked : upstream.client
  try {
    outgoing = client.request(
      {
        method: request.method,
        target: request.url,
        fields: upgradeFields(fields, request.rawHeaders),
      },
      receiver,
    )
  } catch {
    answerOwn(request, response, 'request_ambiguous')
    return
  }
  const timer = startTimer(() => {
    outgoing.destroy()
    answerOwn(request, response, 'upstream_timeout')
  }, upstream.limits.answer)
  response.shouldKeepAlive = false
  response.on('close', () => {
    stopTimer(timer)
    if (!response.writableFinished) outgoing.destroy()
  })
  outgoing.end()

  function switchingHead(answer: AnswerHead): string {
    const passed = upgradeFields(answerFields(rules, answer, request), answer.fields)
    return `HTTP/1.1 101 ${answer.reason}\r\n${writeFields(passed)}\r\n`
  }
}

/** Passes bytes both ways with backpressure; when either side is gone, so is the other. */
function join(client: Socket, server: Duplex): void {
  client.pipe(server)
  server.pipe(client)
  server.on('error', () => server.destroy())
  // After a clean end the client still gets what is on its way to it.
  server.on('close', (broken?: boolean) => (broken === true ? reset(client) : client.destroySoon()))
  client.on('close', () => server.destroy())
}

/** Upgrade and the Connection that names it stop at each hop; here they are made anew for the next. */
function upgradeFields(endToEnd: RawFields, received: RawFields): string[] {
  const upgrade = fieldValues(received, 'upgrade').join(', ')
  return [...endToEnd, 'Connection', 'Upgrade', 'Upgrade', upgrade]
}
