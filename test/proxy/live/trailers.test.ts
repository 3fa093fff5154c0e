import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { connectHttp2, got } from '../../support/http2-client.ts'
import { bodyOf, startHttp2Origin } from '../../support/http2-origin.ts'
import { createDatabase } from '../../support/database.ts'
import { connectRaw, plainAnswer } from '../../support/raw-http.ts'
import { JSON_TYPE, NEW, OLD, standingOn } from './stand.ts'

const { proxyOf, stand } = standingOn(await createDatabase())

// What stands behind a body is renamed as what stands before it.

interface Heard {
  body: string
  trailers: string[]
}

/** A backend that says what it heard, and answers with these trailers. */
async function standWith(type: string, body: string, trailers: [string, string][]) {
  const heard: Heard[] = []
  const server = http.createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    request.on('end', () => {
      if (request.url === '/boot') {
        response.end('{"id":"a"}')
        return
      }
      heard.push({ body: text, trailers: request.rawTrailers })
      response.setHeader('Content-Type', type)
      response.write(body)
      response.addTrailers(trailers)
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { ...(await proxyOf(url)), heard }
}

const chunked = (type: string, body: string, trailers: string) =>
  `POST /a HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Type: ${type}\r\n` +
  `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n`

const KINDS: [string, string, (name: string) => string, 'renamed' | 'as it was'][] = [
  ['JSON', 'application/json', (name) => `["${name}"]`, 'renamed'],
  ['JSON without a name', 'application/json', () => '["more"]', 'renamed'],
  ['a page', 'text/html', (name) => `<a>${name}</a>`, 'as it was'],
]

test.for(KINDS)('of a request and of its answer: %s', async ([, type, body, how]) => {
  const { proxy, heard, journal, stream } = await standWith(type, body(NEW), [
    ['X-Made', NEW],
    ['X-At', `/things/${NEW}?q=1`],
  ])
  const client = await connectRaw(proxy.url)
  client.write(chunked(type, body(OLD), `X-Made: ${OLD}\r\nX-At: /things/${OLD}?q=1\r\n`))
  const answer = await client.until(/\r\n0\r\n(?:[^\r]+\r\n)*\r\n$/)
  const isRenamed = how === 'renamed'
  const trailers = ['X-Made', NEW, 'X-At', `/things/${NEW}?q=1`]
  expect(heard).toEqual([{ body: body(isRenamed ? NEW : OLD), trailers }])
  expect(answer).toContain(body(isRenamed ? OLD : NEW))
  expect(answer).toContain(`\r\n0\r\nX-Made: ${OLD}\r\nX-At: /things/${OLD}?q=1\r\n\r\n`)
  const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
  expect(entry!.requestTrailers).toEqual(trailers)
  expect(entry!.responseTrailers).toEqual(trailers)
  expect(proxy.live!.counts).toMatchObject({ requests: 1, answers: 1 })
})

test.for(KINDS)('over HTTP/2, behind a length: %s', async ([, type, body, how]) => {
  const heard: { body: string; trailers: Record<string, unknown> }[] = []
  const head = { ':status': 200, 'content-type': type, 'content-length': body(NEW).length }
  const origin = await startHttp2Origin(async ({ stream, fields }) => {
    if (fields.includes('/boot')) {
      stream.respond({ ':status': 200 })
      stream.end('{"id":"a"}')
      return
    }
    let trailers = {}
    stream.on('trailers', (came: object) => (trailers = { ...came }))
    heard.push({ body: (await bodyOf(stream)).toString(), trailers })
    stream.on('wantTrailers', () => stream.sendTrailers(trailersOf(body(NEW), NEW)))
    stream.respond(head, { waitForTrailers: true })
    stream.end(body(NEW))
  })
  const { proxy } = await proxyOf(origin.url, {}, { upstreamHttp2: 'on' })
  const request = connectHttp2(proxy.url).request(
    {
      ...{ ':method': 'POST', ':path': '/a', 'content-type': type },
      'content-length': body(OLD).length,
    },
    { waitForTrailers: true },
  )
  request.on('wantTrailers', () => request.sendTrailers(trailersOf(body(OLD), OLD)))
  const answered = got(request)
  request.end(body(OLD))
  const answer = await answered
  const isRenamed = how === 'renamed'
  const there = body(isRenamed ? NEW : OLD)
  expect(heard).toMatchObject([{ body: there, trailers: trailersOf(there, NEW) }])
  const here = body(isRenamed ? OLD : NEW)
  expect(answer.body.toString()).toBe(here)
  expect(answer.trailers).toMatchObject(trailersOf(here, OLD))
})

/** Digests are of what goes on. */
function trailersOf(body: string, name: string): Record<string, string> {
  const digest = createHash('sha256').update(body).digest('base64')
  return { 'x-made': name, 'content-digest': `sha-256=:${digest}:` }
}

const LONG = (name: string) => `["${name}",${'"some words",'.repeat(100_000)}"${name}"]`
const DIGESTED = (body: string) => {
  const digest = createHash('sha256').update(body).digest('base64')
  return `Content-Digest: sha-256=:${digest}:, crc=:AA:\r\nRepr-Digest: sha-256=:${digest}:\r\nDigest: sha-256=${digest}\r\n`
}

test.for<[string, string, 'said' | 'left out']>([
  ['who takes trailers', 'TE: gzip, Trailers\r\n', 'said'],
  ['who does not say so', '', 'left out'],
])('a digest of what streams is told behind it to %s', async ([, te, how]) => {
  const { proxy } = await stand(() =>
    plainAnswer(LONG(NEW), '200 OK', JSON_TYPE + DIGESTED(LONG(NEW))),
  )
  const client = await connectRaw(proxy.url)
  client.write(`GET / HTTP/1.1\r\nHost: a\r\n${te}\r\n`)
  const answer = await client.until(/\r\n0\r\n(?:[^\r]+\r\n)*\r\n$/)
  const [head, end] = [answer.slice(0, answer.indexOf('\r\n\r\n')), answer.slice(-400)]
  const digest = createHash('sha256').update(LONG(OLD)).digest('base64')
  const behind = `Content-Digest: sha-256=:${digest}:\r\nRepr-Digest: sha-256=:${digest}:\r\n`
  expect(end.endsWith(`\r\n0\r\n${how === 'said' ? behind : ''}\r\n`)).toBe(true)
  expect(head.includes('\r\nTrailer: Content-Digest, Repr-Digest')).toBe(how === 'said')
  expect(head).not.toMatch(/^\S*digest:/im)
})

test('of HTTP/2 it always is, coded or not; and one that stood behind the body still does', async () => {
  const coded = gzipSync(LONG(NEW))
  const origin = await startHttp2Origin(({ stream, fields }) => {
    const isBoot = fields.includes('/boot')
    const head = { ':status': 200, 'content-type': 'application/json' }
    if (isBoot) {
      stream.respond(head)
      stream.end('{"id":"a"}')
      return
    }
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'content-digest': 'sha-512=:AA:', a: NEW }),
    )
    stream.respond(
      {
        ...head,
        ...{ 'content-encoding': 'gzip', trailer: 'Content-Digest', 'repr-digest': 'sha-256=:AA:' },
      },
      { waitForTrailers: true },
    )
    stream.end(coded)
  })
  const { proxy } = await proxyOf(origin.url, {}, { upstreamHttp2: 'on' })
  const { body, head, trailers } = await got(connectHttp2(proxy.url).request({ ':path': '/' }))
  expect(gunzipSync(body).toString() === LONG(OLD)).toBe(true)
  const of = (hash: string) => createHash(hash).update(body).digest('base64')
  expect(head['repr-digest']).toBe(undefined)
  expect(head.trailer).toBe('Content-Digest, repr-digest')
  expect(trailers).toMatchObject({
    a: OLD,
    ...{
      'content-digest': `sha-512=:${of('sha512')}:`,
      'repr-digest': `sha-256=:${of('sha256')}:`,
    },
  })
})
