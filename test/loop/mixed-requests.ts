import { Chance } from './chance.ts'
import { codedBody, contentOf, KINDS, type Kind } from './mixed-bodies.ts'
import type { WireRequest } from './raw-sender.ts'

/** What should become of a request: sent again, or left out of a default replay and why. */
export type Fate = 'replayed' | 'failed' | 'unrecorded'

export interface MixedRequest extends WireRequest {
  /** From 0; the field X-Number carries it. */
  number: number
  kind: Kind
  /** The origin's answer, as the field X-Answer asks for it. */
  status: number
  fate: Fate
}

/** A thousand requests of every kind, the same ones for the same seed. */
export function mixedRequests(seed: number): MixedRequest[] {
  const chance = new Chance(seed)
  const kinds = Object.entries(KINDS).flatMap(([kind, n]) => Array<Kind>(n).fill(kind as Kind))
  return chance.shuffled(kinds).map((kind, number) => mixedRequest(kind, number, chance))
}

function mixedRequest(kind: Kind, number: number, chance: Chance): MixedRequest {
  const isApplied = chance.happens(85) || kind === 'five megabytes'
  const status = chance.pick(isApplied ? APPLIED : REFUSED)
  const content = contentOf(kind, chance)
  const body = codedBody(content)
  const trailers =
    kind === 'chunked with trailers' ? ['X-Sum', `${chance.below(1e6)}`, 'x-sum', 'b'] : []
  const fields: [string, string][] = [
    ['Host', chance.pick(['shop.example', 'shop.example:8443', '127.0.0.1'])],
    ['X-Number', String(number)],
    ['X-Answer', String(status)],
    ...framingOf(kind, body, chance),
    ...someFields(chance),
  ]
  const typeName = chance.pick(['Content-Type', 'content-type', 'CONTENT-TYPE'])
  if (content.type !== null) fields.push([typeName, content.type])
  if (content.encoding !== undefined) fields.push(['Content-Encoding', content.encoding])
  if (kind === 'expects 100') fields.push(['Expect', '100-continue'])
  return {
    number,
    kind,
    status,
    fate: fateOf(kind, status),
    method: methodOf(kind, chance),
    target: chance.pick(PATHS) + (kind === 'opted out' ? '?a=1&save=0' : chance.pick(QUERIES)),
    fields: chance.shuffled(fields).flat(),
    pieces: pieces(body, chance),
    trailers,
  }
}

const APPLIED = [200, 200, 200, 201, 201, 202, 204, 302, 303]
const REFUSED = [400, 404, 409, 422, 429, 500, 502, 503]

function fateOf(kind: Kind, status: number): Fate {
  if (kind === 'read' || kind === 'opted out') return 'unrecorded'
  if (status < 400) return 'replayed'
  return status < 500 ? 'unrecorded' : 'failed'
}

function methodOf(kind: Kind, chance: Chance): string {
  if (kind === 'read') return chance.pick(['GET', 'GET', 'HEAD', 'OPTIONS'])
  const bodiless = kind === 'no body' || kind === 'length zero'
  return chance.pick(bodiless ? METHODS_WITHOUT_BODY : METHODS_WITH_BODY)
}

const METHODS_WITH_BODY = ['POST', 'POST', 'POST', 'PUT', 'PUT', 'PATCH', 'DELETE']
METHODS_WITH_BODY.push('PROPPATCH', 'PROPFIND', 'REPORT', 'LOCK', 'NOTIFY', 'MERGE', 'SEARCH')
const METHODS_WITHOUT_BODY = ['DELETE', 'DELETE', 'POST', 'PUT', 'PATCH', 'MKCOL', 'COPY', 'MOVE']
METHODS_WITHOUT_BODY.push('UNLOCK', 'PURGE', 'SUBSCRIBE', 'LINK', 'UNLINK', 'CHECKOUT', 'M-SEARCH')

function framingOf(kind: Kind, body: Buffer, chance: Chance): [string, string][] {
  if (kind.startsWith('chunked')) return [['Transfer-Encoding', 'chunked']]
  if (kind === 'no body' || kind === 'read') return []
  return [[chance.pick(['Content-Length', 'content-length']), String(body.length)]]
}

/** Some of many fields: repeated, secret, latin-1, empty, and of this connection only. */
function someFields(chance: Chance): [string, string][] {
  const fields: [string, string][] = []
  for (const group of FIELD_GROUPS) if (chance.happens(20)) fields.push(...group)
  if (chance.happens(3)) fields.push(['Connection', 'close'])
  return fields
}

const FIELD_GROUPS: [string, string][][] = [
  [
    ['X-Tag', 'a'],
    ['X-Tag', 'b'],
    ['x-tag', 'a'],
  ],
  [
    ['Accept', 'text/html'],
    ['Accept', '*/*;q=0.1'],
  ],
  [['Authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ6b2UifQ.']],
  [['authorization', 'Basic em9lOnBhc3N3b3Jk']],
  [
    ['Cookie', 'session=abc; theme="dark"'],
    ['cookie', 'second=1'],
  ],
  [['X-Name', 'Zo\u00eb \u00ff\u0080']],
  [['X-Empty', '']],
  [['User-Agent', 'curl/7.88.1']],
  [
    ['If-Match', '"abc", W/"d"'],
    ['X-Forwarded-For', '192.0.2.1'],
    ['Via', '1.1 edge'],
  ],
  [
    ['X-Long', 'long '.repeat(600).trim()],
    ['X-Inner', 'a\tb  c'],
  ],
  [
    ['Connection', 'keep-alive, X-Hop'],
    ['X-Hop', 'not further'],
    ['TE', 'trailers'],
  ],
]

const PATHS = [
  '/',
  '/api/items',
  '/a//b/',
  '/a/../b',
  '/%2F%2f%zz',
  '/na%20me;v=1',
  '/caf%E9',
  '/*',
  "/~!$&'()+,=:@",
]

const QUERIES = [
  '',
  '',
  '',
  '?',
  '??',
  '?a=1&a=2',
  '?b&c=&=d',
  '?q=%20+%2B',
  '?a[]=1&a[]=2',
  '?x=caf%E9',
]
QUERIES.push(
  '?save=1',
  '?save=00',
  '?nosave=0',
  '?j={"a":[1]}',
  '?u=http://x/?y=z',
  '?%zz&&;|^`',
  '?<a>\\',
)

/** Cut at some places, so that it travels in several writes. */
function pieces(body: Buffer, chance: Chance): Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const size = body.length > 100_000 ? 65_536 : 1 + chance.below(body.length)
    cut.push(body.subarray(at, at + size))
    at += size
  }
  return cut
}
