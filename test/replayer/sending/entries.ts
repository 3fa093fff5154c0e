import type { Entry } from '../../../journal/entry.ts'
import type { Request } from '../../../replayer/request.ts'

/** An empty POST of /things, arrived at noon, answered 201, but for what is said. */
export function entryWith(said: Partial<Entry> = {}): Entry {
  const body = said.requestBody ?? Buffer.alloc(0)
  return {
    ...{ stream: 's', id: 1, recorder: 'r', number: 1, verdict: 'applied', cause: null },
    ...{ delivery: null, settled: null, settledAt: null, settledBy: null, label: null },
    ...{ arrivedAt: NOON, answeredAt: NOON + 1000, orderedAt: NOON + 1000 },
    sender: { address: null, agent: null, user: null },
    ...{ method: 'POST', target: '/things', httpVersion: '1.1', contentType: null },
    ...{
      requestHeaders: ['Host', 'backend.test'],
      requestTrailers: [],
      withheld: [],
      masked: [],
      maskedChunks: [],
      clientForm: null,
    },
    ...{ requestLength: body.length, requestCapture: 'complete', requestDigest: null },
    ...{ requestChunks: 0, status: 201, reason: 'Created', responseHeaders: [] },
    ...{ responseTrailers: [], responseLength: 0, responseCapture: 'complete' },
    ...{ responseDigest: null, responseChunks: 0, responseBody: Buffer.alloc(0) },
    ...{ requestBody: body },
    ...said,
  }
}

/** In microseconds. */
export const NOON = Date.UTC(2026, 0, 15, 12) * 1000

/** A POST of /things without fields or body, but for what is said. */
export function requestWith(said: Partial<Request> = {}): Request {
  return {
    ...{ method: 'POST', target: '/things', fields: ['Host', 'backend.test'] },
    ...{ httpVersion: '1.1', body: null, trailers: [] },
    ...said,
  }
}
