import { hash } from 'node:crypto'
import type { ClientForm, ClientPiece } from '../client-form.ts'
import type { MaskedSecret, Side } from '../entry.ts'
import type { FiledBody, FiledEntry, FiledField, FiledPart, FiledPiece } from '../files/filed.ts'
import type { FiledSecrets } from '../files/store.ts'
import type { Masked } from '../masking/masked.ts'
import { maskBody, maskTarget } from '../masking/masking.ts'
import type { Secrets } from '../secrets.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { StoredFields } from './headers.ts'
import { placeOfEntry } from './mask-entry.ts'
import { numberOrNull } from './moment.ts'
import { readParts, type ReadParts, type StoredPart } from './parts.ts'
import type { WholeRow } from './read.ts'
import { readForm } from './stored-form.ts'

// Rows as they leave for files. A secret leaves as one, or not at all: what was recorded as one, and what is
// called one now, whatever it was when it was recorded.

/** Reads the pieces of a body. */
export type PiecesOf = (side: Side, count: number) => AsyncIterable<FiledPiece>

export function filedEntry(
  row: WholeRow & { host: string },
  secrets: Secrets,
  how: FiledSecrets,
  pieces: PiecesOf,
): FiledEntry {
  const [number, arrivedAt] = [Number(row.number), Number(row.arrived_at)]
  const of = placeOfEntry(number, arrivedAt)
  const reading = how === 'opened' ? 'opened' : 'masked'
  const parts = readParts(row.sealed, of, secrets, reading)
  const { masked } = parts
  const target = withMasks(
    Buffer.from(row.target, 'latin1'),
    partsIn(masked, 'target'),
    targetMasks(row.target, secrets),
    how,
  )
  const request = bodyOf(row, 'request', parts, secrets, how, pieces)
  const response = bodyOf(row, 'response', parts, secrets, how, pieces)
  return {
    recorder: { id: row.recorder, host: row.host },
    ...{ number, verdict: row.verdict, cause: row.cause, delivery: row.delivery },
    settled:
      row.settled === null
        ? null
        : { as: row.settled, at: numberOrNull(row.settled_at), by: row.settled_by },
    label: row.label,
    ...{ arrivedAt, answeredAt: numberOrNull(row.answered_at) },
    sender: { address: row.client_address, agent: row.user_agent, user: row.user_name },
    request: {
      method: row.method,
      target: target.bytes.toString('latin1'),
      targetSecrets: target.secrets,
      httpVersion: row.http_version,
      fields: filedFields(row.request_headers, secrets, how),
      body: request,
    },
    client: clientOf(row, request, of, secrets, how),
    response:
      row.status === null
        ? null
        : {
            ...{ status: row.status, reason: row.reason ?? '' },
            fields: filedFields(row.response_headers ?? [], secrets, how),
            body: response,
          },
  }
}

/** Secrets never as plain texts; `left_out`: without their values. */
export function filedFields(
  stored: StoredFields,
  secrets: Secrets,
  how: FiledSecrets,
): FiledField[] {
  return stored.map(([name, value]) => {
    if (typeof value === 'string' && !secrets.isSecret(name, value)) return [name, value]
    return [name, { secret: how === 'opened' ? secrets.open(name, value) : null }]
  })
}

/** A body with its secrets masked: the known ones, and those that are found in it now. */
export function filedPiece(
  bytes: Buffer,
  known: readonly FiledPart[],
  fields: RawFields,
  secrets: Secrets,
  how: FiledSecrets,
): FiledPiece {
  return withMasks(bytes, known, maskBody(bytes, fields, secrets.names), how)
}

export function partsIn(masked: readonly MaskedSecret[], within: MaskedSecret['in']): FiledPart[] {
  return masked
    .filter((part) => part.in === within)
    .map(({ offset, length, value }) => ({ offset, length, value }))
}

export function targetMasks(target: string, secrets: Secrets): Masked | null {
  const found = maskTarget(target, secrets.names)
  return found && { bytes: Buffer.from(found.target, 'latin1'), parts: found.parts }
}

export function withMasks(
  bytes: Buffer,
  known: readonly FiledPart[],
  found: Masked | null,
  how: FiledSecrets,
): FiledPiece {
  const fresh = (found?.parts ?? []).filter((part) => !known.some((one) => overlap(one, part)))
  if (fresh.length === 0) return { bytes, secrets: known }
  const masked = Buffer.from(bytes)
  const parts: FiledPart[] = fresh.map(({ offset, value }) => {
    found!.bytes.copy(masked, offset, offset, offset + value.length)
    return { offset, length: value.length, value: how === 'opened' ? value : null }
  })
  return {
    bytes: masked,
    secrets: [...known, ...parts].sort((one, other) => one.offset - other.offset),
  }
}

function overlap(
  { offset, length }: FiledPart,
  { offset: from, value }: { offset: number; value: Buffer },
): boolean {
  return from < offset + length && offset < from + value.length
}

function bodyOf(
  row: WholeRow,
  side: Side,
  { masked, maskedChunks, withheld }: ReadParts,
  secrets: Secrets,
  how: FiledSecrets,
  pieces: PiecesOf,
): FiledBody {
  const count = side === 'request' ? row.request_chunks : row.response_chunks
  const stored = (side === 'request' ? row.request_headers : row.response_headers) ?? []
  const bytes = (side === 'request' ? row.request_body : row.response_body) ?? NOTHING
  const digest = side === 'request' ? row.request_digest : row.response_digest
  const trailers = (side === 'request' ? row.request_trailers : row.response_trailers) ?? []
  const known = partsIn(masked, side)
  const one = count > 0 ? null : filedPiece(bytes, known, namedFields(stored), secrets, how)
  const isKept = how === 'opened' && !withheld.has(side)
  const inPieces = maskedChunks.includes(side) ? (isKept ? 'sealed' : 'left_out') : 'none'
  return {
    kept: one ?? { count, secrets: inPieces, pieces: pieces(side, count) },
    length: Number((side === 'request' ? row.request_length : row.response_length) ?? 0),
    capture: (side === 'request' ? row.request_capture : row.response_capture) ?? 'complete',
    // Of what was masked just now it would be another one.
    digest: one !== null && one.bytes !== bytes ? hash('sha256', one.bytes) : digest,
    trailers: filedFields(trailers, secrets, how),
  }
}

const NOTHING = Buffer.alloc(0)

/** What tells of a body: what is left out of them does not. */
function namedFields(stored: StoredFields): RawFields {
  return stored.flatMap(([name, value]) => (typeof value === 'string' ? [name, value] : []))
}

function clientOf(
  row: WholeRow,
  { kept }: FiledBody,
  of: string,
  secrets: Secrets,
  how: FiledSecrets,
): FiledEntry['client'] {
  const shown = readForm(row.client_form, row.sealed, of, secrets, 'masked')
  if (shown === null) return null
  const whole = readForm(row.client_form, row.sealed, of, secrets, 'opened')!
  const masked = 'count' in kept ? [] : kept.secrets
  const form: ClientForm = {
    ...shown,
    target:
      shown.target &&
      (targetMasks(shown.target, secrets)?.bytes.toString('latin1') ?? shown.target),
    fields: shown.fields.map((field) =>
      secrets.isSecret(field.name, field.value ?? '') ? { ...field, value: null } : field,
    ),
    body: shown.body.map((piece) => (touches(piece, masked) ? { ...piece, text: null } : piece)),
  }
  const json = JSON.stringify(whole)
  const isWhole = how === 'left_out' || JSON.stringify(form) === json
  return { form, whole: isWhole ? null : Buffer.from(json) }
}

function touches({ offset, length }: ClientPiece, masked: readonly FiledPart[]): boolean {
  return masked.some(
    (part) => part.offset <= offset + length && offset <= part.offset + part.length,
  )
}

/** Pieces as they are stored, each with what stands masked in it. */
export function partsOfPiece(
  sealed: readonly StoredPart[] | null,
  side: Side,
  of: string,
  secrets: Secrets,
  how: FiledSecrets,
): FiledPart[] {
  const reading = how === 'opened' ? 'opened' : 'masked'
  return partsIn(readParts(sealed, of, secrets, reading).masked, side)
}
