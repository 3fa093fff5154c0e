import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { RecorderInfo, Standing } from '../../journal/standing.ts'
import type { Journal } from '../../journal/contract.ts'
import { CAPTURES, DELIVERIES, VERDICTS, orderedAt } from '../../journal/entry.ts'
import type { CapturedBody, Entry, Micros, NewEntry } from '../../journal/entry.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'

// Exchanges for the tests of the journal, and what the journal must give back for them.

/** 2026-11-23 12:00:00.000001 UTC: a Monday, so that a week's first partition holds it. */
export const NOON: Micros = Date.UTC(2026, 10, 23, 12) * 1000 + 1

export interface EntryChanges extends Partial<Omit<NewEntry, 'request' | 'response'>> {
  request?: Partial<NewEntry['request']>
  response?: Partial<NonNullable<NewEntry['response']>> | null
}

export function body(bytes: Buffer | string, changes: Partial<CapturedBody> = {}): CapturedBody {
  const kept = Buffer.from(bytes)
  const digest = kept.length === 0 ? null : createHash('sha256').update(kept).digest('hex')
  return {
    ...{ bytes: kept, chunks: 0, length: kept.length, capture: 'complete', digest, trailers: [] },
    ...changes,
  }
}

export function newEntry(number: number, changes: EntryChanges = {}): NewEntry {
  const { request, response, ...plain } = changes
  const arrivedAt = changes.arrivedAt ?? NOON + number * 1_000
  return {
    number,
    verdict: 'applied',
    cause: null,
    delivery: null,
    arrivedAt,
    answeredAt: arrivedAt + 500,
    sender: { address: '192.0.2.7', agent: 'curl/8', user: 'ada' },
    ...plain,
    request: {
      method: 'POST',
      target: `/things/${number}`,
      httpVersion: '1.1',
      fields: ['Host', 'a.example', 'Content-Type', 'text/plain'],
      body: body(`asked ${number}`),
      ...request,
    },
    response:
      response === null
        ? null
        : {
            status: 201,
            reason: 'Created',
            fields: ['Content-Length', '3'],
            body: body(`answered ${number}`),
            ...response,
          },
  }
}

/** The entry as it must be read back, but for its id. */
export function asRead(stream: string, recorder: string, entry: NewEntry): Omit<Entry, 'id'> {
  const { request, response } = entry
  return {
    stream,
    recorder,
    withheld: [],
    masked: [],
    maskedChunks: [],
    clientForm: null,
    number: entry.number,
    verdict: entry.verdict,
    cause: entry.cause,
    delivery: entry.delivery,
    settled: null,
    settledAt: null,
    settledBy: null,
    label: null,
    arrivedAt: entry.arrivedAt,
    answeredAt: entry.answeredAt,
    orderedAt: orderedAt(entry),
    sender: entry.sender,
    method: request.method,
    target: request.target,
    httpVersion: request.httpVersion,
    contentType: fieldValue(request.fields, 'content-type') ?? null,
    requestHeaders: request.fields,
    requestTrailers: request.body.trailers,
    requestLength: request.body.length,
    requestCapture: request.body.capture,
    requestDigest: request.body.digest,
    requestChunks: request.body.chunks,
    requestBody: request.body.bytes,
    status: response?.status ?? null,
    reason: response?.reason ?? null,
    responseHeaders: response?.fields ?? null,
    responseTrailers: response?.body.trailers ?? null,
    responseLength: response?.body.length ?? null,
    responseCapture: response?.body.capture ?? null,
    responseDigest: response?.body.digest ?? null,
    responseChunks: response?.body.chunks ?? 0,
    responseBody: response?.body.bytes ?? null,
  }
}

export function recorderOf(stream: string, changes: Partial<RecorderInfo> = {}): RecorderInfo {
  return {
    stream,
    id: randomUUID(),
    target: 'http://127.0.0.1:3000',
    durability: 'commit',
    whenUnrecordable: 'refuse',
    host: 'build-7',
    pid: 4711,
    version: '1.2.3',
    startedAt: NOON,
    ...changes,
  }
}

/** Of the recorders of these tests, in ms: they outlive them. */
export const LEASE = 60_000

export const NOTHING_GIVEN: Standing = { lastNumber: 0, spooledRecords: 0, spooledBytes: 0 }

/** Appends entries as their recorder, which goes on. */
export async function append(
  journal: Journal,
  stream: string,
  recorder: string,
  entries: readonly NewEntry[],
): Promise<void> {
  const sealed = entries.map((entry) => journal.seal({ kind: 'entry', entry, had: 'nothing' }))
  await journal.append(stream, recorder, sealed, 'open')
}

export function newStream(): string {
  return `stream ${randomUUID()}`
}

/** A stream of its own with these entries in it, appended in one call by one recorder. */
export async function recorded(
  journal: Journal,
  entries: readonly NewEntry[],
): Promise<{ stream: string; recorder: string; ids: number[] }> {
  const stream = newStream()
  const recorder = recorderOf(stream)
  await journal.enrol(recorder, LEASE)
  await append(journal, stream, recorder.id, entries)
  const listed = await journal.list({ stream }, { order: 'id', limit: entries.length + 1 })
  return { stream, recorder: recorder.id, ids: listed.map(({ id }) => id) }
}

const latin1 = (from: number) =>
  fc.string({
    unit: fc.integer({ min: from, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 12,
  })

/** Field names and values as a parser may let them through: any byte but NUL, CR and LF. */
const wireText = latin1(0x01).map((text) => text.replaceAll(/[\r\n]/g, ''))

const anyFields: fc.Arbitrary<RawFields> = fc
  .array(fc.tuple(wireText, wireText), { maxLength: 5 })
  .map((pairs) => pairs.flat())

const anyBody: fc.Arbitrary<CapturedBody> = fc
  .record({
    bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    passed: fc.nat(1e12),
    capture: fc.constantFrom(...CAPTURES),
    trailers: anyFields,
  })
  .map(({ passed, ...kept }) => ({
    ...kept,
    chunks: 0,
    length: kept.bytes.length + passed,
    digest: body(kept.bytes).digest,
  }))

/** Any moment from 1990 to 2100, to the microsecond. */
const anyMoment = fc.integer({ min: Date.UTC(1990) * 1000, max: Date.UTC(2100) * 1000 })

const anySenderText = fc.option(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
)

/** Any exchange that a recorder can hand over, all within one week. */
export const anyEntry: fc.Arbitrary<Omit<NewEntry, 'number'>> = fc.record({
  verdict: fc.constantFrom(...VERDICTS),
  cause: fc.option(wireText),
  delivery: fc.option(fc.constantFrom(...DELIVERIES)),
  arrivedAt: anyMoment.map((at) => NOON + (at % 86_400_000_000)),
  answeredAt: fc.option(anyMoment),
  sender: fc.record({ address: anySenderText, agent: anySenderText, user: anySenderText }),
  request: fc.record({
    method: fc.constantFrom('POST', 'PUT', 'DELETE', 'M-SEARCH'),
    target: latin1(0x21),
    httpVersion: fc.constantFrom('1.0', '1.1'),
    fields: anyFields,
    body: anyBody,
  }),
  response: fc.option(
    fc.record({
      status: fc.integer({ min: 100, max: 999 }),
      reason: wireText,
      fields: anyFields,
      body: anyBody,
    }),
  ),
})
