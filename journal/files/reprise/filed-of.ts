import { hash } from 'node:crypto'
import type { Side } from '../../entry.ts'
import type {
  FiledBody,
  FiledEntry,
  FiledField,
  FiledPart,
  FiledPiece,
  FiledRecorder,
  FiledShot,
} from '../filed.ts'
import type {
  BodyShape,
  EntryShape,
  FieldShape,
  PartShape,
  PieceShape,
  ShotShape,
} from './line-shapes.ts'
import {
  placeOfBody,
  placeOfClient,
  placeOfEntry,
  placeOfFields,
  placeOfShot,
  placeOfTarget,
} from './places.ts'

/** Opens what is sealed at a place; null: it counts as left out. */
export type Open = (place: string, sealed: string) => Buffer | null

/** Hands out the pieces of a body that stand in the lines behind the entry's. */
export type Pieces = (side: Side, count: number) => AsyncIterable<FiledPiece>

/** What a line says of an entry. */
export function filedEntry(
  shape: EntryShape,
  recorder: FiledRecorder,
  open: Open,
  pieces: Pieces,
): FiledEntry {
  const { entry, request, response, client } = shape
  const of = placeOfEntry({ recorder, number: entry.number, arrivedAt: entry.arrived })
  const { settled } = entry
  return {
    ...{ recorder, number: entry.number, verdict: entry.verdict },
    ...{ cause: entry.cause ?? null, delivery: entry.delivery ?? null },
    settled: settled ? { as: settled.as, at: settled.at ?? null, by: settled.by ?? null } : null,
    label: entry.label ?? null,
    ...{ arrivedAt: entry.arrived, answeredAt: entry.answered ?? null },
    sender: {
      address: entry.address ?? null,
      agent: entry.agent ?? null,
      user: entry.user ?? null,
    },
    request: {
      ...{ method: request.method, target: request.target },
      targetSecrets: filedParts(request.secrets, placeOfTarget(of), open),
      httpVersion: request.version ?? '1.1',
      ...filedMessage(request, of, 'request', open, pieces),
    },
    client: client
      ? {
          form: client.form,
          whole: client.sealed === undefined ? null : open(placeOfClient(of), client.sealed),
        }
      : null,
    response: response
      ? {
          ...{ status: response.status, reason: response.reason ?? '' },
          ...filedMessage(response, of, 'response', open, pieces),
        }
      : null,
  }
}

export function filedShot(shape: ShotShape, open: Open): FiledShot {
  const { probe, taken: takenAt, status, body } = shape
  const of = placeOfShot({ takenAt })
  const kept = filedPiece(body, placeOfBody(of, 'shot', null), open)
  return {
    probe,
    probeSecrets: filedParts(shape.probeSecrets, placeOfTarget(of), open),
    ...{ takenAt, target: shape.target ?? null, status },
    fields: filedFields(shape.fields, placeOfFields(of, 'shot', 'field'), open),
    body: kept,
    length: body.length ?? kept.bytes.length,
    digest: digestOf(body, kept.bytes),
  }
}

/** Of a line of its own, behind that of the entry. */
export function filedPieceOf(piece: PieceShape, of: string, open: Open): FiledPiece {
  return filedPiece(piece, placeOfBody(of, piece.of, piece.at), open)
}

function filedMessage(
  shape: {
    fields: FieldShape[]
    trailers?: FieldShape[] | undefined
    body?: BodyShape | undefined
  },
  of: string,
  side: Side,
  open: Open,
  pieces: Pieces,
): { fields: FiledField[]; body: FiledBody } {
  const { body = {}, trailers = [] } = shape
  const capture = body.capture ?? 'complete'
  const own = {
    capture,
    trailers: filedFields(trailers, placeOfFields(of, side, 'trailer'), open),
  }
  const fields = filedFields(shape.fields, placeOfFields(of, side, 'field'), open)
  if (body.pieces !== undefined) {
    const secrets = SECRET_PIECES[body.secretPieces ?? 'none']
    const kept = { count: body.pieces, secrets, pieces: pieces(side, body.pieces) }
    const length = body.length ?? 0
    return { fields, body: { kept, length, ...own, digest: body.sha256 ?? null } }
  }
  const kept = filedPiece(body, placeOfBody(of, side, null), open)
  const length = body.length ?? kept.bytes.length
  return { fields, body: { kept, length, ...own, digest: digestOf(body, kept.bytes) } }
}

const SECRET_PIECES = { none: 'none', sealed: 'sealed', 'left out': 'left_out' } as const

function digestOf({ sha256 }: BodyShape, bytes: Buffer): string | null {
  if (sha256 !== undefined) return sha256
  return bytes.length === 0 ? null : hash('sha256', bytes)
}

function filedPiece(
  { text, base64, secrets }: Pick<BodyShape, 'text' | 'base64' | 'secrets'>,
  place: string,
  open: Open,
): FiledPiece {
  const bytes =
    base64 === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(base64, 'base64')
  return { bytes, secrets: filedParts(secrets, place, open) }
}

function filedFields(fields: FieldShape[], place: string, open: Open): FiledField[] {
  return fields.map(([name, value], i) => {
    if (typeof value === 'string') return [name, value]
    const opened = value && open(`${place} ${i} ${name.toLowerCase()}`, value.sealed)
    return [name, { secret: opened && opened.toString('latin1') }]
  })
}

function filedParts(parts: PartShape[] | undefined, place: string, open: Open): FiledPart[] {
  return (parts ?? []).map(([offset, length, sealed]) => ({
    ...{ offset, length },
    value: sealed === undefined ? null : open(`${place} ${offset} ${length}`, sealed),
  }))
}
