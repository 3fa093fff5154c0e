import { fieldValue, type RawFields } from '../../wire/fields.ts'

/** Bytes of a body beyond which it passes as it is. */
export const MOST = 1024 * 1024

/** Whether a body is of a kind in which values are replaced, and comes to an end by itself. */
export function isUnderstood(fields: RawFields): boolean {
  const type = fieldValue(fields, 'content-type')?.toLowerCase() ?? ''
  if (/ndjson|json-seq|stream|jsonl|grpc/.test(type)) return false
  if (/^[^;]*\b(?:json|xml)\b/.test(type) || FORM.test(type)) return true
  // It may be JSON that is not called so; without a length it may also be a log that is followed.
  return /^\s*(?:text\/plain\b|$)/.test(type) && fieldValue(fields, 'content-length') !== undefined
}

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/
