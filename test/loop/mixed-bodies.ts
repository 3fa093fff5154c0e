import { gzipSync } from 'node:zlib'
import type { Chance } from './chance.ts'

/** How many requests of each kind there are; a thousand together. */
export const KINDS = {
  'json object': 180,
  'json array': 80,
  'json scalar': 60,
  'broken json': 10,
  form: 110,
  multipart: 70,
  binary: 50,
  'every byte value': 20,
  gzip: 50,
  'latin-1 text': 40,
  'five megabytes': 1,
  chunked: 80,
  'chunked and empty': 10,
  'chunked with trailers': 15,
  'length zero': 40,
  'no body': 80,
  'expects 100': 10,
  read: 80,
  'opted out': 14,
} as const

export type Kind = keyof typeof KINDS

export interface Content {
  /** Null for a request that does not say. */
  type: string | null
  body: Buffer
  encoding?: string
}

const NOTHING: Content = { type: null, body: Buffer.alloc(0) }

export function contentOf(kind: Kind, chance: Chance): Content {
  switch (kind) {
    case 'json array':
      return json(Array.from({ length: chance.below(6) }, () => jsonValue(chance, 1)))
    case 'json scalar':
      return json(chance.pick([null, true, false, 0, -0.5, 1e21, '', 'text', 'Zo\u00eb \u2603']))
    case 'broken json':
      return { type: 'application/json', body: Buffer.from('{"command": "rest') }
    case 'form':
      return {
        type: chance.pick([
          'application/x-www-form-urlencoded',
          'Application/X-WWW-Form-URLEncoded; charset=utf-8',
        ]),
        body: Buffer.from(`a=${chance.below(1e6)}&a=2&empty=&flag&sp=x+y%20z&u=%E2%98%83&pct=%zz`),
      }
    case 'multipart':
      return multipart(chance)
    case 'binary':
      return { type: 'application/octet-stream', body: chance.bytes(1 + chance.below(40_000)) }
    case 'every byte value':
      return {
        type: chance.pick([null, 'application/octet-stream', 'image/png']),
        body: Buffer.from(chance.shuffled(Array.from({ length: 256 }, (_, byte) => byte))),
      }
    case 'gzip':
      return { ...json(jsonValue(chance, 3)), encoding: 'gzip' }
    case 'latin-1 text':
      return {
        type: 'text/plain; charset=iso-8859-1',
        body: Buffer.from('gr\u00fc\u00dfe\r\n', 'latin1'),
      }
    case 'five megabytes':
      return { type: 'application/octet-stream', body: chance.bytes(5 * 1024 * 1024) }
    case 'chunked':
    case 'chunked with trailers':
      return { type: 'application/octet-stream', body: chance.bytes(1 + chance.below(3000)) }
    case 'chunked and empty':
      return { type: 'application/json', body: Buffer.alloc(0) }
    case 'length zero':
      return { ...NOTHING, type: chance.pick([null, 'application/json']) }
    case 'no body':
    case 'read':
      return NOTHING
    case 'json object':
    case 'expects 100':
    case 'opted out':
      return json({ id: chance.below(1e9), of: jsonValue(chance, 2) })
  }
}

/** As content-coded: what goes over the wire. */
export function codedBody({ body, encoding }: Content): Buffer {
  return encoding === 'gzip' ? gzipSync(body) : body
}

function json(value: unknown): Content {
  return { type: 'application/json', body: Buffer.from(JSON.stringify(value)) }
}

function jsonValue(chance: Chance, depth: number): unknown {
  if (depth === 0)
    return chance.pick([null, true, chance.below(1000), 'x\u0000y', '\ud83d\ude80', ''])
  if (chance.happens(30))
    return Array.from({ length: chance.below(4) }, () => jsonValue(chance, depth - 1))
  const keys = chance.shuffled(['b', 'a', 'id', '10', '2', '__proto__', 'na me'])
  return Object.fromEntries(
    keys.slice(chance.below(7)).map((key) => [key, jsonValue(chance, depth - 1)]),
  )
}

/** Two fields and two files, one of them with the boundary's own line ends in it. */
function multipart(chance: Chance): Content {
  const boundary = `----boundary${chance.below(1e9)}`
  const part = (disposition: string, type: string, bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type}\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ])
  const body = Buffer.concat([
    part('name="title"', '', Buffer.from('Zo\u00eb')),
    part('name="title"', '', Buffer.from('')),
    part(
      'name="f"; filename="a.bin"',
      'Content-Type: application/octet-stream\r\n',
      chance.bytes(chance.below(5000)),
    ),
    part(
      'name="f"; filename="b \u2603.txt"',
      'Content-Type: text/plain\r\n',
      Buffer.from('one\r\n--two\r\n\r\n'),
    ),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  return { type: `multipart/form-data; boundary="${boundary}"`, body }
}
