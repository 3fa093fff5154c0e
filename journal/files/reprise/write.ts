import { isUtf8 } from 'node:buffer'
import { createHash, hash } from 'node:crypto'
import type { Side } from '../../entry.ts'
import type {
  FiledBody,
  FiledEntry,
  FiledField,
  FiledPart,
  FiledPiece,
  FiledRecorder,
  FiledShot,
  FileItem,
} from '../filed.ts'
import { isInPieces } from '../filed.ts'
import type { WriteOptions } from '../format.ts'
import type { BodyShape, EntryShape, FieldShape, PartShape, ShotShape } from './line-shapes.ts'
import { VERSION } from './line-shapes.ts'
import {
  placeOfBody,
  placeOfClient,
  placeOfEntry,
  placeOfFields,
  placeOfShot,
  placeOfTarget,
} from './places.ts'
import { fileSealer, type Sealer } from './sealing.ts'

/** The lines of a journal file: the same items give the same bytes. */
export async function* writeReprise(
  items: AsyncIterable<FileItem>,
  { key }: WriteOptions,
): AsyncGenerator<string> {
  const sealer = key && fileSealer(key)
  const shapes = new Shapes(sealer)
  const known = new Known()
  const whole = createHash('sha256')
  let entries = 0
  const told = (line: string) => {
    whole.update(line)
    return line
  }
  const secrets = sealer === null ? 'left out' : { sealed: sealer.keyId }
  yield told(`${JSON.stringify({ reprise: 'journal', version: VERSION, secrets })}\n`)
  for await (const item of items) {
    if (item.kind === 'shot') {
      yield told(lineOf({ shot: shapes.shot(item.shot) }))
      continue
    }
    const { entry } = item
    const recorder = known.find(entry.recorder)
    if (recorder.isNew) {
      const { no, id, host } = recorder
      yield told(lineOf({ recorder: { no, id, host } }))
    }
    entries++
    yield told(lineOf(shapes.entry(entry, recorder.no)))
    for await (const piece of shapes.pieces(entry)) yield told(lineOf(piece))
  }
  yield lineOf({ end: { entries, sha256: whole.digest('hex') } })
}

/** With its digest at its end. */
function lineOf(value: unknown): string {
  const json = JSON.stringify(value)
  return `${json.slice(0, -1)},"sha256":"${hash('sha256', json)}"}\n`
}

/** Recorders and their hosts are numbered as they come. */
class Known {
  readonly #recorders = new Map<string, { no: number; host: number }>()
  readonly #hosts = new Map<string, number>()

  find({ id, host }: FiledRecorder): { isNew: boolean; id: string; no: number; host: number } {
    const found = this.#recorders.get(id)
    if (found !== undefined) return { isNew: false, id, ...found }
    const hostNo = this.#hosts.get(host) ?? this.#hosts.size + 1
    this.#hosts.set(host, hostNo)
    const own = { no: this.#recorders.size + 1, host: hostNo }
    this.#recorders.set(id, own)
    return { isNew: true, id, ...own }
  }
}

/** Members stand in one order, and those with the usual value are left out. */
class Shapes {
  readonly #sealer: Sealer | null

  constructor(sealer: Sealer | null) {
    this.#sealer = sealer
  }

  entry(entry: FiledEntry, recorder: number): EntryShape {
    const { request, response, client, settled, sender } = entry
    const of = placeOfEntry(entry)
    return {
      entry: withoutNulls({
        ...{ recorder, number: entry.number, verdict: entry.verdict },
        ...{ cause: entry.cause, delivery: entry.delivery },
        settled: settled && withoutNulls({ as: settled.as, at: settled.at, by: settled.by }),
        ...{ label: entry.label, arrived: entry.arrivedAt, answered: entry.answeredAt },
        ...{ address: sender.address, agent: sender.agent, user: sender.user },
      }),
      request: {
        ...{ method: request.method, target: request.target },
        ...some('secrets', this.#parts(request.targetSecrets, placeOfTarget(of))),
        ...(request.httpVersion === '1.1' ? {} : { version: request.httpVersion }),
        ...this.#message(request, of, 'request'),
      },
      ...(client && {
        client: {
          form: client.form,
          ...(client.whole &&
            this.#sealer && { sealed: this.#sealer.seal(placeOfClient(of), client.whole) }),
        },
      }),
      ...(response && {
        response: {
          status: response.status,
          ...(response.reason === '' ? {} : { reason: response.reason }),
          ...this.#message(response, of, 'response'),
        },
      }),
    } as EntryShape
  }

  shot(shot: FiledShot): ShotShape {
    const of = placeOfShot(shot)
    const { body: kept, length, digest } = shot
    const body: FiledBody = { kept, length, digest, capture: 'complete', trailers: [] }
    return {
      probe: shot.probe,
      ...some('probeSecrets', this.#parts(shot.probeSecrets, placeOfTarget(of))),
      taken: shot.takenAt,
      ...(shot.target !== null && { target: shot.target }),
      status: shot.status,
      fields: this.#fields(shot.fields, placeOfFields(of, 'shot', 'field')),
      body: this.#body(body, of, 'shot') ?? {},
    }
  }

  async *pieces(entry: FiledEntry): AsyncGenerator {
    const of = placeOfEntry(entry)
    for (const side of ['request', 'response'] as const) {
      const kept = entry[side]?.body.kept
      if (kept === undefined || !isInPieces(kept)) continue
      let at = 0
      for await (const piece of kept.pieces) {
        yield { piece: { of: side, at, ...this.#kept(piece, placeOfBody(of, side, at)) } }
        at++
      }
    }
  }

  #message(
    { fields, body }: { fields: readonly FiledField[]; body: FiledBody },
    of: string,
    side: Side,
  ) {
    const shape = this.#body(body, of, side)
    const trailers = this.#fields(body.trailers, placeOfFields(of, side, 'trailer'))
    return {
      fields: this.#fields(fields, placeOfFields(of, side, 'field')),
      ...(shape && { body: shape }),
      ...some('trailers', trailers),
    }
  }

  /** Null: it is empty, and so it was. */
  #body(
    { kept, length, capture, digest }: FiledBody,
    of: string,
    side: Side | 'shot',
  ): BodyShape | null {
    const isWhole = capture === 'complete'
    const cut = isWhole ? {} : { capture }
    if (isInPieces(kept)) {
      const isSealed = kept.secrets === 'sealed' && this.#sealer !== null
      return {
        pieces: kept.count,
        ...(kept.secrets !== 'none' && { secretPieces: isSealed ? 'sealed' : 'left out' }),
        ...{ length, ...cut, sha256: digest },
      }
    }
    const { bytes } = kept
    const usual = bytes.length === 0 ? null : hash('sha256', bytes)
    if (bytes.length === 0 && length === 0 && isWhole && digest === usual) return null
    return {
      ...this.#kept(kept, placeOfBody(of, side, null)),
      ...(length === bytes.length ? {} : { length }),
      ...cut,
      ...(digest === usual ? {} : { sha256: digest }),
    }
  }

  #kept({ bytes, secrets }: FiledPiece, place: string) {
    const text = isUtf8(bytes)
      ? { text: bytes.toString('utf8') }
      : { base64: bytes.toString('base64') }
    return { ...text, ...some('secrets', this.#parts(secrets, place)) }
  }

  #fields(fields: readonly FiledField[], place: string): FieldShape[] {
    return fields.map(([name, value], i) => {
      if (typeof value === 'string') return [name, value]
      if (value.secret === null || this.#sealer === null) return [name, null]
      const bytes = Buffer.from(value.secret, 'latin1')
      return [name, { sealed: this.#sealer.seal(`${place} ${i} ${name.toLowerCase()}`, bytes) }]
    })
  }

  #parts(parts: readonly FiledPart[], place: string): PartShape[] {
    return parts.map(({ offset, length, value }) =>
      value === null || this.#sealer === null
        ? [offset, length]
        : [offset, length, this.#sealer.seal(`${place} ${offset} ${length}`, value)],
    )
  }
}

function some<Name extends string, T>(name: Name, list: T[]): { [N in Name]?: T[] } {
  return (list.length === 0 ? {} : { [name]: list }) as { [N in Name]?: T[] }
}

function withoutNulls(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}
