import fc from 'fast-check'
import { asBytes } from './client.ts'

// Requests that nobody thought of: legal ones, and what becomes of them when they are damaged.

/** Bytes for one connection, and where TCP takes them apart. */
export interface Stream {
  bytes: Buffer
  segments: Buffer[]
  /** For whoever reads of a counterexample. */
  [fc.toStringMethod](): string
}

const text = (alphabet: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), maxLength })

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PURGE')

const target = fc.oneof(
  { weight: 6, arbitrary: text("ab/.;%2F?=&~-_+!*'(),:@|", 30).map((rest) => `/${rest}`) },
  { weight: 1, arbitrary: text('ab/?%2F', 10).map((rest) => `http://other.test:81/${rest}`) },
)

const field = fc
  .tuple(
    fc.constantFrom('X-A', 'x-a', 'X-b', 'Accept', 'Cookie', 'X_Y', '__proto__', "!#$%&'*+-.^_`|~"),
    text('abc ,;="\\:\t\xe9\xff\x80', 20),
    fc.constantFrom('', ' ', '\t', '  '),
  )
  .map(([name, value, space]) => `${name}:${space}${value.trim()}${space}\r\n`)

const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))

const byLength = body.map((bytes) => ({
  line: `Content-Length: ${bytes.length}\r\n`,
  content: bytes,
}))

const inChunks = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 }),
    fc.constantFrom('', ';a', ';a=b', ';a="b;c"'),
    fc.constantFrom('', 'X-Sum: 1\r\n', 'x-sum:\r\nX-Sum: caf\xe9\r\n'),
  )
  .map(([parts, extension, trailers]) => ({
    line: 'Transfer-Encoding: chunked\r\n',
    content: Buffer.concat([
      ...parts.map((part) =>
        Buffer.concat([
          asBytes(`${part.length.toString(16)}${extension}\r\n`),
          part,
          asBytes('\r\n'),
        ]),
      ),
      asBytes(`0\r\n${trailers}\r\n`),
    ]),
  }))

const framed = fc.oneof(fc.constant({ line: '', content: Buffer.alloc(0) }), byLength, inChunks)

const request = fc
  .tuple(method, target, fc.array(field, { maxLength: 5 }), framed, fc.nat(6))
  .map(([method, target, fields, { line, content }, at]) => {
    const lines = fields.toSpliced(at, 0, 'Host: case.test\r\n', line)
    return Buffer.concat([
      asBytes(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`),
      content,
    ])
  })

/** One to three requests, one behind the other. */
const requests = fc.noBias(fc.array(request, { minLength: 1, maxLength: 3 }))

const EVIL_LINES = [
  'Content-Length: 3\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: +3\r\n',
  'content-length : 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Transfer-Encoding:\x0bchunked\r\n',
  'Transfer-Encoding : chunked\r\n',
  ' Transfer-Encoding: chunked\r\n',
  'Host: b\r\n',
  'Host: a@b\r\n',
  ' folded\r\n',
  'no colon\r\n',
  ': nothing\r\n',
  'X: a\0b\r\n',
  'X: a\rb\r\n',
  'X: a\nContent-Length: 3\r\n',
  'Connection: close\r\n',
  'Connection: X-A, Content-Length, Host\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  'Connection: Upgrade\r\nUpgrade: h2c\r\n',
  'Expect: 100-continue\r\n',
  'TE: trailers\r\n',
  'Trailer: X-Sum\r\n',
  '0\r\n\r\n',
  '\r\n',
  'GET /smuggled HTTP/1.1\r\nHost: case.test\r\n\r\n',
  'GET /smuggled HTTP/1.0\r\n\r\n',
]

const EVIL_BYTES = ['\r', '\n', '\0', ' ', '\t', ':', ';', ',', '"', '\x0b', '\x7f', '\xa0', '#']

type Damage = (bytes: Buffer) => Buffer

/** A place in whatever it is, from its beginning (0) to its end; fast-check would prefer these two. */
const place = fc.noBias(fc.integer({ min: 0, max: 9_999 })).map((part) => part / 10_000)

const splice = (bytes: Buffer, at: number, remove: number, insert: string) =>
  Buffer.concat([bytes.subarray(0, at), asBytes(insert), bytes.subarray(at + remove)])

/** Where lines begin, but for the first one. */
const lineStarts = (bytes: Buffer) =>
  [...bytes.toString('latin1').matchAll(/\r\n/g)].map(({ index }) => index + 2)

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...EVIL_LINES)).map(([where, line]): Damage => (bytes) => {
    const starts = lineStarts(bytes)
    return splice(bytes, starts[Math.floor(where * starts.length)] ?? 0, 0, line)
  }),
  fc.tuple(place, fc.nat(1), fc.constantFrom(...EVIL_BYTES)).map(
    ([where, remove, byte]): Damage =>
      (bytes) =>
        splice(bytes, Math.floor(where * bytes.length), remove, byte),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 5 })).map(
    ([where, remove]): Damage =>
      (bytes) =>
        splice(bytes, Math.floor(where * bytes.length), remove, ''),
  ),
  place.map(
    (where): Damage =>
      (bytes) =>
        bytes.subarray(0, Math.ceil(where * bytes.length)),
  ),
  fc
    .tuple(place, fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', ''))
    .map(([, version]): Damage => (bytes) => {
      const at = bytes.indexOf('HTTP/1.1')
      return at === -1 ? bytes : splice(bytes, at, 'HTTP/1.1'.length, version)
    }),
)

const cuts = fc.array(place, { maxLength: 6 })

function asStream(bytes: Buffer, places: readonly number[]): Stream {
  const at = [...places, 1].map((where) => Math.ceil(where * bytes.length)).sort((a, b) => a - b)
  const segments = at.map((end, i) => bytes.subarray(at[i - 1] ?? 0, end))
  return {
    bytes,
    segments: segments.filter(({ length }) => length > 0),
    [fc.toStringMethod]: () =>
      segments.map((one) => JSON.stringify(one.toString('latin1'))).join(' + '),
  }
}

/**
 * With one space where a request line has several: RFC 9112 section 3 allows to
 * read it so, and node:http does.
 */
export function spaced(stream: Stream): Stream {
  const text = stream.bytes
    .toString('latin1')
    .replaceAll(/^([A-Z]+) +(\S+) +(?=HTTP\/)/gm, '$1 $2 ')
  return asStream(asBytes(text), [])
}

/** Legal requests, and how many. */
export const legalStream = fc
  .tuple(requests, cuts)
  .map(([list, places]) => ({ ...asStream(Buffer.concat(list), places), count: list.length }))

export const brokenStream = fc
  .tuple(requests, fc.noBias(fc.array(damage, { minLength: 1, maxLength: 2 })), cuts)
  .map(([list, damages, places]) => {
    const bytes = damages.reduce<Buffer>((bytes, damage) => damage(bytes), Buffer.concat(list))
    return asStream(bytes, places)
  })
