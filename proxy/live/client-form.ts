import type { Change } from '../../aliases/streaming/output.ts'
import type { ClientField, ClientForm, ClientPiece } from '../../journal/client-form.ts'
import { fieldPairs, type RawFields } from '../../wire/fields.ts'

/** What is renamed of a request beside its body. */
export interface RequestHead {
  target: string
  fields: RawFields
}

/** Pieces that are kept of a body at most, and bytes of what the client had said in them. */
const MOST_PIECES = 1_000
const MOST_BYTES = 64 * 1024

/** What has to be known beside the request as it goes on for the client's to be told; more while its body streams. */
export class ClientFormSoFar implements ClientForm {
  readonly target: string | null
  readonly fields: readonly ClientField[]
  readonly body: ClientPiece[] = []
  omitted?: number
  #bytes = 0

  constructor(client: RequestHead, now: RequestHead) {
    this.target = client.target === now.target ? null : client.target
    this.fields = fieldsOf(client.fields, now.fields)
  }

  add({ offset: from, was, now }: Change): void {
    for (const { offset, length, text } of piecesOf(was, now)) {
      this.#bytes += text.length
      // Those that are kept are the first, without a gap.
      if (this.omitted === undefined && this.body.length < MOST_PIECES && this.#bytes <= MOST_BYTES)
        this.body.push({ offset: from + offset, length, text })
      else this.omitted = (this.omitted ?? 0) + 1
    }
  }
}

function fieldsOf(client: RawFields, now: RawFields): ClientField[] {
  const left = fieldPairs(now)
  let next = 0
  return fieldPairs(client).flatMap(([name, value], at) => {
    const [name2, value2] = left[next] ?? []
    const isThere = name2 === name
    if (isThere) next++
    return isThere && value2 === value ? [] : [{ at, name, value }]
  })
}

type Piece = ClientPiece & { text: string }

/** Word by word where there are as many; else all between the first difference and the last. */
function piecesOf(client: string, now: string): Piece[] {
  const words = now.match(WORDS) ?? []
  const said = client.match(WORDS) ?? []
  if (words.length !== said.length) return [between(client, now)]
  const pieces: Piece[] = []
  let offset = 0
  for (const [i, { length }] of words.entries()) {
    if (said[i] !== words[i]) pieces.push({ offset, length, text: said[i]! })
    offset += length
  }
  return pieces
}

const WORDS = /[\w%~.-]+|[^\w%~.-]+/g

function between(client: string, now: string): Piece {
  const most = Math.min(client.length, now.length)
  let offset = 0
  while (offset < most && client[offset] === now[offset]) offset++
  let same = 0
  while (same < most - offset && client.at(-1 - same) === now.at(-1 - same)) same++
  const text = client.slice(offset, client.length - same)
  return { offset, length: now.length - same - offset, text }
}
