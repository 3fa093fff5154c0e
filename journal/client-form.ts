/**
 * What a client had said where the backend was told something else (live aliases): all that a request
 * needs to be the client's again. Texts are latin-1, one code point a byte.
 */
export interface ClientForm {
  /** Null: as recorded. */
  target: string | null
  /** Fields that are recorded with another value, or not at all. */
  fields: readonly ClientField[]
  /** In ascending order; offsets and lengths are bytes of the recorded body, content codings undone. */
  body: readonly ClientPiece[]
  /** How many more there were than are kept, behind these. Without it: none. */
  omitted?: number | undefined
}

export interface ClientField {
  /** Its place among the client's fields, from 0. */
  at: number
  name: string
  /** Null: a secret that was not asked for, or cannot be had. */
  value: string | null
}

/** What stood in the place of these bytes. */
export interface ClientPiece {
  offset: number
  length: number
  /** Null as of a field. */
  text: string | null
}
