import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

/** What would have ended a process that nobody watches. */
function fatalities(): unknown[] {
  const errors: unknown[] = []
  const note = (error: unknown) => void errors.push(error)
  process.on('uncaughtExceptionMonitor', note)
  process.on('unhandledRejection', note)
  onTestFinished(() => {
    process.off('uncaughtExceptionMonitor', note)
    process.off('unhandledRejection', note)
  })
  return errors
}

/** Numbers that are the same each time (mulberry32). */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)]! }
}

const LINES = [
  'Host: a',
  'Host: a',
  'Host:',
  'Content-Length: 2',
  'Content-Length: 0',
  'Content-Length: 99999999999999999999',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding:\tchunked',
  'transfer-encoding: CHUNKED',
  'Transfer-Encoding: gzip',
  'Connection: close',
  'Connection: Upgrade, Content-Length, Transfer-Encoding',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Expect: 100-continue',
  'Expect: x',
  'Trailer: X',
  'X: \xff\x80',
  'X: a\0b',
  ' folded: x',
  ': nothing',
  'no colon',
  'Content-Disposition: \xe9',
]
const METHODS = [
  'POST',
  'POST',
  'PUT',
  'GET',
  'POST',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'PRI',
  'get',
  'X',
]
const TARGETS = [
  '/',
  '/',
  '/a',
  '/b?c',
  '//d',
  'http://e/f',
  '*',
  'http://',
  'http://@',
  'https://a:1/b#c',
  '//',
  'a',
  '/\x7f',
  '?',
  '',
]
const BODIES = [
  '',
  'ab',
  '2\r\nab\r\n0\r\n\r\n',
  '0\r\nX: 1\r\n\r\n',
  '2\nab\n0\n\n',
  'fffffffff\r\n',
  '-1\r\n',
]

const FRAMED = [
  ['X-None: 1', ''],
  ['Content-Length: 2', 'ab'],
  ['Transfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'],
] as const

/** Mostly a request that is nearly as it should be. */
function roll({ below, one }: ReturnType<typeof dice>, round: number): Buffer {
  if (below(8) === 0) return Buffer.from(Array.from({ length: below(300) }, () => below(256)))
  const mostly = <T>(usual: T, others: readonly T[]) => (below(5) > 0 ? usual : one(others))
  const [framing, body] = one(FRAMED)
  const odd = Array.from({ length: one([0, 0, 0, 1, 1, 3]) }, () => one(LINES))
  const lines = [`Round: ${round}`, mostly('Host: a', LINES), mostly(framing, LINES), ...odd]
  const version = mostly('HTTP/1.1', ['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''])
  const end = mostly('\r\n', ['\n', '\r'])
  const head = `${mostly('POST', METHODS)} ${mostly('/a', TARGETS)} ${version}${end}`
  const text = `${head}${lines.join(end)}${end}${end}${mostly(body, BODIES)}`
  const bytes = Buffer.from(text, 'latin1')
  const from = head.length + lines[0]!.length
  if (below(5) === 0) bytes[from + below(bytes.length - from)] = below(256)
  return below(6) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
}

test.each(RECORDING)(
  'recording %s: whatever comes in, the process lives, and one request is never two',
  async (recording) => {
    const { origin, ask, proxy } = await standBetween(recording)
    const { port } = new URL(proxy.url)
    const random = dice(20_260)
    const fatal = fatalities()
    const throwIn = (bytes: Buffer, how: number) => {
      const socket = net.connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      if (how === 0) socket.write(bytes, () => socket.resetAndDestroy())
      else socket.write(bytes)
      socket.on('data', () => socket.destroy())
      return { socket, closed: new Promise((resolve) => socket.on('close', resolve)) }
    }
    for (let round = 0; round < 1_000; round += 20) {
      const thrown = Array.from({ length: 20 }, (_, i) =>
        throwIn(roll(random, round + i), random.below(5)),
      )
      // By the time that this is answered so is what can be; what waits for more is left alone.
      await ask(`GET / HTTP/1.1\r\nHost: a\r\nRound: behind ${round}\r\n\r\n`, /ok$/)
      for (const { socket } of thrown) socket.destroy()
      await Promise.all(thrown.map(({ closed }) => closed))
    }
    await ask('GET /still HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    await eventually(() => origin.requests.some(({ target }) => target === '/still'))
    const named = origin.requests.flatMap(({ fields }) =>
      fields.includes('Round') ? [fields[fields.indexOf('Round') + 1]] : [],
    )
    // Fifty of them are ours.
    expect(named.length).toBeGreaterThan(100)
    expect(new Set(named).size).toBe(named.length)
    expect(origin.requests.length - named.length).toBeLessThanOrEqual(1)
    expect(fatal).toEqual([])
    await proxy.close(0)
    await eventually(() => origin.sockets.size === 0)
  },
)

test('a connection that is kept gathers no listeners', async () => {
  const warnings: string[] = []
  const warned = (warning: Error) => warnings.push(warning.message)
  process.on('warning', warned)
  const { connect, origin } = await standBetween('on', ({ target }) => plainAnswer(`<${target}>`))
  const client = await connect()
  for (let i = 0; i < 60; i++) {
    client.write(`POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`)
    await client.until(new RegExp(`</${i}>$`))
  }
  expect(origin.sockets.size).toBe(1)
  expect(warnings).toEqual([])
  process.off('warning', warned)
})
