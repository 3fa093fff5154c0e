import type { IncomingMessage } from 'node:http'
import { messageOf, Problem } from '../journal/problem.ts'

// POST /admin/v1/epochs on the admin port, `{"reason":"..."}`: the backend has lost its state. For hooks of
// whatever starts it; the same as `reprise lost`. It answers
//
//   201 with the epoch that began
//   409 where the state is lost already (with that epoch), or nobody would restore it
//   404 where no recorder of the stream keeps to epochs yet
//   400, 403, 405, 413, 415 to what is no such request; 503 with Retry-After while the journal is away

/** Answers the epoch of now as it is shown, and whether it began with that. Rejects with a Problem. */
export type Lose = (reason: string) => Promise<{ epoch: { number: number }; isNew: boolean }>

export const EPOCHS_PATH = '/admin/v1/epochs'

interface LossAnswer {
  status: number
  body: object
  fields?: Record<string, string>
}

/** Bytes of a request's body. */
const MOST = 16 * 1024

/** Characters of a reason. */
const LONGEST = 500

/** Never rejects. */
export async function answerLoss(lose: Lose | null, request: IncomingMessage): Promise<LossAnswer> {
  if (request.method !== 'POST')
    return { ...failed(405, 'expected POST'), fields: { Allow: 'POST' } }
  // A page that somebody looks at must not be able to say so in his name.
  if (request.headers.origin !== undefined) return failed(403, 'no page may say so')
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return failed(415, 'expected Content-Type: application/json')
  }
  try {
    const reason = reasonOf(await bodyOf(request))
    if (typeof reason !== 'string') return reason
    if (lose === null) return failed(409, 'nobody restores the backend: see --restore')
    const { epoch, isNew } = await lose(reason)
    return isNew
      ? { status: 201, body: epoch }
      : { status: 409, body: { error: `epoch ${epoch.number} is to be restored already`, epoch } }
  } catch (error) {
    if (error instanceof Problem && error.code === 'epoch_unknown') {
      return failed(404, error.message)
    }
    if (!(error instanceof Problem) || !error.retryable) return failed(500, messageOf(error))
    return { ...failed(503, error.message), fields: { 'Retry-After': '1' } }
  }
}

function failed(status: number, error: string): LossAnswer {
  return { status, body: { error } }
}

/** Null: it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(body: string | null): string | LossAnswer {
  if (body === null) return failed(413, `expected at most ${MOST} bytes`)
  const expected = failed(400, `expected {"reason":"..."}, of at most ${LONGEST} characters`)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return expected
  }
  if (typeof value !== 'object' || value === null || !('reason' in value)) return expected
  const { reason } = value
  if (typeof reason !== 'string' || reason === '' || reason.length > LONGEST) return expected
  return reason
}
