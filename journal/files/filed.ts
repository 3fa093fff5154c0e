import type { ClientForm } from '../client-form.ts'
import type { Capture, Delivery, Micros, Sender, Settlement, Verdict } from '../entry.ts'

// What leaves one journal and enters another by way of a file, whatever its format is: an entry with all that
// a plan needs of it, and nothing that only the journal it came from knows (ids, names of machines).

/** A secret: latin-1, one code point a byte; null: it was left out. */
export interface FiledSecret {
  secret: string | null
}

/** In the order of the wire. Secrets are never plain texts. */
export type FiledField = readonly [name: string, value: string | FiledSecret]

/** A secret within a target or body, which stands there masked; null: it was left out. */
export interface FiledPart {
  offset: number
  length: number
  value: Buffer | null
}

export interface FiledPiece {
  /** With secrets masked. */
  bytes: Buffer
  secrets: readonly FiledPart[]
}

/** A body that is too large for memory: so many pieces, to be gone through once, before the next entry. */
export interface FiledPieces {
  count: number
  /** What became of the secrets in them. */
  secrets: 'none' | 'sealed' | 'left_out'
  pieces: AsyncIterable<FiledPiece>
}

/** One direction's body, as `CapturedBody`. */
export interface FiledBody {
  kept: FiledPiece | FiledPieces
  length: number
  capture: Capture
  digest: string | null
  trailers: readonly FiledField[]
}

export interface FiledRecorder {
  /** UUID. */
  id: string
  /** Recorders with the same one read the same clock; says nothing else. */
  host: string
}

export interface FiledEntry {
  recorder: FiledRecorder
  number: number
  verdict: Verdict
  cause: string | null
  delivery: Delivery | null
  settled: { as: Settlement; at: Micros | null; by: string | null } | null
  label: string | null
  arrivedAt: Micros
  answeredAt: Micros | null
  sender: Sender
  request: {
    method: string
    /** Latin-1, with secrets masked. */
    target: string
    targetSecrets: readonly FiledPart[]
    httpVersion: string
    fields: readonly FiledField[]
    body: FiledBody
  }
  /** `whole`: the form as JSON, where `form` has secrets left out; null: it has none, or they are not known. */
  client: { form: ClientForm; whole: Buffer | null } | null
  response: {
    status: number
    reason: string
    fields: readonly FiledField[]
    body: FiledBody
  } | null
}

/** What a probe showed of the backend's state; as `StateShot`. */
export interface FiledShot {
  probe: string
  probeSecrets: readonly FiledPart[]
  takenAt: Micros
  /** The backend that was asked, where the body has links to it; else null. */
  target: string | null
  status: number
  fields: readonly FiledField[]
  body: FiledPiece
  length: number
  digest: string | null
}

/** `line`: where it stands in its file, from 1, for messages; 0: nowhere yet. */
export type FileItem =
  | { kind: 'entry'; line: number; entry: FiledEntry }
  | { kind: 'shot'; line: number; shot: FiledShot }

export function isInPieces(kept: FiledPiece | FiledPieces): kept is FiledPieces {
  return 'count' in kept
}

/** A body that is there whole, without secrets: of whoever makes entries of something else. */
export function wholeBody(bytes: Buffer, digest: string | null): FiledBody {
  return {
    kept: { bytes, secrets: [] },
    ...{ length: bytes.length, capture: 'complete', digest, trailers: [] },
  }
}
