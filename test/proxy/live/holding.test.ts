import { gzipSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { connectHttp2, got as answerTo } from '../../support/http2-client.ts'
import { connectRaw, plainAnswer } from '../../support/raw-http.ts'
import { JSON_TYPE, NEW, OLD, standingOn } from './stand.ts'

const { stand } = standingOn(await createDatabase())

// A request of which nothing was sent waits for the backend, also where not all of its body has come.

const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const BODY = Buffer.from(`{"of":"${OLD}","and":["${OLD}"]}`)
const RENAMED = `{"of":"${NEW}","and":["${NEW}"]}`

interface Sent {
  fields: string
  body: Buffer
  /** Of the body, before the backend is there. */
  early: number
}

const headOf = (fields: string) => `POST /things/${OLD} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`
const withLength = (fields: string, { length }: Buffer) => `${fields}Content-Length: ${length}\r\n`
const long = Buffer.from(`["${OLD}",${'1,'.repeat(40_000)}"${OLD}"]`)
const gzip = gzipSync(BODY)

test.for<[string, Sent]>([
  ['JSON in chunks', { fields: JSON_TYPE + CHUNKED, body: BODY, early: 20 }],
  ['JSON in chunks, all of it', { fields: JSON_TYPE + CHUNKED, body: BODY, early: BODY.length }],
  ['JSON in chunks, nothing of it', { fields: JSON_TYPE + CHUNKED, body: BODY, early: 0 }],
  [
    'JSON in chunks and gzip',
    { fields: `${JSON_TYPE}Content-Encoding: gzip\r\n${CHUNKED}`, body: gzip, early: 30 },
  ],
  ['much JSON in chunks', { fields: JSON_TYPE + CHUNKED, body: long, early: 30_000 }],
  ['a page in chunks', { fields: `Content-Type: text/html\r\n${CHUNKED}`, body: BODY, early: 20 }],
  ['a page', { fields: withLength('Content-Type: text/html\r\n', BODY), body: BODY, early: 20 }],
])(
  'what has not come to its end waits for the backend, and is renamed of what its client said: %s',
  async ([, { fields, body, early }]) => {
    const { got, proxy, origin, journal, stream } = await stand(() => plainAnswer('ok'))
    await origin.close()
    const isChunked = fields.includes('chunked')
    const bytes = (piece: Buffer) => (isChunked && piece.length > 0 ? chunk(piece) : piece)
    const client = await connectRaw(proxy.url)
    const answered = client.until(/ok$|\}\n$/)
    client.write(Buffer.concat([Buffer.from(headOf(fields)), bytes(body.subarray(0, early))]))
    await eventually(() => proxy.gate!.held + proxy.gate!.turnedAway === 1)
    client.write(
      Buffer.concat([bytes(body.subarray(early)), Buffer.from(isChunked ? '0\r\n\r\n' : '')]),
    )
    await origin.reopen()
    expect(await answered).toMatch(/ok$/)
    expect(proxy.gate!.turnedAway).toBe(0)
    expect(got()).toHaveLength(1)
    const [sent] = got()
    expect(sent!.target).toBe(`/things/${NEW}`)
    const now = fields.includes('gzip') ? gunzipSync(sent!.body) : sent!.body
    const isRenamed = fields.includes('json')
    if (body === long) expect(now.toString()).toBe(long.toString().replaceAll(OLD, NEW))
    else expect(now.toString()).toBe(isRenamed ? RENAMED : BODY.toString())
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    expect(entry!.clientForm!.target).toBe(`/things/${OLD}`)
    expect(entry!.clientForm!.body).toHaveLength(isRenamed ? 2 : 0)
    expect(proxy.live!.counts.untouched.coding).toBe(0)
  },
)

test.for<[string, string]>([
  ['with a length', JSON_TYPE],
  ['that may be JSON', 'Content-Type: text/plain\r\n'],
])('what was being read when the gate shut waits behind it: a body %s', async ([, type]) => {
  const { got, proxy } = await stand(() => plainAnswer('ok'))
  const client = await connectRaw(proxy.url)
  client.write(`${headOf(withLength(type, BODY))}{`)
  const other = await connectRaw(proxy.url)
  other.write('GET /other HTTP/1.1\r\nHost: a\r\n\r\n')
  await other.until(/ok$/)
  proxy.gate!.close('away')
  client.write(BODY.subarray(1))
  const isAnswered = /ok$|\}\n$/
  await eventually(() => proxy.gate!.held === 1 || isAnswered.test(client.received()))
  proxy.gate!.open()
  expect(await client.until(isAnswered)).toMatch(/ok$/)
  expect(got().at(-1)!.body.toString()).toBe(RENAMED)
})

test('a client of HTTP/2 goes on with the rest of its body when the backend is there', async () => {
  const { got, proxy, origin } = await stand(() => plainAnswer('ok'))
  await origin.close()
  const request = connectHttp2(proxy.url).request({
    ...{ ':method': 'POST', ':path': `/things/${OLD}`, 'content-type': 'application/json' },
  })
  const answered = answerTo(request)
  request.write(BODY.subarray(0, 20))
  await eventually(() => proxy.gate!.held + proxy.gate!.turnedAway === 1)
  request.end(BODY.subarray(20))
  await origin.reopen()
  expect((await answered).body.toString()).toBe('ok')
  expect(got()[0]!.body.toString()).toBe(RENAMED)
})

test.for([
  ['', BODY.length],
  [JSON_TYPE, 20],
  ['Content-Type: text/html\r\n', 0],
] as const)(
  'what stands behind a body goes on with it, however often it waits: "%s"',
  async ([type, early]) => {
    const { proxy, origin, journal, stream } = await stand(() => plainAnswer('ok'))
    await origin.close()
    const client = await connectRaw(proxy.url)
    const answered = client.until(/ok$|\}\n$/)
    const begun = early === 0 ? '' : chunk(BODY.subarray(0, early))
    client.write(Buffer.concat([Buffer.from(headOf(type + CHUNKED)), Buffer.from(begun)]))
    await eventually(() => proxy.gate!.held === 1)
    const { forwarded } = proxy.counts!
    proxy.gate!.open()
    await eventually(() => proxy.counts!.forwarded > forwarded && proxy.gate!.held === 1)
    const rest = BODY.subarray(early)
    client.write(rest.length === 0 ? '' : chunk(rest))
    client.write(`0\r\nX-Of: ${OLD}\r\n\r\n`)
    await origin.reopen()
    expect(await answered).toMatch(/ok$/)
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    expect(entry!.requestTrailers).toEqual(['X-Of', NEW])
    const isPage = type.includes('html')
    expect(origin.requests.at(-1)!.body.toString()).toBe(isPage ? BODY.toString() : RENAMED)
  },
)
