import type net from 'node:net'
import { describe, expect, test } from 'vitest'
import type { ProxyOptions } from '../../proxy/proxy.ts'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

// The race of a connection that was kept: the upstream closes it just when a request leaves for it.

const head = (method: string, fields = '') => `${method} / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

/** An upstream that answers the first request of each connection, and breaks off at the second. */
async function standBreaking(
  recording: (typeof RECORDING)[number],
  how: 'end' | 'reset',
  changes: Partial<ProxyOptions> = {},
) {
  const seen = new Set<net.Socket>()
  const stand = await standBetween(
    recording,
    (_, socket) => {
      if (!seen.has(socket)) {
        seen.add(socket)
        return plainAnswer()
      }
      if (how === 'end') socket.end()
      else socket.resetAndDestroy()
      return undefined
    },
    changes,
  )
  await stand.ask(head('GET'), /ok$/)
  await eventually(() => stand.origin.sockets.size === 1)
  return stand
}

describe.each(RECORDING)('recording %s', (recording) => {
  test.each(['end', 'reset'] as const)(
    'a safe request is sent once more after an %s',
    async (how) => {
      const { ask, origin } = await standBreaking(recording, how)
      expect(await ask(head('GET'), /ok$/)).toMatch(/^HTTP\/1\.1 200 OK/)
      expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 0, 1])
    },
  )

  test('any other is not: the upstream may have had it', async () => {
    const { ask, origin, proxy } = await standBreaking(recording, 'reset')
    expect(await ask(head('POST'), /\}\n$/)).toMatch(
      /^HTTP\/1\.1 502 [^]*Reprise-Error: upstream_failed/,
    )
    expect(origin.requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
    if (recording === 'on') expect(proxy.counts).toMatchObject({ forwarded: 1, inDoubt: 1 })
  })

  test('not on a connection that is new', async () => {
    const { ask, origin } = await standBetween(recording, (_, socket) => {
      socket.resetAndDestroy()
      return undefined
    })
    expect(await ask(head('GET'), /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
    expect(origin.requests.length).toBe(1)
  })

  test('not after an interim answer', async () => {
    let first = true
    const { ask, origin } = await standBetween(recording, (_, socket) => {
      if (first) {
        first = false
        return plainAnswer()
      }
      socket.end('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n')
      return undefined
    })
    await ask(head('GET'), /ok$/)
    expect(await ask(head('GET'), /\}\n$/)).toMatch(/103 Early Hints[^]*HTTP\/1\.1 502 /)
    expect(origin.requests.length).toBe(2)
  })
})

/** A proxy whose kept connection to the upstream is reset just before the next mutation goes out on it. */
async function standResetBefore() {
  let before = () => {}
  const stand = await standBetween('on', undefined, {
    policy: {
      recording: 'on',
      methods: 'unsafe',
      statuses: [{ from: 100, to: 599 }],
      isExcluded() {
        before()
        return false
      },
      optOutParameter: null,
      replayed: 'unrecorded',
      context: { isChosen: () => false, others: 'remembered' },
    },
  })
  await stand.ask(head('GET'), /ok$/)
  const [kept] = stand.origin.sockets
  before = () => {
    before = () => {}
    kept!.resetAndDestroy()
  }
  return stand
}

test.each([
  ['without a body', head('DELETE')],
  ['with a small one in one piece', `${head('POST', 'Content-Length: 2\r\n')}hi`],
])('a mutation %s of which the system took nothing is sent once more', async (_, bytes) => {
  const { ask, origin, proxy } = await standResetBefore()
  expect(await ask(bytes, /\r\n\r\n[^]+$/)).toMatch(/^HTTP\/1\.1 200 OK/)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 1])
  // What is sent once more goes on a connection of its own.
  expect(origin.requests[1]!.head).toMatch(/Connection: close/)
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 1, inDoubt: 0 })
})

test('one of which the system may have taken a part is not: it is in doubt', async () => {
  const { ask, journal, origin } = await standResetBefore()
  const bytes = `${head('POST', 'Content-Length: 8192\r\n')}${'x'.repeat(8_192)}`
  expect(await ask(bytes, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 [^]*upstream_failed/)
  expect(origin.requests.length).toBe(1)
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'upstream_reset' })
})

test('one of a safe method that is recorded is not either: the user says that it changes something', async () => {
  const { ask, journal, origin } = await standBreaking('on', 'reset', {
    policy: {
      recording: 'on',
      methods: new Set(['GET']),
      statuses: [{ from: 100, to: 599 }],
      isExcluded: () => false,
      optOutParameter: null,
      replayed: 'unrecorded',
      context: { isChosen: () => false, others: 'let_go' },
    },
  })
  expect(await ask(head('GET'), /\}\n$/)).toMatch(/^HTTP\/1\.1 502 [^]*upstream_failed/)
  expect(origin.requests.length).toBe(2)
  const [, entry] = await journal.stored(2)
  expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'upstream_reset', delivery: 'whole' })
})
