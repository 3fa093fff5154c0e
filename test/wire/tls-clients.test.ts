import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import type { ProxyOptions } from '../../proxy/proxy.ts'
import type { ServerIdentity } from '../../proxy/server.ts'
import { eventually, standBetween } from '../support/between.ts'
import { selfSigned } from '../support/certificate.ts'
import { connectRaw, plainAnswer, type Answer } from '../support/raw-http.ts'
import { connections } from '../support/recorder.ts'

const POST = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const NEVER = 2_147_483_647
const own = selfSigned('127.0.0.1')
const known = selfSigned('client.test')

/** A proxy that its clients reach by TLS. */
async function standSecure(
  changes: Partial<ServerIdentity> = {},
  answer?: Answer,
  options: Partial<ProxyOptions> = {},
) {
  const current = { ...own, ...changes }
  const identity = { current, onRenewal() {} }
  const between = await standBetween('on', answer, { identity, ...options })
  const { url } = between.proxy
  const connect = (options: tls.ConnectionOptions = {}) =>
    connectRaw(url, { ca: own.cert, ...options })
  return { ...between, url, port: Number(new URL(url).port), connect }
}

/** What the first exchange of a connection comes to: TLS 1.3 refuses a client after its handshake. */
async function fateOf(connecting: ReturnType<typeof connectRaw>): Promise<string> {
  try {
    const client = await connecting
    client.write(POST)
    const { how, text } = await Promise.race([
      client.closed(),
      client.until(/ok$/).then((text) => ({ how: 'answered', text })),
    ])
    return text === '' ? how : 'answered'
  } catch (error) {
    return (error as { code?: string }).code ?? 'closed'
  }
}

test('a mutation that comes by TLS is forwarded and recorded as any other, with its sender', async () => {
  const { url, connect, origin, journal } = await standSecure()
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  const client = await connect()
  client.write(POST)
  await client.until(/ok$/)
  expect(origin.requests[0]).toMatchObject({ method: 'POST', target: '/a' })
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ request: { target: '/a' }, sender: { address: '127.0.0.1' } })
})

test('nothing older than TLS 1.2 is spoken, and HTTP/2 agreed on where it is on', async () => {
  const { connect } = await standSecure()
  const version = async (maxVersion: tls.SecureVersion) =>
    (await connect({ maxVersion })).socket as tls.TLSSocket
  expect((await version('TLSv1.3')).getProtocol()).toBe('TLSv1.3')
  expect((await version('TLSv1.2')).getProtocol()).toBe('TLSv1.2')
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
  await expect(connect(old)).rejects.toThrow(/alert/)
  const both = await connect({ ALPNProtocols: ['h2', 'http/1.1'] })
  expect((both.socket as tls.TLSSocket).alpnProtocol).toBe('h2')
  const other = await standSecure({}, undefined, { connections: connections({ http2: 'off' }) })
  const one = await other.connect({ ALPNProtocols: ['h2', 'http/1.1'] })
  expect((one.socket as tls.TLSSocket).alpnProtocol).toBe('http/1.1')
  await expect(other.connect({ ALPNProtocols: ['h2'] })).rejects.toThrow(/alert/)
})

test('HTTP/2 by TLS: forwarded and recorded as any other', async () => {
  const { url, origin, journal } = await standSecure()
  const session = http2.connect(url, { ca: own.cert })
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':method': 'POST', ':path': '/a' })
  stream.end('hi')
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  expect(head[':status']).toBe(200)
  expect(origin.requests[0]).toMatchObject({ target: '/a', body: Buffer.from('hi') })
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ request: { httpVersion: '2.0' }, sender: { address: '127.0.0.1' } })
})

test('plain HTTP and garbage end alone, and nothing is left of them', async () => {
  const { port, connect, origin } = await standSecure()
  const openHandles = () =>
    process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length
  const before = openHandles()
  for (const bytes of [GET, '\x16\x03\x01\xff\xff' + 'x'.repeat(70_000), '\0'.repeat(9), '']) {
    const socket = net.connect(port, '127.0.0.1')
    // A reset is an end, too.
    socket.on('error', () => {})
    socket.end(bytes, 'latin1')
    await new Promise((resolve) => socket.resume().once('close', resolve))
  }
  await eventually(() => openHandles() <= before)
  const client = await connect()
  client.write(GET)
  await client.until(/ok$/)
  expect(origin.requests).toHaveLength(1)
})

test('a handshake that stalls is given up', async () => {
  const { port } = await standSecure()
  const socket = net.connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  // The first bytes of a ClientHello.
  socket.write(Buffer.from([22, 3, 1, 2, 0, 1]))
  await once(socket.resume(), 'close')
})

test('one that is under way does not hold up the end of the proxy', async () => {
  const { port, proxy } = await standSecure()
  const sockets = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')] as const
  for (const socket of sockets) socket.on('error', () => {})
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  sockets[0].write(await clientHello())
  await once(sockets[0], 'data')
  const closed = sockets.map((socket) => once(socket.resume(), 'close'))
  const before = performance.now()
  await proxy.close(NEVER)
  await Promise.all(closed)
  // For as long as a handshake may take it would end by itself.
  expect(performance.now() - before).toBeLessThan(5_000)
})

test('what is under way on one whose handshake is over comes to its end', async () => {
  const { connect, origin, proxy } = await standSecure({}, () => undefined)
  const client = await connect()
  client.write(POST)
  await origin.request(0)
  const closing = proxy.close(NEVER)
  for (const socket of origin.sockets) socket.write(plainAnswer())
  expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 200 OK[^]*ok$/)
  await closing
})

test('an answer that the upstream cuts is cut by a reset below the encryption', async () => {
  const { connect } = await standSecure({}, (_noted, socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    return undefined
  })
  const client = await connect()
  client.write(GET)
  const { how, text } = await client.closed()
  expect({ how, isCut: text.endsWith('half') }).toEqual({ how: 'reset', isCut: true })
})

test('with --tls-client-ca only clients with a certificate of theirs are let in', async () => {
  const { connect, origin, proxy } = await standSecure({ clientCa: known.cert })
  const client = await connect(known)
  client.write(POST)
  await client.until(/ok$/)
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    expect(await fateOf(connect({ maxVersion }))).not.toBe('answered')
    expect(await fateOf(connect({ maxVersion, ...selfSigned('client.test') }))).not.toBe('answered')
  }
  expect(origin.requests).toHaveLength(1)
  expect(proxy.problems).toEqual([
    expect.stringMatching(/^a client is turned away: it shows no certificate, .*-client-ca wants/),
    expect.stringMatching(
      /^a client is turned away: its certificate is not signed by .*-client-ca /,
    ),
  ])
})

/** What a client of TLS says first. */
async function clientHello(): Promise<Buffer> {
  const trap = net.createServer().listen(0, '127.0.0.1')
  await once(trap, 'listening')
  onTestFinished(() => void trap.close())
  const client = tls.connect((trap.address() as net.AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  const [socket] = (await once(trap, 'connection')) as [net.Socket]
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  return bytes
}

/** A fatal alert: unknown_ca (RFC 8446 section 6). */
const UNKNOWN_CA = Buffer.from([21, 3, 3, 0, 2, 2, 48])

test('why clients turn away, or are turned away, is told once', async () => {
  const { port, proxy } = await standSecure()
  const hello = await clientHello()
  for (const [first, second] of [
    [hello, UNKNOWN_CA],
    [hello, UNKNOWN_CA],
    [Buffer.from(GET), ''],
  ] as const) {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(first)
    socket.once('data', () => socket.end(second))
    await once(socket, 'close')
  }
  expect(proxy.problems).toEqual([
    'a client does not accept the certificate of --tls-cert (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)',
    'a client is turned away: it speaks plain HTTP, and --listen speaks HTTPS (ERR_SSL_HTTP_REQUEST)',
  ])
})
