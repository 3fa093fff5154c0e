import type { Agent, IncomingMessage } from 'node:http'
import type { Entry } from '../journal/entry.ts'
import { endToEndFields, fieldValues, withFieldValue } from '../wire/fields.ts'
import { exactRequest } from '../wire/request.ts'
import type { Answer } from './compare.ts'

export interface Sending {
  target: URL
  agent: Agent
  /** For the whole exchange, in ms. */
  timeout: number
  /** Which Host is sent: the recorded one, or the target's own. */
  host: 'recorded' | 'target'
  /** The mark by which a recorder knows a replayed request. */
  mark: string
  signal: AbortSignal
}

/** No answer came. `sent` tells whether the target may have had the request. */
export class NoAnswer extends Error {
  readonly sent: 'nothing' | 'something'

  constructor(message: string, sent: 'nothing' | 'something', cause: unknown) {
    super(message, { cause })
    this.sent = sent
  }
}

/** Bytes of an answer's body that are kept; the rest is read and dropped. */
const KEPT_BODY = 64 * 1024

/** Sends a recorded request again: same method, target, fields and body. Rejects with NoAnswer. */
export async function send(entry: Entry, sending: Sending): Promise<Answer> {
  const outgoing = exactRequest({
    origin: sending.target,
    agent: sending.agent,
    method: entry.method,
    target: targetOf(entry, sending.target),
    fields: fieldsOf(entry, sending),
  })
  let connected = false
  outgoing.on('socket', (socket) => {
    connected = !socket.connecting
    socket.once('connect', () => (connected = true))
  })
  const limit = AbortSignal.any([sending.signal, AbortSignal.timeout(sending.timeout)])
  const stop = () => outgoing.destroy(limit.reason as Error)
  limit.addEventListener('abort', stop)
  try {
    return await new Promise<Answer>((resolve, reject) => {
      outgoing.on('error', reject)
      outgoing.on('response', (answer) => void readAnswer(answer).then(resolve, reject))
      for (let i = 0; i < entry.requestTrailers.length; i += 2) {
        outgoing.addTrailers([[entry.requestTrailers[i]!, entry.requestTrailers[i + 1]!]])
      }
      if (entry.requestBody.length > 0) outgoing.end(entry.requestBody)
      else outgoing.end()
    })
  } catch (error) {
    const timedOut = (error as Error).name === 'TimeoutError'
    const message = timedOut ? `no answer in ${sending.timeout} ms` : (error as Error).message
    throw new NoAnswer(message, connected ? 'something' : 'nothing', error)
  } finally {
    limit.removeEventListener('abort', stop)
  }
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let kept = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (kept < KEPT_BODY) chunks.push(chunk.subarray(0, KEPT_BODY - kept))
    kept += chunk.length
  }
  return {
    status: answer.statusCode!,
    reason: answer.statusMessage ?? '',
    fields: answer.rawHeaders,
    body: Buffer.concat(chunks),
  }
}

function targetOf(entry: Entry, target: URL): string {
  const base = target.pathname.replace(/\/$/, '')
  return entry.target.startsWith('/') ? base + entry.target : entry.target
}

function fieldsOf(entry: Entry, sending: Sending): string[] {
  const recorded = entry.requestHeaders
  const kept = endToEndFields(recorded)
  const codings = fieldValues(recorded, 'transfer-encoding')
  if (codings.length > 0) kept.push('Transfer-Encoding', codings.join(', '))
  kept.push('Reprise-Replay', sending.mark)
  return sending.host === 'recorded' ? kept : withFieldValue(kept, 'host', sending.target.host)
}
