import type { z } from '@hono/zod-openapi'
import type { Deed } from '../../journal/deed.ts'
import type { Timeline } from '../../journal/timeline.ts'
import type { Attempt, KeptAlias, Run, RunFilter } from '../../journal/runs.ts'
import type { ClientForm } from '../../journal/client-form.ts'
import type { EntryCursor, StreamSummary } from '../../journal/contract.ts'
import type { Entry, EntrySummary, Micros } from '../../journal/entry.ts'
import { openedBody, openedTarget } from '../../journal/masking/opened.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { traceOf } from '../../telemetry/request-id.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { toldAlias, type AliasReport, type ToldAlias } from '../alias-report.ts'
import { keptManner, keptSpared, type Manner } from '../run/manner.ts'
import type { AliasView, AttemptView, RunView } from './attempt-schemas.ts'
import type { EntrySecrets, EntryView, WholeEntry } from './entry-schemas.ts'
import type { DeedView } from './door/trail-api.ts'
import type { FilterQuery } from './filter-schemas.ts'
import type { TimelineView } from './looking-routes.ts'
import type { DrivenRun, RunQuery, ValuesView } from './run-schemas.ts'
import type { StreamView } from './schemas.ts'

// From the journal's values to the API's shapes, and back.

/** Says of a field whether its value is a secret: those are never shown. */
export type IsSecret = (name: string, value: string) => boolean

export function filterOfQuery(query: z.output<typeof FilterQuery>): EntryFilter {
  return withoutAbsent<EntryFilter>({
    stream: query.stream,
    idFrom: query.id__gte,
    idTo: query.id__lte,
    methods: query.method,
    paths: query.path,
    excludedPaths: query.excluded_path,
    statuses: query.status,
    verdicts: query.verdict,
    settled: query.settled,
    ids: query.id,
    labels: query.label,
    users: query.user,
    clients: query.client,
    text: query.text,
    since: query.since,
    until: query.until,
  })
}

/** What was asked of the list of runs. */
export function runFilterOfQuery({
  limit,
  state,
  ...query
}: z.output<typeof RunQuery>): RunFilter & { limit: number } {
  return { limit, ...withoutAbsent<RunFilter>({ ...query, states: state }) }
}

/** Only what is said: an absent part of a filter does not narrow. */
export function withoutAbsent<T extends object>(parts: {
  [K in keyof T]: T[K] | undefined
}): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(parts).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

export function entryView(entry: EntrySummary, isSecret: IsSecret): z.input<typeof EntryView> {
  return {
    id: entry.id,
    stream: entry.stream,
    recorder: entry.recorder,
    number: entry.number,
    verdict: entry.verdict,
    cause: entry.cause,
    delivery: entry.delivery,
    settled: entry.settled,
    label: entry.label,
    arrived_at: isoMicros(entry.arrivedAt),
    answered_at: isoMicrosOrNull(entry.answeredAt),
    method: entry.method,
    target: entry.target,
    http_version: entry.httpVersion,
    client_address: entry.sender.address,
    user_agent: entry.sender.agent,
    user_name: entry.sender.user,
    content_type: entry.contentType,
    trace_id: traceOf(fieldValue(entry.requestHeaders, 'traceparent')) ?? null,
    request_headers: headerPairs(entry.requestHeaders, isSecret),
    request_trailers: headerPairs(entry.requestTrailers, isSecret),
    withheld: [...entry.withheld],
    request_length: entry.requestLength,
    request_capture: entry.requestCapture,
    status: entry.status,
    reason: entry.reason,
    response_headers: entry.responseHeaders && headerPairs(entry.responseHeaders, isSecret),
    response_length: entry.responseLength,
    response_capture: entry.responseCapture,
  }
}

export function wholeEntryView(entry: Entry, isSecret: IsSecret): z.input<typeof WholeEntry> {
  return {
    ...entryView(entry, isSecret),
    client_form: clientFormView(entry.clientForm),
    masked: entry.masked.map(({ in: within, offset, length }) => ({ in: within, offset, length })),
    masked_pieces: [...entry.maskedChunks],
    request_digest: entry.requestDigest,
    request_body: entry.requestChunks > 0 ? null : bodyView(entry.requestBody),
    response_digest: entry.responseDigest,
    response_body:
      entry.responseChunks > 0 ? null : entry.responseBody && bodyView(entry.responseBody),
  }
}

function clientFormView(form: ClientForm | null): z.input<typeof WholeEntry>['client_form'] {
  return form && { ...form, fields: [...form.fields], body: [...form.body] }
}

/** Of an entry that was read `opened`. */
export function secretsView(entry: Entry): z.input<typeof EntrySecrets> {
  const all = (fields: RawFields) => headerPairs(fields, () => false)
  const response = openedBody(entry, 'response')
  return {
    target: openedTarget(entry),
    client_form: clientFormView(entry.clientForm),
    request_headers: all(entry.requestHeaders),
    request_trailers: all(entry.requestTrailers),
    withheld: [...entry.withheld],
    request_body: entry.requestChunks > 0 ? null : bodyView(openedBody(entry, 'request')),
    response_headers: entry.responseHeaders && all(entry.responseHeaders),
    response_body: entry.responseChunks > 0 ? null : response && bodyView(response),
  }
}

export function streamView(stream: StreamSummary): z.input<typeof StreamView> {
  return {
    stream: stream.stream,
    targets: [...stream.targets],
    entries: stream.entries,
    by_verdict: { ...stream.byVerdict },
    unsettled: stream.unsettled,
    body_bytes: stream.bodyBytes,
    first_at: isoMicrosOrNull(stream.firstAt),
    last_at: isoMicrosOrNull(stream.lastAt),
  }
}

export function runView(run: Run): z.input<typeof RunView> {
  const { id, stream, target, selection, plan, state, planned, outcomes } = run
  const { checkpoint, compactRules } = keptSpared(run)
  return {
    ...{ id, stream, target, selection, plan, state, planned, outcomes: { ...outcomes } },
    manner: mannerView(keptManner(run)),
    ...{ checkpoint, compact_rules: [...compactRules] },
    started_at: isoMicros(run.startedAt),
    ended_at: isoMicrosOrNull(run.endedAt),
  }
}

/** The same, and how it is driven. */
export function drivenView(run: Run): z.input<typeof DrivenRun> {
  return { ...runView(run), driven: run.driven }
}

function mannerView(manner: Manner | null): z.input<typeof RunView>['manner'] {
  if (manner === null) return null
  const { lanes, concurrency, tolerance, speed, rate, onFailure, onDifference } = manner
  return {
    ...{ lanes: [...lanes], concurrency, clock_tolerance_ms: tolerance / 1000, speed, rate },
    ...{ on_failure: onFailure, on_difference: onDifference },
  }
}

export function attemptView(attempt: Attempt, isSecret: IsSecret): z.input<typeof AttemptView> {
  const { position, entry, outcome, status, detail } = attempt
  return {
    ...{ position, entry, outcome, status, detail },
    response_headers: attempt.responseHeaders && headerPairs(attempt.responseHeaders, isSecret),
    response_length: attempt.responseLength,
    // As the run kept them, which left the values of secrets out.
    differences: attempt.differences as z.input<typeof AttemptView>['differences'],
    uses: attempt.uses as z.input<typeof AttemptView>['uses'],
    sent_at: isoMicros(attempt.sentAt),
    ended_at: isoMicrosOrNull(attempt.endedAt),
  }
}

/** What is told of the values of one entry, read whole. */
export async function valuesView({
  aliases,
  used,
  leftAlone,
}: AliasReport): Promise<z.input<typeof ValuesView>> {
  const view: z.input<typeof ValuesView> = {
    made: [],
    used: used.map(({ place, producer, from, value }) => ({ place, producer, from, value })),
    left_alone: [],
  }
  for await (const { items } of aliases) view.made.push(...items.map(usedAliasView))
  for await (const { items } of leftAlone) {
    view.left_alone.push(...items.map(({ place, why, value }) => ({ place, why, value })))
  }
  return view
}

function usedAliasView({ number, secrecy, recorded, came, producer, uses, moreUses }: ToldAlias) {
  const isSecret = secrecy === 'secret'
  return { number, secret: isSecret, recorded, came, producer, uses, more_uses: moreUses }
}

export function aliasView(alias: KeptAlias & { number: number }): z.input<typeof AliasView> {
  const { number, secrecy, recorded, came, producer } = toldAlias(alias)
  return { number, secret: secrecy === 'secret', recorded, came, producer }
}

/** A place in a list as one opaque word, and back; null for what is none. */
export function timelineView({ since, step, spans, next }: Timeline): z.input<typeof TimelineView> {
  return {
    since: spans.length === 0 ? null : isoMicros(since),
    step: step / 1000,
    spans: spans.map((counts) => ({ ...counts })),
    reached: next && isoMicros(next.orderedAt),
    next: next && cursorWord(next),
  }
}

export function deedView({ at, ...deed }: Deed): z.input<typeof DeedView> {
  return { ...deed, at: isoMicros(at) }
}

export function cursorWord({ orderedAt, id }: EntryCursor): string {
  return Buffer.from(`${orderedAt}.${id}`).toString('base64url')
}

export function cursorOf(word: string): EntryCursor | null {
  const text = Buffer.from(word, 'base64url').toString('latin1')
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(text)
  return match === null ? null : { orderedAt: Number(match[1]), id: Number(match[2]) }
}

/** ISO 8601 in UTC with microseconds. */
export function isoMicros(at: Micros): string {
  const whole = new Date(Math.floor(at / 1000)).toISOString()
  return `${whole.slice(0, -1)}${String(at % 1000).padStart(3, '0')}Z`
}

export function isoMicrosOrNull(at: Micros | null): string | null {
  return at === null ? null : isoMicros(at)
}

function headerPairs(fields: RawFields, isSecret: IsSecret): [string, string | null][] {
  const pairs: [string, string | null][] = []
  for (let i = 0; i < fields.length; i += 2) {
    pairs.push([fields[i]!, isSecret(fields[i]!, fields[i + 1]!) ? null : fields[i + 1]!])
  }
  return pairs
}

function bodyView(bytes: Buffer): { encoding: 'utf8' | 'base64'; data: string } {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { encoding: 'utf8', data: text }
    : { encoding: 'base64', data: bytes.toString('base64') }
}
