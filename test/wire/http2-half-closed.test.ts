import net, { type Socket } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { eventually, standBetween } from '../support/between.ts'
import { connections, startRecorder } from '../support/recorder.ts'
import { leaveHalfClosed } from '../../wire/half-closed.ts'

// A peer of HTTP/2 that never ends its side holds no connection open.

const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
const PING = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0, ...Array<number>(8).fill(0)])
const RST_STREAM_1 = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2])

/** What is written to a connection that its peer has left is answered by a reset. */
async function isReset(socket: Socket): Promise<void> {
  let failed = false
  socket.on('error', () => (failed = true))
  await eventually(() => {
    if (!failed) socket.write(PING)
    return failed
  })
}

test('an upstream', async () => {
  const sockets: Socket[] = []
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    onTestFinished(() => void socket.destroy())
    sockets.push(socket)
    socket.write(SETTINGS)
    // Its first stream is there.
    socket.on('data', () => socket.bytesRead > 100 && socket.write(RST_STREAM_1))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  const proxy = await startRecorder(`http://127.0.0.1:${port}`, null, {
    upstreamHttp2: 'on',
    connections: connections({ upstreamKeepAlive: 50 }),
  })
  const answer = await fetch(proxy.url, { method: 'POST' })
  expect(answer.status).toBe(502)
  await once(sockets[0]!, 'end')
  await isReset(sockets[0]!)
})

test('a client', async () => {
  const { proxy } = await standBetween('off', undefined, {
    connections: connections({ keepAlive: 50 }),
  })
  const { hostname, port } = new URL(proxy.url)
  const client = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  onTestFinished(() => void client.destroy())
  client.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), SETTINGS]))
  client.resume()
  await once(client, 'end')
  await isReset(client)
})

test('one that may still be reading is given as long as a connection is kept', async () => {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  leaveHalfClosed(socket, 75_000)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  socket.end()
  await once(socket, 'finish')
  vi.advanceTimersByTime(74_999)
  expect(socket.destroyed).toBe(false)
  vi.advanceTimersByTime(1)
  expect(socket.destroyed).toBe(true)
})
