import type { NewEntry, Side } from '../entry.ts'
import {
  isInPieces,
  type FiledBody,
  type FiledEntry,
  type FiledField,
  type FiledPart,
  type FiledPiece,
  type FiledShot,
} from '../files/filed.ts'
import type { Secrets, StoredValue } from '../secrets.ts'
import type { RawFields } from '../../wire/fields.ts'
import { entryWriter } from './entry-json.ts'
import { filedPiece, targetMasks, withMasks } from './filed-entry.ts'
import { maskEntry, placeOfChunk, placeOfEntry } from './mask-entry.ts'
import type { StoredPart } from './parts.ts'
import { placeOfShot } from './states.ts'
import { placeOfForm } from './stored-form.ts'
import { storable } from './text.ts'

// An entry from a file as the journal keeps it. What its file says of secrets holds: values are sealed anew,
// what was left out stays known as left out. What else is called a secret here is masked besides.

/** A row as `insertEntries` takes it, and its bytes. */
export interface TakenEntry {
  json: string
  bytes: readonly Buffer[]
}

export function entryTaker(secrets: Secrets): (entry: FiledEntry) => TakenEntry {
  const write = entryWriter(secrets)
  return (entry) => {
    const { entry: masked, sealed } = maskEntry(newEntryOf(entry), secrets)
    const parts = partsOf(entry, sealed ?? [], secrets)
    const json = write(masked, parts.length === 0 ? null : parts)
    const { request, response } = masked
    const { settled } = entry
    const row = {
      ...withSecrets(JSON.parse(json) as Row, entry, secrets),
      recorder: entry.recorder.id,
      ...(entry.label !== null && { label: storable(entry.label) }),
      ...(settled && { settled: settled.as, settled_at: settled.at }),
      ...(settled?.by && { settled_by: storable(settled.by) }),
    }
    const bytes = [request.body.bytes, ...(response === null ? [] : [response.body.bytes])]
    return { json: JSON.stringify(row), bytes }
  }
}

/** The members that an entry from a file has besides, as PostgreSQL takes them. */
export const TAKEN_MEMBERS =
  'recorder uuid, label text, settled text, settled_at bigint, settled_by text'

type Row = Record<string, unknown>

/** With its secrets masked, and empty values in the place of secret ones. */
function newEntryOf(entry: FiledEntry): NewEntry {
  const { request, response, client } = entry
  return {
    ...{ number: entry.number, verdict: entry.verdict },
    ...{ cause: entry.cause, delivery: entry.delivery },
    ...{ arrivedAt: entry.arrivedAt, answeredAt: entry.answeredAt, sender: entry.sender },
    request: {
      ...{ method: request.method, target: request.target, httpVersion: request.httpVersion },
      fields: rawFields(request.fields),
      body: capturedOf(request.body),
      ...(client && { clientForm: client.form }),
    },
    response: response && {
      ...{ status: response.status, reason: response.reason },
      fields: rawFields(response.fields),
      body: capturedOf(response.body),
    },
  }
}

function rawFields(fields: readonly FiledField[]): RawFields {
  return fields.flatMap(([name, value]) => [name, typeof value === 'string' ? value : ''])
}

function capturedOf({ kept, length, capture, digest, trailers }: FiledBody) {
  const own = { length, capture, digest, trailers: rawFields(trailers) }
  return isInPieces(kept)
    ? {
        ...{ bytes: NOTHING, chunks: kept.count, ...own },
        ...(kept.secrets !== 'none' && { secrets: 'in_chunks' as const }),
      }
    : { bytes: kept.bytes, chunks: 0, ...own }
}

const NOTHING = Buffer.alloc(0)

/** What is sealed beside it: what its file says, and what was found besides. */
function partsOf(
  entry: FiledEntry,
  found: readonly StoredPart[],
  secrets: Secrets,
): readonly StoredPart[] {
  const { request, response, client, number, arrivedAt } = entry
  const of = placeOfEntry(number, arrivedAt)
  const told = [
    ...storedOf('target', request.targetSecrets, of, secrets),
    ...storedOfBody('request', request.body, of, secrets),
    ...(response === null ? [] : storedOfBody('response', response.body, of, secrets)),
  ]
  const form = placeOfForm(of)
  const whole: StoredPart[] = client?.whole ? [[form, secrets.sealBytes(form, client.whole)]] : []
  const others = found
    .filter(([place]) => place !== form && !told.some(([known]) => isAcross(known, place)))
    .map((part) => (isLeftOut(part, entry) ? ([part[0], null] as StoredPart) : part))
  return [...told, ...others, ...whole]
}

/** Of a body in pieces, whose secrets were left out of its file. */
function isLeftOut([place]: StoredPart, entry: FiledEntry): boolean {
  const [side, what] = place.split(' ')
  if (what !== 'chunks') return false
  const kept = entry[side as Side]?.body.kept
  return kept !== undefined && isInPieces(kept) && kept.secrets === 'left_out'
}

function storedOfBody(side: Side, { kept }: FiledBody, of: string, secrets: Secrets): StoredPart[] {
  return isInPieces(kept) ? [] : storedOf(side, kept.secrets, of, secrets)
}

function storedOf(
  within: 'target' | Side,
  parts: readonly FiledPart[],
  of: string,
  secrets: Secrets,
): StoredPart[] {
  return parts.map(({ offset, length, value }) => {
    const place = `${within} ${offset} ${length} of ${of}`
    return [place, value && secrets.sealBytes(place, value)]
  })
}

/** Whether two places of parts share a byte. */
function isAcross(one: string, other: string): boolean {
  const [within, from, length] = one.split(' ')
  const [where, at, size] = other.split(' ')
  if (within !== where) return false
  return Number(at) < Number(from) + Number(length) && Number(from) < Number(at) + Number(size)
}

/** Secret values of fields sealed, or known as left out. */
function withSecrets(row: Row, { request, response }: FiledEntry, secrets: Secrets): Row {
  const lists = {
    request_headers: request.fields,
    request_trailers: request.body.trailers,
    response_headers: response?.fields,
    response_trailers: response?.body.trailers,
  }
  for (const [name, fields] of Object.entries(lists)) {
    for (const [i, [field, value]] of (fields ?? []).entries()) {
      if (typeof value === 'string') continue
      const pairs = row[name] as [string, StoredValue][]
      pairs[i]![1] = value.secret === null ? null : secrets.seal(field, value.secret)
    }
  }
  return row
}

/** What is sealed of a piece of a body. */
export function partsOfTaken(
  { secrets: parts }: FiledPiece,
  { number, arrivedAt }: Pick<FiledEntry, 'number' | 'arrivedAt'>,
  { side, position }: { side: Side; position: number },
  secrets: Secrets,
): StoredPart[] {
  return storedOf(side, parts, placeOfChunk(number, arrivedAt, position), secrets)
}

/** The columns of a shot, in the order of its table; what else is called a secret here is masked besides. */
export function shotColumns(shot: FiledShot, stream: string, secrets: Secrets): unknown[] {
  const { takenAt, status, length, digest, target } = shot
  const known = Buffer.from(shot.probe, 'latin1')
  const probe = withMasks(known, shot.probeSecrets, targetMasks(shot.probe, secrets), 'opened')
  const { bytes, secrets: inBody } = shot.body
  const body = filedPiece(bytes, inBody, rawFields(shot.fields), secrets, 'opened')
  const of = placeOfShot(stream, takenAt)
  const sealed = [
    ...storedOf('target', probe.secrets, of, secrets),
    ...storedOf('response', body.secrets, of, secrets),
  ]
  return [
    ...[storable(stream), storable(probe.bytes.toString('latin1')), takenAt],
    ...[target ?? NOWHERE, status],
    JSON.stringify(shot.fields.map((field) => storedField(field, secrets))),
    ...[body.bytes, length, digest, sealed.length === 0 ? null : JSON.stringify(sealed)],
  ]
}

function storedField([name, value]: FiledField, secrets: Secrets): [string, StoredValue] {
  if (typeof value !== 'string') return [name, value.secret && secrets.seal(name, value.secret)]
  return [name, secrets.isSecret(name, value) ? secrets.seal(name, value) : value]
}

const NOWHERE = 'http://journal-file.invalid'
