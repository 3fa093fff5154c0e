import { expect, onTestFinished, test } from 'vitest'
import type { Receiver } from '../../wire/client.ts'
import { openClient, type ClientOptions } from '../../wire/open-client.ts'
import { eventually } from '../support/between.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'

const CHECK = { method: 'GET', target: '/boot', fields: ['Host', 'a'] }
const POST = { method: 'POST', target: '/things', fields: ['Host', 'a', 'Content-Length', '4'] }

const NONE = { body: Buffer.alloc(0) }

class OtherLife extends Error {}

/** An origin that shows a boot id, and a client that sends nothing to any other life of it. */
async function stand(
  given: { answer?: Answer; timeout?: number; heads?: (typeof CHECK)[] } & ClientOptions = {},
) {
  const life = { boot: 'a' }
  const usual: Answer = ({ target }) => plainAnswer(target === '/boot' ? life.boot : 'made')
  const origin = await startRawOrigin(given.answer ?? usual)
  const client = openClient(new URL(origin.url), {
    check: {
      heads: given.heads ?? [CHECK],
      timeout: given.timeout ?? 5_000,
      judge: ([{ body } = NONE]) =>
        body.toString() === 'a' ? null : new OtherLife(body.toString()),
    },
    ...given,
  })
  onTestFinished(() => client.destroy())
  const targets = () => origin.requests.map(({ target }) => target)
  return { life, origin, client, targets }
}

function post(client: ReturnType<typeof openClient>, connection?: 'fresh') {
  const said: string[] = []
  let failure: Error | null = null
  const receiver: Receiver = {
    onInterim() {},
    onAnswer: ({ status }) => said.push(String(status)),
    onData: (chunk) => said.push(chunk.toString()),
    onEnd: () => said.push('end'),
    onDrain() {},
    onFail: (error) => (failure = error),
  }
  const outgoing = client.request(POST, receiver, connection)
  outgoing.end(Buffer.from('body'))
  const over = () => eventually(() => failure !== null || said.at(-1) === 'end')
  return { outgoing, said, over, failure: () => failure }
}

test('a new connection is asked once, and then carries what waited and what comes later', async () => {
  const { client, targets } = await stand()
  const first = post(client)
  expect(first.outgoing.sent).toBe('nothing')
  await first.over()
  expect(first.said).toEqual(['200', 'made', 'end'])
  await post(client).over()
  expect(targets()).toEqual(['/boot', '/things', '/things'])
})

test('several things are asked one after the other, and judged together', async () => {
  const heads = [CHECK, { ...CHECK, target: '/state' }]
  const { life, client, targets } = await stand({ heads })
  await post(client).over()
  expect(targets()).toEqual(['/boot', '/state', '/things'])
  life.boot = 'b'
  const { over, failure } = post(client, 'fresh')
  await over()
  expect(failure()).toBeInstanceOf(OtherLife)
  expect(targets().slice(3)).toEqual(['/boot', '/state'])
})

test('to another life nothing is sent', async () => {
  const { life, client, targets } = await stand()
  life.boot = 'b'
  const { outgoing, over, failure } = post(client)
  await over()
  expect(failure()).toBeInstanceOf(OtherLife)
  expect(outgoing.sent).toBe('nothing')
  expect(targets()).toEqual(['/boot'])
  life.boot = 'a'
  await post(client).over()
  expect(targets()).toEqual(['/boot', '/boot', '/things'])
})

test('a connection of its own is asked, too', async () => {
  const { client, targets } = await stand()
  await post(client).over()
  await post(client, 'fresh').over()
  expect(targets()).toEqual(['/boot', '/things', '/boot', '/things'])
})

test('one whose request was given up meanwhile is kept for the next', async () => {
  const { client, targets } = await stand()
  post(client).outgoing.destroy()
  await eventually(() => targets().length === 1)
  await post(client).over()
  expect(targets().filter((target) => target === '/things')).toHaveLength(1)
})

test('without an answer in time nothing is sent', async () => {
  const silent: Answer = ({ target }) => (target === '/boot' ? '' : plainAnswer())
  const time = holdTimeouts(4_321)
  const { client, targets } = await stand({ answer: silent, timeout: 4_321 })
  const { over, failure } = post(client)
  await eventually(() => targets().length === 1)
  time.pass()
  await over()
  expect(failure()!.message).toBe('/boot was not answered in 4321 ms')
  expect(targets()).toEqual(['/boot'])
})

test('an upstream that closes after each answer cannot be checked', async () => {
  const closing: Answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na'
  const { client, origin } = await stand({ answer: closing })
  const { over, failure } = post(client)
  await eventually(() => origin.requests.length === 1)
  for (const socket of origin.sockets) socket.end()
  await over()
  expect(failure()!.message).toContain('it cannot be checked')
})
