import { fieldValue } from '../../../wire/fields.ts'
import type { Asked, Members } from './message.ts'
import { collectionPath, keyOf, type World } from './world.ts'

// The ways in which a request may name a project: what clients write, and how a backend reads it.

export const LINKS = [
  ...(['key', 'nested', 'plain', 'url', 'header', 'query', 'plainQuery', 'path'] as const),
  ...(['listOfIds', 'listOfObjects', 'listOfKeys'] as const),
] as const
export type LinkStyle = (typeof LINKS)[number]

export type Id = string | number

/** What a request is made of so that it names these. */
export interface Linking {
  path: string
  query: string
  fields: string[]
  body: Members
}

export function linking(style: LinkStyle, noun: string, ids: readonly Id[], world: World): Linking {
  const [id] = ids
  const none: Linking = { path: '', query: '', fields: [], body: {} }
  const plural = keyOf(collectionPath(noun).slice(1).replaceAll('-', ' '), world)
  switch (style) {
    case 'key':
      return { ...none, body: { [keyOf(`${noun} id`, world)]: id } }
    case 'nested':
      return { ...none, body: { [keyOf(noun, world)]: { id } } }
    case 'plain':
      return { ...none, body: { [keyOf(noun, world)]: id } }
    case 'url':
      return { ...none, body: { [keyOf(`${noun} url`, world)]: `${collectionPath(noun)}/${id}` } }
    case 'header':
      return { ...none, fields: [`X-${titled(noun)}-Id`, String(id)] }
    case 'query':
      return { ...none, query: `&${keyOf(`${noun} id`, world)}=${id}` }
    case 'plainQuery':
      return { ...none, query: `&${keyOf(noun, world)}=${id}` }
    case 'path':
      return { ...none, path: `${collectionPath(noun)}/${id}` }
    case 'listOfIds':
      return { ...none, body: { [keyOf(`${noun} ids`, world)]: ids } }
    case 'listOfObjects':
      return { ...none, body: { [plural]: ids.map((id) => ({ id })) } }
    case 'listOfKeys':
      return { ...none, body: { links: ids.map((id) => ({ [keyOf(`${noun} id`, world)]: id })) } }
  }
}

/** What a request names; undefined: nothing. */
export function linked(
  { fields }: Asked,
  url: URL,
  body: Members,
  noun: string,
  world: World,
): Id[] | undefined {
  const empty = linking('key', noun, [''], world)
  const [key] = Object.keys(empty.body)
  const plain = keyOf(noun, world)
  const plural = Object.keys(linking('listOfObjects', noun, [], world).body)[0]!
  const one =
    body[key!] ??
    idOf(body[plain]) ??
    lastSegment(body[keyOf(`${noun} url`, world)]) ??
    fieldValue(fields, `x-${titled(noun)}-id`.toLowerCase()) ??
    url.searchParams.get(key!) ??
    url.searchParams.get(plain)
  if (one !== undefined && one !== null) return [one as Id]
  const many = (body[keyOf(`${noun} ids`, world)] ?? body[plural] ?? body['links']) as
    | unknown[]
    | undefined
  return many?.map((member) => idOf(member, key) as Id)
}

function idOf(value: unknown, key = 'id'): unknown {
  if (typeof value !== 'object' || value === null) return value
  const members = value as Members
  return members['id'] ?? members[key]
}

function lastSegment(url: unknown): string | undefined {
  return typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : undefined
}

function titled(noun: string): string {
  return noun.replaceAll(/\b\w/g, (letter) => letter.toUpperCase()).replaceAll(' ', '-')
}
