import { walkFields } from '../../aliases/header-text.ts'
import { walkRequest } from '../../aliases/message.ts'
import type { Change } from '../../aliases/streaming/output.ts'
import type { Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { deep } from '../../aliases/value-text.ts'
import { withFieldValue, withoutField, type RawFields } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { goingOn, headOf, withBody, type BodySoFar } from '../whole-request.ts'
import type { AliasTable } from './alias-table.ts'
import { ClientFormSoFar, type RequestHead } from './client-form.ts'
import { withDigests, withoutDigests } from './digests.ts'
import type { LiveAliases } from './live-aliases.ts'
import { streamedRequest } from './streamed-request.ts'
import { Tally } from './tally.ts'
import { rewriteWhole } from './whole-body.ts'

// A request with what its client says in the words of the backend, and how it was said beside it.

export interface Renaming {
  live: LiveAliases
  table: AliasTable
  request: Incoming
  response: Answering
}

/** With its body as it comes. */
export function renamePassed({ live, table, request }: Renaming): Incoming {
  const { before, now } = headsOf(request, table)
  const tally = new Tally(live.counts, 'requests')
  const head = headOf(request)
  const passed = mayTrail(request)
    ? goingOn(request, NOTHING, head, trailing(table, tally))
    : request
  if (now === before) return passed
  tally.renamed()
  const anew = (soFar: BodySoFar | null) => soFar && goingOn(passed, soFar, head)
  passed.said = { framing: request.framing, anew }
  passed.clientForm = new ClientFormSoFar(before, now)
  setHead(passed, now)
  return passed
}

const NOTHING: BodySoFar = { chunks: [], rest: 'some' }

/** Whether there may be trailers. */
function mayTrail({ framing, endsApart }: Incoming): boolean {
  return framing.kind === 'chunked' || (framing.kind !== 'none' && endsApart)
}

function trailing({ toBackend }: AliasTable, tally: Tally): (trailers: RawFields) => RawFields {
  return (trailers) => {
    const now = walkFields(trailers, deep(toBackend))
    if (now !== trailers) tally.renamed()
    return now
  }
}

/** With a body that was read to its end. */
export function renameWhole(renaming: Renaming, whole: Buffer, syntax: Syntax): Incoming {
  const { live, table, request } = renaming
  const { before, now } = headsOf(request, table)
  const changes: Change[] = []
  const tally = new Tally(live.counts, 'requests', (change) => changes.push(change))
  const visit = table.toBackend
  const body = rewriteWhole(whole, { syntax, fields: before.fields, visit, tally })
  if (body === 'larger') return renameStreamed(renaming, syntax)
  const { rawTrailers } = request
  const trailers = trailing(table, tally)(rawTrailers)
  if (now === before && body === whole && trailers === rawTrailers) return request
  tally.renamed()
  const length = String(body.length)
  const fields =
    body === whole
      ? now.fields
      : withDigests(withFieldValue(now.fields, 'content-length', length), body)
  const { framing } = request
  const head = headOf(request)
  const all = { chunks: [whole], rest: 'none' } as const
  const anew = () => goingOn(request, all, head)
  setHead(request, { ...now, fields })
  const last = body === whole ? trailers : withDigests(trailers, body)
  const renamed = withBody(request, body, last)
  const form = new ClientFormSoFar(before, { ...now, fields })
  for (const change of changes) form.add(change)
  renamed.said = { framing, anew }
  renamed.clientForm = form
  return renamed
}

/** How long its body will be nobody knows, nor what its digests will be. */
export function renameStreamed(
  { live, table, request, response }: Renaming,
  syntax: Syntax,
): Incoming {
  const { before, now } = headsOf(request, table)
  const fields = withoutDigests(withoutField(now.fields, 'content-length'))
  const form = new ClientFormSoFar(before, { ...now, fields })
  const tally = new Tally(live.counts, 'requests', (change) => {
    form.add(change)
    renamed.clientForm = form
  })
  if (now !== before) tally.renamed()
  const head = headOf(request)
  setHead(request, { ...now, fields })
  const visit = table.toBackend
  const broken = () => response.cut()
  const options = { syntax, fields: before.fields, visit, tally, broken }
  const { renamed, takeBack } = streamedRequest(request, options, trailing(table, tally))
  const anew = () => {
    const soFar = takeBack()
    return soFar && goingOn(request, soFar, head)
  }
  renamed.said = { framing: request.framing, anew }
  if (form.target !== null || form.fields.length > 0) renamed.clientForm = form
  return renamed
}

/** Of a part of what is renamed nothing could be told: all of it is asked for. */
export function dropRange(request: Incoming, asked: RequestHead): void {
  const fields = withoutField(withoutField(request.rawHeaders, 'range'), 'if-range')
  const now = { target: request.url!, fields }
  setHead(request, now)
  request.clientForm = new ClientFormSoFar(asked, now)
}

/** `now` is `before` where nothing is to be renamed. */
function headsOf(
  { url, rawHeaders }: Incoming,
  table: AliasTable,
): { before: RequestHead; now: RequestHead } {
  const before = { target: url!, fields: rawHeaders, body: null }
  return { before, now: walkRequest(before, table.toBackend) }
}

function setHead(request: Incoming, { target, fields }: RequestHead): void {
  request.url = target
  request.rawHeaders = [...fields]
}
