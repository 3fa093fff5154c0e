import { fieldValue, fieldValues, withFieldValue, withoutField } from '../../wire/fields.ts'
import type { Incoming } from '../downstream.ts'
import { withoutDigests } from './digests.ts'

// What a head says of a body that is another one now, and of which not all is known ahead.

/** How long the body will be nobody knows, nor what its digests will be. */
export function unmeasured(fields: string[]): string[] {
  return withoutDigests(withoutField(unranged(fields), 'content-length'))
}

/** Of what is renamed nobody gets parts. */
export function unranged(fields: string[]): string[] {
  const ranges = fieldValue(fields, 'accept-ranges')
  return ranges === undefined ? fields : withFieldValue(fields, 'accept-ranges', 'none')
}

/** RFC 9110 section 6.5.1. */
export function takesTrailers({ httpVersion, rawHeaders }: Incoming): boolean {
  if (httpVersion !== '1.1') return httpVersion === '2.0'
  return /\btrailers\b/i.test(fieldValues(rawHeaders, 'te').join())
}
