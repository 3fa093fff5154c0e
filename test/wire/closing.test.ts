import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Traffic } from '../../proxy/traffic.ts'
import { ClientConnection } from '../../proxy/client-connection.ts'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

// How clients' connections end when the proxy does: what is under way has until the deadline.

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const NEVER = 2_147_483_647

test('connections on which nothing is under way do not hold up the end', async () => {
  const { connect, proxy } = await standBetween('off')
  const kept = await connect()
  kept.write(GET)
  await kept.until(/ok$/)
  const silent = await connect()
  const begun = await connect()
  begun.write(GET.slice(0, 20))
  const undecided = await connect()
  undecided.write('PRI * HTTP/2.0\r\n\r\nSM\r\n')
  const closing = proxy.close(NEVER)
  await Promise.all([kept, silent, begun, undecided].map((client) => client.closed()))
  await closing
})

test.each(RECORDING)(
  'recording %s: what is under way comes to its end, and is the last',
  async (recording) => {
    const { connect, origin, proxy } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(GET.replace('GET', 'POST') + GET)
    await origin.request(0)
    const closing = proxy.close(NEVER)
    for (const socket of origin.sockets) socket.write(plainAnswer())
    const { text, how } = await client.closed()
    await closing
    expect([text.match(/HTTP\/1\.1 \d+/g), how]).toEqual([['HTTP/1.1 200'], 'end'])
    expect(text).toMatch(/Connection: close/)
  },
)

test.each(RECORDING)('recording %s: what is not over by the deadline is cut', async (recording) => {
  const { connect, journal, origin, proxy } = await standBetween(recording, () => undefined)
  const client = await connect()
  client.write(GET.replace('GET', 'POST'))
  await origin.request(0)
  await proxy.close(20)
  expect((await client.closed()).text).toBe('')
  if (recording === 'on') {
    expect(journal.entries()).toMatchObject([{ verdict: 'in_doubt', cause: 'client_gone' }])
  }
})

test('a client that ends its side and reads nothing does not keep its connection', async () => {
  const options = { maxHead: 1_000, headTimeout: 60_000, keepAlive: 60_000 }
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  client.pause()
  const [socket] = (await once(server, 'connection')) as [net.Socket]
  const connection = new ClientConnection(socket, options, new Traffic(), (_, response) => {
    response.writeHead(200, 'OK', ['Content-Length', '90000000'])
    response.write(Buffer.alloc(50_000_000))
  })
  client.end(GET)
  await eventually(() => socket.readableEnded)
  expect(socket.writableLength).toBeGreaterThan(0)
  connection.look(performance.now() + 10_000)
  if (!socket.closed) await once(socket, 'close')
})
