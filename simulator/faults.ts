import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Failure, parseSimulateHeader } from './simulate-header.ts'

/** The two ends of one exchange on the socket. */
export interface Wire {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/**
 * Carries out what the `Simulate` header orders, around the handling of a request.
 * The request's body must have been received before, so that a request which gets no
 * answer was nevertheless delivered whole.
 */
export class Faults {
  readonly #closing = new AbortController()

  /**
   * A delay runs its full course even when the client leaves: a slow backend does not
   * notice. What is still waiting at {@link Faults.close} is not carried out.
   */
  async around(wire: Wire, carryOut: () => Promise<Response>): Promise<Response> {
    const parsed = parseSimulateHeader(simulateHeaderOf(wire.incoming))
    if (!parsed.ok) return Response.json({ error: parsed.error }, { status: 400 })
    const { delayMs, failure, carryOut: when } = parsed.simulation
    const answer = when === 'first' ? await carryOut() : undefined
    if (delayMs > 0 && (await this.#closedWithin(delayMs))) return RESPONSE_ALREADY_SENT
    if (failure === undefined) return answer ?? carryOut()
    return fail(failure, answer, wire)
  }

  close(): void {
    this.#closing.abort()
  }

  async #closedWithin(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    return this.#closing.signal.aborted
  }
}

function simulateHeaderOf(incoming: IncomingMessage): string | undefined {
  return incoming.headersDistinct['simulate']?.join(', ')
}

async function fail(failure: Failure, answer: Response | undefined, wire: Wire): Promise<Response> {
  const { socket } = wire.incoming
  switch (failure.kind) {
    case 'status':
      return Response.json(
        { error: `Simulated failure ${failure.status}.` },
        { status: failure.status },
      )
    case 'hang':
      if (!socket.destroyed) await once(socket, 'close')
      return RESPONSE_ALREADY_SENT
    case 'cut':
      await cut(answer ?? Response.json({ status: 'This answer is cut by order.' }), wire)
      return RESPONSE_ALREADY_SENT
    case 'reset':
      socket.resetAndDestroy()
      return RESPONSE_ALREADY_SENT
    default:
      throw new Error(`No such failure: ${JSON.stringify(failure satisfies never)}`)
  }
}

/** An answer that has no body (204, or any to HEAD) is cut by sending nothing of it. */
async function cut(answer: Response, { incoming, outgoing }: Wire): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer())
  if (body.length < 2 || incoming.method === 'HEAD') {
    incoming.socket.destroy()
    return
  }
  outgoing.writeHead(answer.status, {
    ...Object.fromEntries(answer.headers),
    'content-length': body.length,
  })
  outgoing.write(body.subarray(0, body.length / 2), () => incoming.socket.destroy())
}
