import type { RawFields } from '../wire/fields.ts'

/** What came back of a request. */
export interface Answer {
  status: number
  reason: string
  fields: RawFields
  /** What was kept of it. */
  body: Buffer
  /** Bytes of the body that came. Default: all of it was kept. */
  length?: number
  /** SHA-256 of all that came, in hex. Default: it is known only where all of it was kept. */
  digest?: string
  trailers: RawFields
}
