import { walkFields } from '../../aliases/header-text.ts'
import { walkRequest } from '../../aliases/message.ts'
import type { Change } from '../../aliases/streaming/output.ts'
import type { Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { deep } from '../../aliases/value-text.ts'
import { fieldValue, withFieldValue, withoutField, type RawFields } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import type { Limits } from '../limits.ts'
import { answerOwn } from '../own-answer.ts'
import { goingOn, headOf, withBody, type BodySoFar } from '../whole-request.ts'
import type { AliasTable } from './alias-table.ts'
import { ClientFormSoFar, type RequestHead } from './client-form.ts'
import { withDigests, withoutDigests } from './digests.ts'
import { gatherBody, readBeginning, type Beginning } from './gathering.ts'
import { LiveAnswer } from './live-answer.ts'
import type { LiveAliases } from './live-aliases.ts'
import { treatmentOf } from './media.ts'
import { streamedRequest } from './streamed-request.ts'
import { Tally } from './tally.ts'
import { rewriteWhole } from './whole-body.ts'

/**
 * Lets an exchange pass with what the client says in the words of the backend, and the other way round.
 * What is forwarded and recorded is what the backend gets and says.
 */
export function passRenamed(
  { live, limits }: { live: LiveAliases; limits: Limits },
  request: Incoming,
  response: Answering,
  go: (request: Incoming, response: Answering) => void,
): void {
  const send = (read: Incoming, rename: (renaming: Renaming) => Incoming) => {
    // Its body may have taken longer than the epoch.
    const { table } = live
    if (table === null) go(read, response)
    else {
      const renamed = rename({ live, table, request: read, response })
      go(renamed, new LiveAnswer(live, table, request, response))
    }
  }
  const late = () => answerOwn(request, response, 'request_timeout')
  const { framing, rawHeaders } = request
  // Who waits for the word of the backend sends nothing before it.
  const must = fieldValue(rawHeaders, 'expect') === undefined ? 'nothing' : 'stream'
  const treatment = treatmentOf(rawHeaders, must)
  if (framing.kind === 'none' || treatment.how === 'passed') {
    const isCoded = treatment.how === 'passed' && treatment.why === 'coding'
    if (framing.kind !== 'none' && isCoded) live.counts.untouched.coding += 1
    send(request, renamePassed)
    return
  }
  const { syntax } = treatment
  const gather = (from: Incoming) => {
    const whole = (body: Buffer) => {
      send(withBody(from, body), (renaming) => renameWhole(renaming, body, syntax))
    }
    gatherBody(from, limits, whole, late)
  }
  const stream = (from: Incoming) => {
    send(from, (renaming) => renameStreamed(renaming, syntax))
  }
  if (treatment.how !== 'sniffed') {
    if (treatment.how === 'gathered') gather(request)
    else stream(request)
    return
  }
  const { ifJson } = treatment
  const begin = (begun: Beginning) => {
    const { chunks, isJson, rest } = begun
    const all = rest === 'none' ? withBody(request, Buffer.concat(chunks)) : goingOn(request, begun)
    if (isJson === 'no') send(all, renamePassed)
    else if (ifJson === 'gathered') gather(all)
    else stream(all)
  }
  readBeginning(request, limits, begin, late)
}

/** Of a request with an upgrade there is nothing but its head. */
export function renameHead(live: LiveAliases, request: Incoming, response: Answering): void {
  const { table } = live
  if (table !== null) renamePassed({ live, table, request, response })
}

interface Renaming {
  live: LiveAliases
  table: AliasTable
  request: Incoming
  response: Answering
}

/** With its body as it comes. */
function renamePassed({ live, table, request }: Renaming): Incoming {
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

function renameWhole(renaming: Renaming, whole: Buffer, syntax: Syntax): Incoming {
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
function renameStreamed({ live, table, request, response }: Renaming, syntax: Syntax): Incoming {
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
