import { decodedBody } from '../../aliases/coding.ts'
import type { RequestParts } from '../../aliases/message.ts'
import type { ClientField, ClientForm, ClientPiece } from '../../journal/client-form.ts'
import { fieldPairs, type RawFields } from '../../wire/fields.ts'

/** What has to be known beside the request as it went on for the client's to be told. */
export function clientFormOf(client: RequestParts, now: RequestParts): ClientForm {
  return {
    target: client.target === now.target ? null : client.target,
    fields: fieldsOf(client.fields, now.fields),
    body: client.body === now.body ? [] : piecesOf(textOf(client), textOf(now)),
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

/** Only what could be decoded was renamed. */
function textOf({ body, fields }: RequestParts): string {
  return decodedBody(body!, fields)!.bytes.toString('latin1')
}

/** Word by word where there are as many; else all between the first difference and the last. */
function piecesOf(client: string, now: string): ClientPiece[] {
  const words = now.match(WORDS) ?? []
  const said = client.match(WORDS) ?? []
  if (words.length !== said.length) return [between(client, now)]
  const pieces: ClientPiece[] = []
  let offset = 0
  for (const [i, { length }] of words.entries()) {
    if (said[i] !== words[i]) pieces.push({ offset, length, text: said[i]! })
    offset += length
  }
  return pieces
}

const WORDS = /[\w%~.-]+|[^\w%~.-]+/g

function between(client: string, now: string): ClientPiece {
  const most = Math.min(client.length, now.length)
  let offset = 0
  while (offset < most && client[offset] === now[offset]) offset++
  let same = 0
  while (same < most - offset && client.at(-1 - same) === now.at(-1 - same)) same++
  const text = client.slice(offset, client.length - same)
  return { offset, length: now.length - same - offset, text }
}
