import type { RawFields } from '../wire/fields.ts'

/** What came back of a request. */
export interface Answer {
  status: number
  reason: string
  fields: RawFields
  body: Buffer
  trailers: RawFields
}
