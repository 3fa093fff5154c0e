import http from 'node:http'
import { once } from 'node:events'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { watchHandshakes } from '../../proxy/handshakes.ts'
import { connectTo } from '../../wire/connect.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { standBetween } from '../support/between.ts'
import { selfSigned } from '../support/certificate.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { startSecureOrigin } from '../support/secure-origin.ts'

const POST = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
const credentials = selfSigned('localhost')
const client = selfSigned('proxy.test')
const trusting: UpstreamTls = { verification: 'verify', ca: credentials.cert }

afterEach(() => void vi.unstubAllEnvs())

/** A proxy before it; `ask` resolves with the status of a POST. */
async function standBefore(target: URL, upstreamTls: UpstreamTls) {
  const { ask, journal, proxy } = await standBetween('on', undefined, { target, upstreamTls })
  return { journal, proxy, ask: async () => (await ask(POST, /ok$|\}\n$/)).slice(9, 12) }
}

test('who is given as trusted is, among others, and nobody else', async () => {
  const { seen, target } = await startSecureOrigin(credentials)
  const other = selfSigned('other.test').cert
  const among = await standBefore(target, { ...trusting, ca: other + credentials.cert })
  expect(await among.ask()).toBe('200')
  expect(seen).toEqual([{ target: '/a', serverName: 'localhost', client: null }])
  expect(await among.journal.stored(1)).toHaveLength(1)
  const without = await standBefore(target, { ...trusting, ca: other })
  expect(await without.ask()).toBe('502')
  expect(seen).toHaveLength(1)
})

test('a server name is asked for, and is the one that counts', async () => {
  const backend = selfSigned('backend.internal')
  const { seen, target } = await startSecureOrigin(backend)
  const named = { ...trusting, ca: backend.cert, serverName: 'backend.internal' }
  expect(await (await standBefore(target, named)).ask()).toBe('200')
  expect(seen).toEqual([{ target: '/a', serverName: 'backend.internal', client: null }])
  const byHost = await standBefore(target, { ...trusting, ca: backend.cert })
  expect(await byHost.ask()).toBe('502')
  expect(byHost.proxy.problems.join()).toMatch(
    /^the certificate of https:\/\/localhost:\d+ is not accepted \(ERR_TLS_CERT_ALTNAME_INVALID: .*\); .*--upstream-server-name$/,
  )
})

test('a certificate is shown to an upstream that asks for one', async () => {
  const asking = { ...credentials, requestCert: true, ca: client.cert }
  const { seen, target } = await startSecureOrigin(asking)
  const shown = await standBefore(target, { ...trusting, ...client })
  expect(await shown.ask()).toBe('200')
  expect(seen).toEqual([{ target: '/a', serverName: 'localhost', client: 'CN=proxy.test' }])
  // That its request was not looked at is known to the upstream alone: in doubt (RFC 8446 section 4.4.2.4).
  const without = await standBefore(target, trusting)
  expect(await without.ask()).toBe('502')
  expect(without.proxy.problems.join()).toMatch(
    /does not accept the certificate .*_CERTIFICATE_REQUIRED: .*--upstream-cert/,
  )
  expect(seen).toHaveLength(1)
})

test('insecure takes any certificate; no variable of the environment does', async () => {
  const { seen, target } = await startSecureOrigin(selfSigned('elsewhere'))
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  expect(await (await standBefore(target, { verification: 'verify' })).ask()).toBe('502')
  expect(seen).toEqual([])
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '1')
  const insecure = await standBefore(target, { verification: 'insecure' })
  expect(await insecure.ask()).toBe('200')
  expect(insecure.proxy.problems).toEqual([])
})

test('what ends handshakes is told with its code, what it means and what to do', async () => {
  const problemOf = async (target: URL) => {
    const { ask, proxy } = await standBefore(target, trusting)
    expect([await ask(), await ask()]).toEqual(['502', '502'])
    expect(proxy.problems).toHaveLength(1)
    return proxy.problems[0]
  }
  const expired = selfSigned('localhost', { validTo: Date.now() - 1_000 })
  const { target } = await startSecureOrigin(expired)
  const { ask, proxy } = await standBefore(target, { ...trusting, ca: expired.cert })
  expect(await ask()).toBe('502')
  expect(proxy.problems.join()).toMatch(/\(CERT_HAS_EXPIRED: certificate has expired\); it needs/)
  expect(await problemOf((await startSecureOrigin(selfSigned('localhost'))).target)).toMatch(
    /\(DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate[^)]*\); .*--upstream-ca$/,
  )
  const plain = await startRawOrigin()
  const spoken = http.createServer().listen(0, '127.0.0.1')
  await once(spoken, 'listening')
  onTestFinished(() => void spoken.close())
  const { port } = spoken.address() as { port: number }
  expect(await problemOf(new URL(`https://localhost:${port}`))).toMatch(
    /^no handshake with https:\/\/localhost:\d+ \(EPROTO: wrong version number\); does it speak TLS/,
  )
  const { port: free } = plain
  await plain.close()
  const away = await standBefore(new URL(`https://localhost:${free}`), trusting)
  expect(await away.ask()).toBe('502')
  expect(away.proxy.problems).toEqual([])
})

test('the same reason is told once a minute', async () => {
  const { target } = await startSecureOrigin(selfSigned('localhost'))
  const told: string[] = []
  let now = 5
  const connect = watchHandshakes(
    connectTo(target),
    target,
    (line) => told.push(line),
    () => now,
  )
  const send = async () => {
    const socket = connect()
    await once(socket, 'error')
    await once(socket, 'close')
  }
  await Promise.all([send(), send()])
  now += 59_999
  await send()
  expect(told).toHaveLength(1)
  now += 1
  await send()
  expect(told).toHaveLength(2)
})

test('WebSocket goes through TLS on both sides', async () => {
  const { server, target } = await startSecureOrigin(credentials)
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  onTestFinished(() => sockets.clients.forEach((one) => one.terminate()))
  const own = selfSigned('127.0.0.1')
  const { proxy } = await standBetween('on', undefined, {
    target,
    upstreamTls: trusting,
    identity: { current: own, onRenewal() {} },
  })
  const socket = new WebSocket(proxy.url.replace('https:', 'wss:'), { ca: own.cert })
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  const message = Buffer.alloc(300_000, 7)
  socket.send(message)
  const [echoed] = (await once(socket, 'message')) as [Buffer]
  expect(echoed.equals(message)).toBe(true)
  const closed = once(socket, 'close')
  sockets.clients.forEach((one) => one.close(4001, 'enough'))
  expect((await closed)[0]).toBe(4001)
})
