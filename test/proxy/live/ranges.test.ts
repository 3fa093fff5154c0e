import { expect, test } from 'vitest'
import { eventually } from '../../support/between.ts'
import { connectHttp2, got as answerTo } from '../../support/http2-client.ts'
import { createDatabase } from '../../support/database.ts'
import { connectRaw, plainAnswer, startRawOrigin, type Noted } from '../../support/raw-http.ts'
import { RECORDING } from '../../support/recorder.ts'
import type { ProxyOptions } from '../../../proxy/proxy.ts'
import { JSON_TYPE, NEW, OLD, posted, standingOn } from './stand.ts'

const { proxyOf } = standingOn(await createDatabase())

// A range of what the backend has is none of what its client sees: of what is renamed there are no parts.

const WHOLE = `{"id":"${NEW}","and":"${NEW}"}`
const SEEN = `{"id":"${OLD}","and":"${OLD}"}`
const RANGED = 'Accept-Ranges: bytes\r\n'
const PARTS = 'multipart/byteranges; boundary=b'

const typeOf = (type: string) => (type === '' ? '' : `Content-Type: ${type}\r\n`)
const asksForPart = ({ fields }: Noted) => fields.some((name) => /^range$/i.test(name))

/** A backend that answers a request with Range by a part of this type, and others by all there is. */
async function standWith(
  type: string,
  part = WHOLE.slice(10, 30),
  length = part.length,
  changes: Partial<ProxyOptions> = {},
) {
  const origin = await startRawOrigin((noted) => {
    if (noted.target === '/boot') return plainAnswer('{"id":"a"}')
    if (!asksForPart(noted)) {
      const whole = type === PARTS ? 'application/json' : type
      return plainAnswer(WHOLE, '200 OK', typeOf(whole) + RANGED)
    }
    const range = type === PARTS ? '' : `Content-Range: bytes 10-29/${WHOLE.length}\r\n`
    return Buffer.from(
      `HTTP/1.1 206 Part\r\n${typeOf(type)}${RANGED}${range}Content-Length: ${length}\r\n\r\n${part}`,
    )
  })
  const { proxy, journal, stream } = await proxyOf(origin.url, {}, changes)
  const got = () => origin.requests.filter(({ target }) => target !== '/boot')
  return { proxy, journal, stream, origin, got }
}

const GET = `GET /things/${OLD} HTTP/1.1\r\nHost: a\r\nRange: bytes=10-29\r\nIf-Range: "${OLD}"\r\n\r\n`

test.for(['application/json', 'application/xml', PARTS])(
  'whoever asks for a part gets all of what is renamed: %s',
  async (type) => {
    const { proxy, got } = await standWith(type)
    const client = await connectRaw(proxy.url)
    client.write(GET)
    const answer = await client.until(/[}\w]$/)
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toContain('Accept-Ranges: none\r\n')
    expect(answer).toContain(`\r\n\r\n${type.endsWith('xml') ? WHOLE : SEEN}`)
    expect(got().map(asksForPart)).toEqual([true, false])
    expect(got()[1]!.target).toBe(`/things/${NEW}`)
    expect(got()[1]!.head).not.toMatch(/if-range/i)
    expect(proxy.live!.counts.untouched.partial).toBe(0)
    // Its connection goes on.
    client.write(GET.replace('Range', 'X'))
    await client.until(/200 OK[^]*200 OK[^]*\r\n\r\n\{[^]*\}$/)
  },
)

test.for<[string, string, number]>([
  ['image/png', 'as it is', 0],
  ['text/plain', 'for nothing tells whether all of it is JSON', 1],
  ['', 'as well', 1],
])('a part of what is not renamed by its type passes: "%s", %s', async ([type, , partial]) => {
  const { proxy, got } = await standWith(type)
  const client = await connectRaw(proxy.url)
  client.write(GET)
  const answer = await client.until(new RegExp(`\\r\\n\\r\\n${WHOLE.slice(10, 30)}$`))
  expect(answer).toMatch(/^HTTP\/1\.1 206 /)
  expect(answer).toContain(RANGED)
  expect(got().map(asksForPart)).toEqual([true])
  expect(proxy.live!.counts.untouched.partial).toBe(partial)
})

test('a client of HTTP/2 gets all of it, and nobody waits for the rest of a part', async () => {
  const { proxy, origin, got } = await standWith('application/json', '"', 1e6)
  const request = connectHttp2(proxy.url).request({ ':path': '/', range: 'bytes=0-' })
  const answer = await answerTo(request)
  expect(answer.head).toMatchObject({ ':status': 200, 'accept-ranges': 'none' })
  expect(answer.body.toString()).toBe(SEEN)
  const [{ connection }] = got() as [Noted]
  expect(got()[1]!.connection).not.toBe(connection)
  // Of the one that looks, and the one that answered.
  await eventually(() => origin.sockets.size <= 2)
})

test('what answers with parts in any case is passed on, and counted', async () => {
  const origin = await startRawOrigin(({ target }) =>
    target === '/boot'
      ? plainAnswer('{"id":"a"}')
      : plainAnswer(`"${NEW}"`, '206 Part', `${JSON_TYPE}Content-Range: bytes 0-9/99\r\n`),
  )
  const { proxy } = await proxyOf(origin.url)
  const client = await connectRaw(proxy.url)
  client.write(GET)
  expect(await client.until(/"$/)).toMatch(new RegExp(`^HTTP/1\\.1 206 [^]*"${NEW}"$`))
  expect(proxy.live!.counts.untouched.partial).toBe(1)
  expect(origin.requests.filter(({ target }) => target !== '/boot')).toHaveLength(2)
})

test('a part of a request goes on as it is, for its place would be another one, and is counted', async () => {
  const { proxy, got } = await standWith('application/json')
  const client = await connectRaw(proxy.url)
  const body = `"${OLD}"`
  const fields = `${JSON_TYPE}Content-Range: bytes 0-${body.length - 1}/99\r\n`
  client.write(posted(`/things/${OLD}`, body, fields))
  await client.until(/\}$/)
  expect(got()[0]).toMatchObject({
    target: `/things/${NEW}`,
    body: Buffer.from(body),
  })
  expect(proxy.live!.counts.untouched.partial).toBe(1)
})

test('where reads are recorded both are, as the backend had them', async () => {
  const policy = { ...RECORDING, methods: 'all' } as const
  for (const length of [20, 1e6]) {
    const { proxy, journal, stream } = await standWith('application/json', undefined, length, {
      policy,
    })
    const client = await connectRaw(proxy.url)
    client.write(GET)
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    await eventually(() => proxy.counts!.recorded === 2)
    const entries = await journal.entries({ stream }, { limit: 3, bytes: 1_000 })
    expect(entries.map(({ status }) => status)).toEqual([206, 200])
    expect(entries[1]!.clientForm).toMatchObject({
      target: `/things/${OLD}`,
      fields: [
        { name: 'Range', value: 'bytes=10-29' },
        { name: 'If-Range', value: `"${OLD}"` },
      ],
    })
    expect(proxy.counts).toMatchObject({ forwarded: 2, inDoubt: 0 })
  }
})
