import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { InvalidHead, type Outgoing, type Receiver } from '../../wire/client.ts'
import { openClient, type ClientOptions } from '../../wire/open-client.ts'
import { eventually } from '../support/between.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'

const GET = { method: 'GET', target: '/a', fields: ['Host', 'a'] }
const CHUNKED = { method: 'POST', target: '/', fields: ['Transfer-Encoding', 'chunked'] }

async function stand(answer: Answer = () => plainAnswer(), options: ClientOptions = {}) {
  const origin = await startRawOrigin(answer)
  const client = openClient(new URL(origin.url), options)
  onTestFinished(() => client.destroy())
  return { origin, client }
}

/** A client of a server that is no origin as the others are. */
async function clientOf(server: net.Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  return openClient(new URL(`http://127.0.0.1:${port}`))
}

/** Notes what comes back, a word an event. */
function noting() {
  const events: string[] = []
  const receiver: Receiver = {
    onInterim: ({ status }) => events.push(`interim ${status}`),
    onAnswer: ({ status }) => events.push(`answer ${status}`),
    onData: (chunk) => events.push(`data ${chunk.toString('latin1')}`),
    onEnd: (trailers) => events.push(['end', ...trailers].join(' ')),
    onDrain: () => events.push('drain'),
    onFail: (error) => events.push(`fail ${error.message}`),
  }
  const isOver = () => events.some((event) => /^(end|fail)/.test(event))
  return { events, receiver, over: () => eventually(isOver) }
}

async function get(client: ReturnType<typeof openClient>, connection?: 'any' | 'fresh') {
  const { events, receiver, over } = noting()
  const outgoing = client.request(GET, receiver, connection)
  outgoing.end()
  await over()
  return { events, outgoing }
}

test('a connection that was kept carries the next request; the one used last goes first', async () => {
  const { origin, client } = await stand()
  await Promise.all([get(client), get(client)])
  const { events, outgoing } = await get(client)
  expect(events).toEqual(['answer 200', 'data ok', 'end'])
  expect(outgoing.isReused).toBe(true)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 1, expect.any(Number)])
  expect(origin.sockets.size).toBe(2)
})

test('a fresh one is asked to close, and is not kept', async () => {
  const { origin, client } = await stand()
  await get(client)
  await get(client, 'fresh')
  await get(client)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 1, 0])
  expect(origin.requests[1]!.fields).toContain('close')
  await eventually(() => origin.sockets.size === 1)
})

test.each([
  ['HTTP/1.0', Buffer.from('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')],
  ['Connection: close', plainAnswer('ok', '200 OK', 'Connection: close\r\n')],
  ['bytes behind its answer', Buffer.concat([plainAnswer(), Buffer.from('more')])],
])('with %s it is not kept', async (_, bytes) => {
  const { origin, client } = await stand(() => bytes)
  expect((await get(client)).events).toEqual(['answer 200', 'data ok', 'end'])
  await get(client)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 1])
})

test('what comes while nothing was asked ends it: it is no answer to what comes next', async () => {
  const { origin, client } = await stand()
  await get(client)
  for (const socket of origin.sockets) socket.write(plainAnswer('poison'))
  await eventually(() => origin.sockets.size === 0)
  expect((await get(client)).events).toEqual(['answer 200', 'data ok', 'end'])
})

test('it is kept as long as was said, by us or by the upstream', async () => {
  const own = await stand(undefined, { keepAlive: 50 })
  await get(own.client)
  await eventually(() => own.origin.sockets.size === 0)
  const theirs = await stand(() => plainAnswer('ok', '200 OK', 'Keep-Alive: max=5, timeout=0\r\n'))
  await get(theirs.client)
  await eventually(() => theirs.origin.sockets.size === 0)
})

test('heads that cannot be written are refused before anything is sent', async () => {
  const { origin, client } = await stand()
  const { receiver, events } = noting()
  for (const head of [
    { ...GET, method: 'GE T' },
    { ...GET, target: '/a b' },
    { ...GET, target: '' },
    { ...GET, fields: ['A b', '1'] },
    { ...GET, fields: ['A', '1\r\nB: 2'] },
    { ...GET, fields: ['A', '\u0100'] },
  ]) {
    expect(() => client.request(head, receiver)).toThrow(InvalidHead)
  }
  expect([events, origin.sockets.size]).toEqual([[], 0])
})

test('bodies go in chunks where the head says so, and as they are where not', async () => {
  const { origin, client } = await stand()
  const { receiver, over } = noting()
  const chunked = client.request(CHUNKED, receiver)
  chunked.write(Buffer.from('one'))
  chunked.write(Buffer.alloc(0))
  chunked.write(Buffer.alloc(20_000, 'x'))
  chunked.end(Buffer.from('two'), ['Sum', '1'])
  await over()
  expect(origin.requests[0]!.body.toString()).toBe(`one${'x'.repeat(20_000)}two`)
  const empty = noting()
  client.request(CHUNKED, empty.receiver).end()
  await empty.over()
  expect(origin.requests[1]!.body.length).toBe(0)
  const plain = noting()
  const fields = ['Content-Length', '5']
  const outgoing = client.request({ ...CHUNKED, fields }, plain.receiver)
  outgoing.sendHead()
  outgoing.write(Buffer.from('he'))
  outgoing.end(Buffer.from('llo'))
  await plain.over()
  expect(origin.requests[2]!.body.toString()).toBe('hello')
})

test('trailers go both ways', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: 1\r\n\r\n'
  let heard = ''
  const server = net.createServer((socket) => {
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
      if (heard.endsWith('0\r\nSum: \xe9\r\n\r\n')) socket.end(answer)
    })
  })
  const client = await clientOf(server)
  const { events, receiver, over } = noting()
  client.request(CHUNKED, receiver).end(undefined, ['Sum', '\xe9'])
  await over()
  expect(events).toEqual(['answer 200', 'data hi', 'end A 1'])
})

test('an early answer leaves the connection to its request, and then to the next', async () => {
  const bytes = plainAnswer()
  const { origin, client } = await stand((noted) => (noted.target === '/a' ? bytes : undefined))
  const { events, receiver, over } = noting()
  const outgoing = client.request(CHUNKED, receiver)
  outgoing.write(Buffer.from('part'))
  await eventually(() => origin.sockets.size === 1)
  for (const socket of origin.sockets) socket.write(bytes)
  await over()
  expect(events).toEqual(['answer 200', 'data ok', 'end'])
  expect(outgoing.isOver).toBe(false)
  const second = await get(client)
  expect(second.outgoing.isReused).toBe(false)
  outgoing.end(Buffer.from('rest'))
  await origin.request(1)
  expect(outgoing.isOver).toBe(true)
  expect((await get(client)).outgoing.isReused).toBe(true)
})

test('where the connection closes with an early answer the rest goes nowhere, and waits for nothing', async () => {
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.write(plainAnswer('ok', '200 OK', 'Connection: close\r\n'))
  })
  const client = await clientOf(server)
  const { events, receiver, over } = noting()
  const outgoing = client.request(CHUNKED, receiver)
  for (let i = 0; i < 200; i++) outgoing.write(Buffer.alloc(100_000))
  await over()
  expect(events).toEqual(['answer 200', 'data ok', 'end', 'drain'])
  expect(outgoing.isOver).toBe(true)
  expect(outgoing.write(Buffer.alloc(100_000))).toBe(true)
})

test.each([
  ['ends its side', (socket: net.Socket) => void socket.end(), /^fail/],
  [
    'answers and asks to close',
    (socket: net.Socket) => void socket.write(plainAnswer('ok', '200 OK', 'Connection: close\r\n')),
    /^end/,
  ],
])('an upstream that reads nothing, %s and stays: the connection is gone', async (_, act, last) => {
  let accepted!: net.Socket
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    accepted = socket
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
  })
  const sockets: net.Socket[] = []
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  const client = openClient(new URL(`http://127.0.0.1:${port}`), {
    watch: (connect) => () => {
      sockets.push(connect())
      return sockets.at(-1)!
    },
  })
  const { events, receiver, over } = noting()
  const outgoing = client.request(CHUNKED, receiver)
  for (let i = 0; i < 200; i++) outgoing.write(Buffer.alloc(100_000))
  await eventually(() => accepted !== undefined)
  act(accepted)
  await over()
  expect(events.some((event) => last.test(event))).toBe(true)
  await eventually(() => sockets[0]!.closed)
})

test('there is a drain when there is room again', async () => {
  const { origin, client } = await stand()
  const { events, receiver, over } = noting()
  const outgoing = client.request(CHUNKED, receiver)
  while (outgoing.write(Buffer.alloc(100_000)));
  await eventually(() => events.includes('drain'))
  outgoing.end()
  await over()
  expect(origin.requests).toHaveLength(1)
})

test('an answer that is paused does not come; the connection is of use afterwards', async () => {
  const { client } = await stand(() => plainAnswer('x'.repeat(5_000_000)))
  let received = 0
  let whole = false
  const { receiver } = noting()
  const outgoing: Outgoing = client.request(GET, {
    ...receiver,
    onData(chunk) {
      received += chunk.length
      outgoing.pause()
      setImmediate(() => outgoing.resume())
    },
    onEnd: () => (whole = true),
  })
  outgoing.end()
  await eventually(() => whole)
  expect(received).toBe(5_000_000)
  expect((await get(client)).outgoing.isReused).toBe(true)
})

const CLOSE_DELIMITED = 'HTTP/1.1 200 OK\r\n\r\nhalf'

test.each([
  ['a reset before the answer', '', 'reset', ['fail read ECONNRESET']],
  ['an end before the answer', '', 'end', ['fail the connection ended']],
  ['no HTTP', 'hello\r\n\r\n', 'end', ['fail a first line that is none of HTTP/1.1']],
  [
    'a cut body',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf',
    'end',
    ['answer 200', 'data half', 'fail the connection ended'],
  ],
  [
    'a body until the close, and a reset',
    CLOSE_DELIMITED,
    'reset',
    ['answer 200', 'data half', 'fail read ECONNRESET'],
  ],
  [
    'a body until the close, and an end',
    CLOSE_DELIMITED,
    'end',
    ['answer 200', 'data half', 'end'],
  ],
  [
    'a switch that nobody asked for',
    'HTTP/1.1 101 Switch\r\n\r\n',
    'end',
    ['fail a switch of protocols that nobody asked for'],
  ],
  [
    'an interim answer, and no other',
    'HTTP/1.1 103 Early\r\n\r\n',
    'end',
    ['interim 103', 'fail the connection ended'],
  ],
] as const)('%s', async (_, bytes, how, expected) => {
  const { origin, client } = await stand((_noted, socket) => {
    if (how === 'end') socket.end(bytes)
    else if (bytes === '') socket.resetAndDestroy()
    else socket.write(bytes)
    return undefined
  })
  const { events, receiver, over } = noting()
  const onData = (chunk: Buffer) => {
    receiver.onData(chunk)
    // Only now, as a reset takes with it what was not read.
    if (how === 'reset') for (const socket of origin.sockets) socket.resetAndDestroy()
  }
  const outgoing = client.request(GET, { ...receiver, onData })
  outgoing.end()
  await over()
  expect(events).toEqual(expected)
  expect([outgoing.sent, outgoing.isOver]).toEqual(['something', true])
  await eventually(() => origin.sockets.size === 0)
})

test('a request that is given up closes its connection at once, and hears no more', async () => {
  const { origin, client } = await stand(() => undefined)
  const { events, receiver } = noting()
  const outgoing = client.request(GET, receiver)
  outgoing.end()
  await origin.request(0)
  outgoing.destroy()
  await eventually(() => origin.sockets.size === 0)
  expect([events, outgoing.isOver, outgoing.sent]).toEqual([[], true, 'something'])
})

test('where there is no connection nothing was sent', async () => {
  const { origin, client } = await stand()
  await origin.close()
  const { events, outgoing } = await get(client)
  expect(events).toEqual([expect.stringMatching(/^fail connect ECONNREFUSED/)])
  expect([outgoing.sent, outgoing.isReused]).toEqual(['nothing', false])
})

test('a connection that takes too long is given up, and nothing was sent', async () => {
  const origin = await startRawOrigin()
  const client = openClient(new URL(origin.url.replace('http:', 'https:')), { connectTimeout: 30 })
  const { events, receiver, over } = noting()
  const outgoing = client.request(GET, receiver)
  outgoing.end()
  await over()
  expect([events, outgoing.sent]).toEqual([['fail no connection in 30 ms'], 'nothing'])
})

test('who asks to leave HTTP gets the connection, with what came on it', async () => {
  const { client } = await stand((_, socket) => {
    socket.write('HTTP/1.1 101 Switch\r\nUpgrade: echo\r\n\r\nfirst')
    socket.on('data', (bytes) => socket.write(bytes))
    return undefined
  })
  const { receiver } = noting()
  const fields = ['Host', 'a', 'Connection', 'Upgrade', 'Upgrade', 'echo']
  const echoed = await new Promise<string>((resolve, reject) => {
    const outgoing = client.request(
      { ...GET, fields },
      {
        ...receiver,
        onFail: reject,
        onSwitch(_, connection, first) {
          expect(outgoing.isOver).toBe(true)
          connection.write('second')
          connection.on('data', (bytes: Buffer) => {
            connection.destroy()
            resolve(`${first.toString()} ${bytes.toString()}`)
          })
        },
      },
    )
    outgoing.end()
  })
  expect(echoed).toBe('first second')
})
