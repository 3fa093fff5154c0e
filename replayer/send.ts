import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Entry } from '../journal/entry.ts'
import {
  endToEndFields,
  fieldValue,
  fieldValues,
  withFieldValue,
  withoutField,
  type RawFields,
} from '../wire/fields.ts'
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

/**
 * Sends a recorded request again: same method, target, fields and body, which is read piece by
 * piece. Rejects with NoAnswer.
 */
export async function send(
  entry: Entry,
  body: () => AsyncIterable<Buffer>,
  sending: Sending,
): Promise<Answer> {
  const { signal, timeout } = sending
  if (signal.aborted) throw new NoAnswer('interrupted', 'nothing', signal.reason)
  const outgoing = exactRequest({
    origin: sending.target,
    agent: sending.agent,
    method: entry.method,
    target: targetOf(entry, sending),
    fields: fieldsOf(entry, sending),
  })
  const isConnected = watchConnection(outgoing, sending.target)
  let stopped: string | null = null
  const stop = (why: string) => {
    stopped = why
    outgoing.destroy(new Error(why))
  }
  const timer = setTimeout(() => stop(`none in ${timeout} ms`), timeout)
  const interrupt = () => stop('interrupted')
  signal.addEventListener('abort', interrupt)
  try {
    return await new Promise<Answer>((resolve, reject) => {
      outgoing.on('error', reject)
      let isAnswered = false
      outgoing.on('response', (answer) => {
        isAnswered = true
        void readAnswer(answer).then(resolve, reject)
      })
      // A 101 that nobody asked for ends the connection without an error.
      outgoing.on('close', () => {
        if (!isAnswered) reject(new Error('the connection ended without an answer'))
      })
      const trailers = pairsOf(entry.requestTrailers)
      if (trailers.length > 0) outgoing.addTrailers(trailers)
      if (entry.requestChunks > 0) writeBody(outgoing, body()).catch(reject)
      else if (entry.requestBody.length > 0) outgoing.end(entry.requestBody)
      else outgoing.end()
    })
  } catch (error) {
    const message = stopped ?? (error as Error).message
    throw new NoAnswer(message, isConnected() ? 'something' : 'nothing', error)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupt)
  }
}

/** Under backpressure; an early answer, or the end of the connection, ends it. */
async function writeBody(outgoing: ClientRequest, body: AsyncIterable<Buffer>): Promise<void> {
  for await (const bytes of body) {
    if (outgoing.destroyed) return
    if (outgoing.write(bytes)) continue
    await new Promise<void>((resolve) => {
      const go = () => {
        outgoing.off('drain', go)
        outgoing.off('close', go)
        resolve()
      }
      outgoing.on('drain', go)
      outgoing.on('close', go)
    })
  }
  outgoing.end()
}

/** Whether the request had a connection to go out on: before that nothing of it was sent. */
function watchConnection(outgoing: ClientRequest, target: URL): () => boolean {
  let isFresh = false
  outgoing.on('socket', (socket) => {
    if (outgoing.reusedSocket) return
    const ready = target.protocol === 'https:' ? 'secureConnect' : 'connect'
    socket.once(ready, () => (isFresh = true))
  })
  return () => isFresh || outgoing.reusedSocket
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const status = answer.statusCode!
  const chunks: Buffer[] = []
  let kept = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (kept < KEPT_BODY) chunks.push(chunk.subarray(0, KEPT_BODY - kept))
      kept += chunk.length
    }
  } catch (error) {
    throw new Error(`${status} began, then ${(error as Error).message}`, { cause: error })
  }
  return {
    status,
    reason: answer.statusMessage ?? '',
    fields: answer.rawHeaders,
    body: Buffer.concat(chunks),
  }
}

function targetOf(entry: Entry, { target }: Sending): string {
  const base = target.pathname.replace(/\/$/, '')
  return entry.target.startsWith('/') ? base + entry.target : entry.target
}

function fieldsOf(entry: Entry, sending: Sending): string[] {
  const recorded = entry.requestHeaders
  const kept = pairsOf(endToEndFields(recorded))
    .filter(([name]) => name.toLowerCase() !== MARK.toLowerCase())
    .flat()
  const framed = withFraming(entry, kept)
  framed.push(MARK, sending.mark)
  const { host } = sending.target
  // HTTP/1.0 may come without Host; it goes out as HTTP/1.1, which has one (RFC 9112 section 3.2).
  if (fieldValue(framed, 'host') === undefined) return ['Host', host, ...framed]
  return sending.host === 'recorded' ? framed : withFieldValue(framed, 'host', host)
}

/**
 * As recorded; a body of which less was kept than its length says goes in chunks, and so does one
 * that came by HTTP/2, which has no need of a length.
 */
function withFraming(entry: Entry, fields: string[]): string[] {
  const codings = fieldValues(entry.requestHeaders, 'transfer-encoding')
  if (codings.length > 0) return [...fields, 'Transfer-Encoding', codings.join(', ')]
  const isShort = entry.requestCapture !== 'complete' && entry.requestLength > 0
  const isOpen = entry.requestLength > 0 && fieldValue(fields, 'content-length') === undefined
  if (!isShort && !isOpen) return fields
  return [...withoutField(fields, 'content-length'), 'Transfer-Encoding', 'chunked']
}

/** Names the mark. */
export const MARK = 'Reprise-Replay'

function pairsOf(fields: RawFields): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i]!, fields[i + 1]!])
  return pairs
}
