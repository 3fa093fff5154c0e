import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  brotliCompressSync,
  createGunzip,
  createGzip,
  deflateSync,
  gunzipSync,
  gzipSync,
} from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/between.ts'
import { ask, connectHttp2, got } from '../../support/http2-client.ts'
import { startHttp2Origin } from '../../support/http2-origin.ts'
import { createDatabase } from '../../support/database.ts'
import { connectRaw, plainAnswer } from '../../support/raw-http.ts'
import { JSON_TYPE, NEW, OLD, standingOn } from './stand.ts'

const { proxyOf, stand } = standingOn(await createDatabase())

// Bodies of any size are renamed as they stream, both ways, in memory that does not grow with them.

const MEGABYTE = 1024 * 1024
const MANY = 50_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** An array of things, each with that name in it; a MB has 1,000. */
function* things(name: string, count: number): Generator<Buffer> {
  const text = 'some words '.repeat(80)
  yield Buffer.from('[')
  for (let n = 0; n < count; n += 64) {
    const piece = Array.from(
      { length: 64 },
      (_, i) => `{"n": ${n},\t"id":"${name}", "url":"\\/things\\/${name}?q=${i}","text":"${text}"}`,
    )
    yield Buffer.from(`${n === 0 ? '' : ',\n'}${piece.join(',\r\n')}`)
  }
  yield Buffer.from(']')
}

async function digestOf(parts: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Answers with things or the digest of what came; in the coding that it is asked in, or that was sent. */
async function thingsOrigin(serve?: http.RequestListener): Promise<string> {
  const server = http.createServer((request, response) => {
    if (request.url === '/boot') {
      response.end('{"id":"a"}')
      return
    }
    if (serve !== undefined) {
      serve(request, response)
      return
    }
    const isCoded = request.url!.endsWith('.gz')
    if (request.method === 'POST') {
      const body = isCoded ? request.pipe(createGunzip()) : request
      void digestOf(body).then((digest) => response.end(digest))
      return
    }
    const of = Readable.from(things(NEW, MANY))
    response.setHeader('Content-Type', 'application/json')
    if (isCoded) response.setHeader('Content-Encoding', 'gzip')
    const steps = isCoded ? [of, createGzip({ level: 1 }), response] : [of, response]
    pipeline(steps as [Readable, http.ServerResponse]).catch(() => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** By how many bytes memory grew at most, garbage collected. */
async function memoryWatch() {
  const used = async () => {
    // What was let go of is given back a moment after it was collected.
    for (let i = 0; i < 3; i++) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = await used()
  let most = 0
  let n = 0
  return {
    grown: () => most,
    /** Looks now and then while they pass. */
    async *over(parts: AsyncIterable<Buffer> | Iterable<Buffer>) {
      for await (const part of parts) {
        if (n++ % 300 === 0) most = Math.max(most, (await used()) - before)
        yield part
      }
    },
  }
}

test.for(['/things', '/things.gz'])(
  'an answer of 50 MB is renamed in constant memory: %s',
  async (path) => {
    const { proxy } = await proxyOf(await thingsOrigin())
    const memory = await memoryWatch()
    const [response] = (await once(http.get(proxy.url + path), 'response')) as [
      http.IncomingMessage,
    ]
    const body = path.endsWith('.gz') ? response.pipe(createGunzip()) : response
    const digest = await digestOf(memory.over(body))
    expect(digest).toBe(await digestOf(things(OLD, MANY)))
    expect(response.headers['content-length']).toBe(undefined)
    expect(memory.grown()).toBeLessThan(24 * MEGABYTE)
    expect(proxy.live!.counts.answers).toBe(1)
  },
)

test.for(['/unsaved?save=0', '/unsaved?save=0&as=.gz'])(
  'a request of 50 MB is renamed in constant memory: %s',
  async (path) => {
    const isCoded = path.endsWith('.gz')
    const { proxy } = await proxyOf(await thingsOrigin())
    const memory = await memoryWatch()
    const request = http.request(proxy.url + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(isCoded && { 'Content-Encoding': 'gzip' }),
      },
    })
    const answered = once(request, 'response') as Promise<[http.IncomingMessage]>
    const of = Readable.from(memory.over(things(OLD, MANY)))
    await (isCoded ? pipeline(of, createGzip({ level: 1 }), request) : pipeline(of, request))
    const [response] = await answered
    const digest = (await response.toArray()).join('')
    expect(digest).toBe(await digestOf(things(NEW, MANY)))
    expect(memory.grown()).toBeLessThan(24 * MEGABYTE)
    expect(proxy.live!.counts.requests).toBe(1)
  },
)

const ZEROS = Buffer.alloc(MEGABYTE, '0')

test('what is much smaller coded than it says grows no more in memory than it lasts', async () => {
  const { proxy } = await proxyOf(
    await thingsOrigin((_request, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.setHeader('Content-Encoding', 'gzip')
      const all = Readable.from(
        (function* () {
          yield Buffer.from('["')
          for (let i = 0; i < 40; i++) yield ZEROS
          yield Buffer.from(`","${NEW}"]`)
        })(),
      )
      pipeline(all, createGzip(), response).catch(() => {})
    }),
  )
  const memory = await memoryWatch()
  const [response] = (await once(http.get(proxy.url), 'response')) as [http.IncomingMessage]
  let end = ''
  for await (const part of memory.over(response.pipe(createGunzip()))) {
    end = (end + part.toString('latin1')).slice(-100)
  }
  expect(end).toMatch(new RegExp(`0","${OLD}"\\]$`))
  expect(memory.grown()).toBeLessThan(24 * MEGABYTE)
  expect(proxy.live!.counts.untouched.long_value).toBe(1)
})

const LARGE = [...things(NEW, 2_000)]
const renamed = Buffer.concat([...things(OLD, 2_000)]).toString()

/** Of a backend that says how long its answer is. */
const largeAnswer = () =>
  plainAnswer(Buffer.concat(LARGE), '200 OK', `${JSON_TYPE}Digest: md5=AA\r\n`)

test('to a client of HTTP/1.0 the end of the connection is that of the answer', async () => {
  const { proxy } = await stand(largeAnswer)
  const client = await connectRaw(proxy.url)
  client.write('GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n')
  const { how, text } = await client.closed()
  const [head, body] = text.split('\r\n\r\n')
  expect(how).toBe('end')
  expect(head).not.toMatch(/content-length|transfer-encoding|digest/i)
  expect(body === renamed).toBe(true)
})

test('to a client of HTTP/1.1 it goes in chunks, and its connection is kept', async () => {
  const { proxy } = await stand(largeAnswer)
  const client = await connectRaw(proxy.url)
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const text = await client.until(/\r\n0\r\n\r\n$/)
  expect(text).toMatch(/Transfer-Encoding: chunked/)
  expect(text).not.toMatch(/content-length|digest/i)
  client.write('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await client.until(/\r\n0\r\n\r\n[^]*\r\n\r\n$/)).toContain('Connection: keep-alive')
})

test('a client of HTTP/2 gets and sends them without a length', async () => {
  const { proxy, got: requests } = await stand(largeAnswer)
  const session = connectHttp2(proxy.url)
  const body = Buffer.concat([...things(OLD, 2_000)])
  const stream = session.request({
    ...{ ':method': 'POST', ':path': '/', 'content-type': 'application/json' },
    'content-length': String(body.length),
  })
  stream.end(body)
  const answer = await got(stream)
  expect(answer.head['content-length']).toBe(undefined)
  expect(answer.body.toString() === renamed).toBe(true)
  const [request] = requests()
  expect(request!.body.equals(Buffer.concat(LARGE))).toBe(true)
  expect(request!.head).toMatch(/Transfer-Encoding: chunked/)
  expect(request!.head).not.toMatch(/content-length/i)
})

/** A backend of which the test writes what it answers, each piece by itself, coded where that is wanted. */
async function pieceByPiece(how: string) {
  let response!: http.ServerResponse
  let coder: ReturnType<typeof createGzip> | null = null
  const url = await thingsOrigin((_request, begun) => {
    response = begun
    response.setHeader('Content-Type', 'application/json')
    if (how === 'in gzip') {
      response.setHeader('Content-Encoding', 'gzip')
      coder = createGzip()
      coder.on('data', (coded: Buffer) => response.write(coded))
    }
    response.flushHeaders()
  })
  const { proxy } = await proxyOf(url)
  const request = http.get(proxy.url)
  request.on('error', () => {})
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  const body = how === 'in gzip' ? answer.pipe(createGunzip()) : answer
  body.on('data', (part: Buffer) => (text += part.toString('latin1')))
  body.on('error', () => {})
  answer.on('error', () => {})
  const write = (bytes: string) => {
    if (coder === null) response.write(bytes)
    else {
      coder.write(bytes)
      coder.flush()
    }
  }
  return { proxy, answer, write, text: () => text, response: () => response }
}

test.for(['as it is', 'in gzip'])('what comes piece by piece goes on at once: %s', async (how) => {
  const { write, text } = await pieceByPiece(how)
  for (let i = 0; i < 3; i++) {
    write(`{"id":"${NEW}","n":${i}}\n`)
    const now = Array.from({ length: i + 1 }, (_, n) => `{"id":"${OLD}","n":${n}}\n`).join('')
    await eventually(() => text() === now)
  }
})

test.for(['as it is', 'in gzip'])(
  'an answer that is cut in the middle stays cut: %s',
  async (how) => {
    const { answer, write, text, response } = await pieceByPiece(how)
    write(`["${NEW}","`)
    await eventually(() => text() === `["${OLD}",`)
    response().destroy()
    await eventually(() => answer.destroyed)
    expect(answer.complete).toBe(false)
    expect(text()).toBe(`["${OLD}",`)
  },
)

test.for(['as it is', 'in gzip'])(
  'a client that leaves takes the answer along: %s',
  async (how) => {
    const { proxy, answer, write, text, response } = await pieceByPiece(how)
    write(`["${NEW}",`)
    await eventually(() => text() === `["${OLD}",`)
    answer.destroy()
    await eventually(() => response().destroyed)
    expect(proxy.live!.counts.untouched.coding).toBe(0)
  },
)

test.for(['as it is', 'in gzip'])(
  'a request that is cut in the middle stays cut: %s',
  async (how) => {
    const cut: boolean[] = []
    let came = ''
    const url = await thingsOrigin((request) => {
      const body = how === 'in gzip' ? request.pipe(createGunzip()) : request
      body.on('data', (part: Buffer) => (came += part.toString('latin1')))
      body.on('error', () => {})
      request.on('error', () => {})
      request.on('close', () => cut.push(!request.complete))
    })
    const { proxy, journal, stream } = await proxyOf(url)
    const client = await connectRaw(proxy.url)
    const coding = how === 'in gzip' ? 'Content-Encoding: gzip\r\n' : ''
    client.write(
      `POST /a HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}${coding}Transfer-Encoding: chunked\r\n\r\n`,
    )
    const coder = createGzip()
    const bytes = Buffer.from(`["${OLD}","`)
    const chunk = how === 'in gzip' ? await flushed(coder, bytes) : bytes
    client.write(`${chunk.length.toString(16)}\r\n`)
    client.write(Buffer.concat([chunk, Buffer.from('\r\n')]))
    await eventually(() => came === `["${NEW}",`)
    client.socket.destroy()
    await eventually(() => cut.length > 0)
    expect(cut).toEqual([true])
    await eventually(
      async () => (await journal.entries({ stream }, { limit: 1, bytes: 99 })).length > 0,
    )
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    expect(entry).toMatchObject({ verdict: 'in_doubt', requestCapture: 'aborted' })
  },
)

async function flushed(coder: ReturnType<typeof createGzip>, bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = []
  coder.on('data', (part: Buffer) => parts.push(part))
  coder.write(bytes)
  await new Promise<void>((resolve) => coder.flush(resolve))
  return Buffer.concat(parts)
}

test('a body that is not what its coding says breaks off; one that is not coded at all passes', async () => {
  const whole = gzipSync(Buffer.concat(LARGE))
  const broken = Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])
  const chunked = (bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\n${JSON_TYPE}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n`,
      ),
      ...[bytes, Buffer.from('\r\n0\r\n\r\n')],
    ])
  const { proxy, ask: asked } = await stand((target) =>
    chunked(target === '/broken' ? broken : Buffer.from(`["${NEW}"]`)),
  )
  const client = await connectRaw(proxy.url)
  client.write('GET /broken HTTP/1.1\r\nHost: a\r\n\r\n')
  expect((await client.closed()).text).toMatch(/^HTTP\/1.1 200 (?![^]*\r\n0\r\n\r\n$)/)
  expect(await asked('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /0\r\n\r\n$/)).toContain(`["${NEW}"]`)
  expect(proxy.live!.counts.untouched.coding).toBe(2)
})

test.for([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)(
  'behind padding of a coded answer the end comes still, and is that of a durable entry: %s',
  async ([coding, code]) => {
    const bytes = Buffer.concat([code(Buffer.from(`["${NEW}"]`)), Buffer.alloc(MEGABYTE)])
    const { ask, journal, stream } = await stand(() =>
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 200 OK\r\n${JSON_TYPE}Content-Encoding: ${coding}\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n`,
        ),
        ...[bytes, Buffer.from('\r\n0\r\n\r\n')],
      ]),
    )
    await ask('POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab', /\r\n0\r\n\r\n$/)
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    expect(entry).toMatchObject({ verdict: 'applied', responseCapture: 'complete' })
  },
)

test('padding behind a coded request is read to its end', async () => {
  const { ask, got: requests } = await stand(() => plainAnswer('ok'))
  const coded = gzipSync(Buffer.from(`["${OLD}"]`))
  const body = Buffer.concat([coded, Buffer.alloc(2 * MEGABYTE)]).toString('latin1')
  const head = `POST /a HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Content-Encoding: gzip\r\n`
  const answer = await ask(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, /ok$/)
  expect(answer).toContain('Connection: keep-alive')
  expect(gunzipSync(requests()[0]!.body).toString()).toBe(`["${NEW}"]`)
})

test('a client that waits for the word of the backend is renamed, too', async () => {
  let came = ''
  const url = await thingsOrigin((request, response) => {
    void request.toArray().then((parts: Buffer[]) => {
      came = Buffer.concat(parts).toString()
      response.end('ok')
    })
  })
  const { proxy } = await proxyOf(url)
  const client = await connectRaw(proxy.url)
  const body = `{"of":"${OLD}"}`
  client.write(
    `POST /a HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  await client.until(/^HTTP\/1.1 100 /)
  client.write(body)
  await client.until(/ok$/)
  expect(came).toBe(`{"of":"${NEW}"}`)
})

const AS_TEXT = 'Content-Type: text/plain;charset=UTF-8\r\n'

test('much JSON that is called a text is known by how it begins', async () => {
  const body = Buffer.concat([...things(OLD, 2_000)])
  const { ask, got: requests } = await stand(() =>
    plainAnswer(Buffer.concat(LARGE), '200 OK', AS_TEXT),
  )
  const answer = await ask(
    `POST /a HTTP/1.1\r\nHost: a\r\n${AS_TEXT}Content-Length: ${body.length}\r\n\r\n${body.toString()}`,
    /0\r\n\r\n$/,
  )
  expect(answer).not.toContain(NEW)
  expect(requests()[0]!.body.equals(Buffer.concat(LARGE))).toBe(true)
})

test('a long request is recorded as the backend had it, with what its client had said: the first of many pieces', async () => {
  const { ask, proxy, journal, stream } = await stand(() => plainAnswer('ok'))
  const body = Buffer.concat([...things(OLD, 2_000)])
  await ask(
    `POST /a HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Content-Length: ${body.length}\r\n\r\n${body.toString()}`,
    /ok$/,
  )
  const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
  const kept: Buffer[] = []
  for await (const piece of journal.body(entry!, 'request', 'opened')) kept.push(piece)
  expect(Buffer.concat(kept).equals(Buffer.concat(LARGE))).toBe(true)
  const { target, fields, body: pieces, omitted } = entry!.clientForm!
  expect(target).toBe(null)
  expect(fields).toEqual([{ at: 2, name: 'Content-Length', value: String(body.length) }])
  expect(entry!.requestHeaders).toEqual(['Host', 'a', 'Content-Type', 'application/json'])
  const many = Buffer.concat(LARGE).toString().split(NEW).length - 1
  expect(pieces).toHaveLength(1_000)
  expect(omitted).toBe(many - 1_000)
  expect(proxy.live!.counts.requests).toBe(1)
})

test('what says that it is longer than may be recorded is refused, though it would go on without a length', async () => {
  let came = 0
  const url = await thingsOrigin((_request, response) => {
    came += 1
    response.end('ok')
  })
  const { proxy } = await proxyOf(url, {}, { maxBody: 2 * MEGABYTE })
  const client = await connectRaw(proxy.url)
  client.write(
    `POST /a HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Content-Length: ${3 * MEGABYTE}\r\n\r\n[`,
  )
  expect(await client.until(/\r\n\r\n/)).toContain('Reprise-Error: body_too_large')
  expect(came).toBe(0)
})

test('an early answer gets to a client that goes on to send', async () => {
  const { proxy } = await proxyOf(
    await thingsOrigin((_request, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(`{"no":"${NEW}"}`)
    }),
  )
  const client = await connectRaw(proxy.url)
  client.write(
    `POST /a?save=0 HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n`,
  )
  const timer = setInterval(() => client.write('1\r\n \r\n'), 50)
  onTestFinished(() => clearInterval(timer))
  expect(await client.until(/\}/)).toContain(`{"no":"${OLD}"}`)
  expect(client.socket.closed).toBe(false)
})

test('of HTTP/2 what comes behind the length of a body goes on with it', async () => {
  const trailers: unknown[] = []
  const origin = await startHttp2Origin(({ stream, fields }) => {
    stream.on('trailers', (fields: object) => trailers.push({ ...fields }))
    stream.respond({ ':status': 200 })
    if (fields.includes('/boot')) stream.end('{"id":"a"}')
    else stream.resume().on('end', () => stream.end('ok'))
  })
  const { proxy } = await proxyOf(origin.url, {}, { upstreamHttp2: 'on' })
  const session = connectHttp2(proxy.url)
  const head = { ':method': 'POST', ':path': '/a', 'content-length': '4' }
  const stream = session.request(head, { endStream: false, waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
  stream.write('body')
  // It is not over yet.
  await ask(session, { ':path': '/between' })
  const answered = got(stream)
  stream.end()
  expect((await answered).body.toString()).toBe('ok')
  expect(trailers).toMatchObject([{ 'x-sum': '7' }])
})
