import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Traffic } from '../../proxy/traffic.ts'
import { ClientConnection } from '../../proxy/client-connection.ts'
import type { Http1Answer } from '../../proxy/http1-exchange.ts'
import { eventually } from '../support/between.ts'
import { connectRaw } from '../support/raw-http.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** A connection and its client; whoever serves it is the test. */
async function stand({ headTimeout = 60_000 } = {}) {
  const options = { maxHead: 1_000, headTimeout, keepAlive: 60_000 }
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const accepted = once(server, 'connection') as Promise<[net.Socket]>
  const client = await connectRaw(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
  const [socket] = await accepted
  onTestFinished(() => void socket.destroy())
  const answers: Http1Answer[] = []
  const connection = new ClientConnection(socket, options, new Traffic(), (_, answer) =>
    answers.push(answer),
  )
  return { client, socket, connection, answers }
}

function answerEmpty(answer: Http1Answer): void {
  answer.writeHead(200, 'OK', ['Content-Length', '0'])
  answer.end()
}

test('a cut of an answer that is out leaves the next one alone', async () => {
  const { client, answers } = await stand()
  client.write(GET + GET)
  await eventually(() => answers.length === 1)
  answerEmpty(answers[0]!)
  await eventually(() => answers.length === 2)
  answers[0]!.cut()
  answerEmpty(answers[1]!)
  await client.until(/200 OK[^]*200 OK/)
})

test('nothing more is served of a client whose connection broke', async () => {
  const { client, socket, answers } = await stand()
  client.write(GET + GET)
  await eventually(() => answers.length === 1)
  socket.once('error', () => answerEmpty(answers[0]!))
  const closed = new Promise((resolve) => void socket.once('close', resolve))
  client.socket.resetAndDestroy()
  await closed
  await new Promise((resolve) => setImmediate(resolve))
  expect(answers.map(({ destroyed }) => destroyed)).toEqual([true])
})

test('empty lines behind a request are no part of the next: nobody waits for its rest', async () => {
  const { client, socket, connection, answers } = await stand({ headTimeout: 1_000 })
  client.write(GET)
  await eventually(() => answers.length === 1)
  answerEmpty(answers[0]!)
  await client.until(/200 OK/)
  const before = socket.bytesRead
  client.write('\r\n')
  await eventually(() => socket.bytesRead > before)
  connection.look(performance.now() + 5_000)
  client.write(GET)
  await eventually(() => answers.length === 2)
  answerEmpty(answers[1]!)
  await client.until(/200 OK[^]*200 OK/)
})
