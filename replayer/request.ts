import type { RawFields } from '../wire/fields.ts'

/** A recorded request as it is to be sent again: all of it that may be changed on the way. */
export interface Request {
  method: string
  /** As recorded: latin-1, query included. */
  target: string
  /** All fields as recorded, those of one hop and of framing too. */
  fields: RawFields
  /** `1.0`, `1.1`, `2.0`. */
  httpVersion: string
  /** Null: none. A function: too large to be looked into; it is read piece by piece. */
  body: Buffer | null | (() => AsyncIterable<Buffer>)
  trailers: RawFields
}
