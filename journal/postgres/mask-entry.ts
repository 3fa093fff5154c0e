import { hash } from 'node:crypto'
import type { CapturedBody, NewEntry, NewChunk, RecordedRequest, Side } from '../entry.ts'
import type { SecretPart } from '../masking/masked.ts'
import { maskBody, maskTarget } from '../masking/masking.ts'
import type { Secrets } from '../secrets.ts'
import type { RawFields } from '../../wire/fields.ts'
import { chunksMark, storedParts, type StoredPart } from './parts.ts'
import { storedForm } from './stored-form.ts'

/** An entry as it is stored, and what stood in the place of its masks; null: it has no secrets there. */
export interface MaskedEntry {
  entry: NewEntry
  sealed: readonly StoredPart[] | null
}

export function maskEntry(entry: NewEntry, secrets: Secrets): MaskedEntry {
  const { request, response } = entry
  const target = maskTarget(request.target, secrets.names)
  const asked = maskedBody(request.body, request.fields, secrets)
  const answered = response && maskedBody(response.body, response.fields, secrets)
  const isPlain = target === null && asked === null && answered === null
  if (isPlain && request.clientForm === undefined) return { entry, sealed: null }
  const of = placeOfEntry(entry.number, entry.arrivedAt)
  const client = storedFormOf(request, asked, of, secrets)
  const sealed = [
    ...(target === null ? [] : storedParts('target', target.parts, of, secrets)),
    ...sealedOf('request', asked, of, secrets),
    ...sealedOf('response', answered, of, secrets),
    ...(client?.sealed ?? []),
  ]
  return {
    entry: {
      ...entry,
      request: {
        ...request,
        target: target?.target ?? request.target,
        body: asked?.body ?? request.body,
        ...(client && { clientForm: client.shown }),
      },
      response: response && { ...response, body: answered?.body ?? response.body },
    },
    sealed: sealed.length === 0 ? null : sealed,
  }
}

function storedFormOf(
  { clientForm, body, fields }: RecordedRequest,
  asked: MaskedBody | null,
  of: string,
  secrets: Secrets,
) {
  if (clientForm === undefined) return null
  return storedForm(clientForm, { body, fields, secrets: asked?.parts ?? [] }, of, secrets)
}

/** What no other entry, and no other piece, is called. */
export function placeOfEntry(number: number, arrivedAt: number): string {
  return `entry ${number} ${arrivedAt}`
}

export function placeOfChunk(number: number, arrivedAt: number, position: number): string {
  return `chunk ${number} ${arrivedAt} ${position}`
}

export function sealedChunk(
  { number, arrivedAt, side, position, secrets: parts }: NewChunk,
  secrets: Secrets,
): StoredPart[] {
  return storedParts(side, parts, placeOfChunk(number, arrivedAt, position), secrets)
}

interface MaskedBody {
  body: CapturedBody
  parts: readonly SecretPart[]
}

function maskedBody(body: CapturedBody, fields: RawFields, secrets: Secrets): MaskedBody | null {
  if (body.secrets === 'in_chunks') return { body, parts: [] }
  const masked = body.chunks > 0 ? null : maskBody(body.bytes, fields, secrets.names)
  if (masked === null) return null
  // That of the whole would let anybody find a short secret by trying.
  const digest = hash('sha256', masked.bytes, 'hex')
  return { body: { ...body, bytes: masked.bytes, digest }, parts: masked.parts }
}

function sealedOf(
  side: Side,
  masked: MaskedBody | null,
  of: string,
  secrets: Secrets,
): StoredPart[] {
  if (masked === null) return []
  if (masked.body.secrets === 'in_chunks') return [chunksMark(side, of, secrets)]
  return storedParts(side, masked.parts, of, secrets)
}
