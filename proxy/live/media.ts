import { fieldValue, type RawFields } from '../../wire/fields.ts'

/** Bytes of a body beyond which it passes as it is. */
export const MOST = 1024 * 1024

/** Whether a body is of a kind in which values are replaced, and comes to an end by itself. */
export function isUnderstood(fields: RawFields): boolean {
  const type = fieldValue(fields, 'content-type')?.toLowerCase()
  if (type === undefined || /ndjson|json-seq|stream|jsonl|grpc/.test(type)) return false
  return /^[^;]*\b(?:json|xml)\b/.test(type) || FORM.test(type)
}

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/
