import type { Client } from '../../wire/client.ts'
import type { Answer } from '../answer.ts'
import { exchange } from '../../wire/exchange.ts'
import type { Request } from '../request.ts'
import { wireHead, type Route } from './wire-form.ts'

export interface SendOptions extends Route {
  client: Client
  /** For the whole exchange, in ms. */
  timeout: number
  /** Bytes of an answer's body that are kept; the rest is read and dropped. Default: KEPT_BODY. */
  kept?: number
  signal: AbortSignal
}

/** Of an answer's body, in bytes. */
export const KEPT_BODY = 64 * 1024

/**
 * Sends a request once: method, target, fields and body as they are in it, a body of pieces piece by
 * piece. `mark` names its run and entry. Rejects with NoAnswer.
 */
export async function send(request: Request, mark: string, options: SendOptions): Promise<Answer> {
  const { body, trailers } = request
  const { client, timeout, signal, kept = KEPT_BODY } = options
  const answer = await exchange(
    wireHead(request, mark, options),
    typeof body === 'function' ? body() : body,
    trailers,
    { client, timeout, signal, kept, beyond: 'dropped' },
  )
  const { status, reason, fields, body: came, length } = answer
  return { status, reason, fields, body: came, length, trailers: answer.trailers }
}
