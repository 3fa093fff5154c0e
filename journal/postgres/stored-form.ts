import { codingsOf } from '../../wire/content-coding.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { ClientForm, ClientPiece } from '../client-form.ts'
import type { CapturedBody, Reading } from '../entry.ts'
import type { SecretPart } from '../masking/masked.ts'
import { maskTarget } from '../masking/masking.ts'
import type { Secrets } from '../secrets.ts'
import type { StoredPart } from './parts.ts'

// The client's form of a request as the journal keeps it: with secrets masked or left out; where there are
// some, all of it as it came is sealed beside those of the entry.

/** The recorded body that its pieces refer to. */
export interface RecordedBody {
  body: CapturedBody
  fields: RawFields
  /** Its secrets, where it is kept in one piece. */
  secrets: readonly SecretPart[]
}

/** `of` as of `storedParts`. */
export function storedForm(
  form: ClientForm,
  recorded: RecordedBody,
  of: string,
  secrets: Secrets,
): { shown: ClientForm; sealed: readonly StoredPart[] } {
  const target = form.target === null ? null : maskTarget(form.target, secrets.names)
  const shown = {
    ...form,
    target: target?.target ?? form.target,
    fields: form.fields.map((field) =>
      secrets.isSecret(field.name, field.value ?? '') ? { ...field, value: null } : field,
    ),
    body: form.body.map((piece) =>
      mayBeSecret(piece, recorded) ? { ...piece, text: null } : piece,
    ),
  }
  const isWhole =
    target === null &&
    shown.fields.every(({ value }) => value !== null) &&
    shown.body.every(({ text }) => text !== null)
  if (isWhole) return { shown, sealed: [] }
  const place = placeOfForm(of)
  return { shown, sealed: [[place, secrets.sealBytes(place, Buffer.from(JSON.stringify(form)))]] }
}

/** With what was sealed of it, where that is asked for and can be had. */
export function readForm(
  stored: ClientForm | null,
  parts: readonly StoredPart[] | null,
  of: string,
  secrets: Secrets,
  reading: Reading,
): ClientForm | null {
  if (stored === null || reading === 'masked') return stored
  const place = placeOfForm(of)
  const sealed = parts?.find(([name]) => name === place)?.[1] ?? null
  const whole = secrets.openBytes(place, sealed)
  return whole === null ? stored : (JSON.parse(whole.toString()) as ClientForm)
}

/** Of a client's form, among the parts of its entry. */
export function placeOfForm(of: string): string {
  return `client form of ${of}`
}

/** What the recorded body does not tell of a piece is taken for a secret. */
function mayBeSecret(
  { offset, length }: ClientPiece,
  { body, fields, secrets }: RecordedBody,
): boolean {
  const isLookedInto = body.chunks > 0 || body.bytes.length === body.length
  if (body.capture !== 'complete' || !isLookedInto || body.secrets === 'in_chunks') return true
  // What is coded is masked as a whole, and its offsets are others.
  if (codingsOf(fields).length > 0) return secrets.length > 0
  return secrets.some(
    ({ offset: from, value }) => from <= offset + length && offset <= from + value.length,
  )
}
