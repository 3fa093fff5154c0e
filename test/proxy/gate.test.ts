import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseBootSign } from '../../backend/boot-sign.ts'
import type { EpochEnding } from '../../journal/epochs.ts'
import type { GateOptions } from '../../proxy/gate/gate-options.ts'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { connectRaw, plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'

// Clients are kept away from a backend that lost its state, until the journal says that it has it back.

const url = await createDatabase()

const SIGN = parseBootSign('/boot json /id', 'id')
const RESTORED: EpochEnding = { phase: 'open', outcome: 'restored', detail: null }

interface Given {
  gate?: Partial<Omit<GateOptions, 'held'>>
  held?: Partial<GateOptions['held']>
}

/** A proxy that keeps clients away, before a backend whose life the test decides. */
async function stand({ gate = {}, held = {} }: Given = {}) {
  const life = { boot: 'a' as string | null, answer: 'applied', onReset: () => {} }
  const origin = await startRawOrigin(({ target }, socket) => {
    if (target === '/boot') {
      return life.boot === null ? undefined : plainAnswer(`{"id":"${life.boot}"}`)
    }
    if (life.answer === 'reset') {
      life.onReset()
      socket.resetAndDestroy()
    }
    return plainAnswer(`${life.answer} by ${life.boot}`)
  })
  const journal = useJournal(url)
  const stream = randomUUID()
  const proxy = await startRecorder(origin.url, journal, {
    stream,
    gate: {
      ...{ store: journal, sign: SIGN, connections: 'trusted', every: 10, timeout: 2_000 },
      rules: { back: 'same', failed: 'shut' },
      ...gate,
      held: { most: 100, patience: 20_000, passes: () => false, ...held },
    },
  })
  const ask = async (method: string, target: string, until: RegExp) => {
    const client = await connectRaw(proxy.url)
    client.write(`${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
    return { client, answered: client.until(until) }
  }
  const post = async (target: string, until = /by \w$/) =>
    (await ask('POST', target, until)).answered
  const shut = () => proxy.gate!.shut
  await eventually(() => shut() === null)
  const got = () => origin.requests.map(({ target }) => target).filter((one) => one !== '/boot')
  /** Somebody restores it. */
  const restored = async (ending = RESTORED) => {
    await eventually(async () => (await journal.epoch(stream))!.phase === 'restoring')
    const { claim } = (await journal.claimEpoch(stream, 'test', 30_000, 'restoring'))!
    await journal.endEpoch(claim, ending)
  }
  return { life, journal, stream, proxy, ask, post, shut, got, restored }
}

test('the first life is noted, and the recorder keeps to it', async () => {
  const { journal, stream, post } = await stand()
  expect(await journal.epoch(stream)).toMatchObject({ number: 1, phase: 'open', boot: 'a' })
  expect(await post('/1')).toContain('applied by a')
  expect(await journal.behindEpoch(stream, 1)).toEqual({ behind: [], without: [] })
})

test('what comes for another life waits until that is restored, and goes on in its order', async () => {
  const { life, proxy, post, shut, got, restored } = await stand()
  await post('/before')
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const waiting: Promise<string>[] = []
  for (const target of ['/1', '/2', '/3']) {
    waiting.push(post(target))
    await eventually(() => proxy.gate!.held === waiting.length)
  }
  expect(got()).toEqual(['/before'])
  await restored()
  for (const answer of await Promise.all(waiting)) expect(answer).toContain('applied by b')
  expect(got()).toEqual(['/before', '/1', '/2', '/3'])
  expect(proxy.gate!.turnedAway).toBe(0)
})

test('who waits too long, or is one too many, is told to come again', async () => {
  const { life, proxy, ask, post, shut } = await stand({ held: { most: 1, patience: 100 } })
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const { answered } = await ask('POST', '/1', /\}\n$/)
  await eventually(() => proxy.gate!.held === 1)
  const refused = await post('/2', /\}\n$/)
  expect(proxy.gate!.held).toBe(1)
  for (const answer of [refused, await answered]) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 /)
    expect(answer).toContain('Reprise-Error: backend_not_ready\r\nRetry-After: 1\r\n')
    expect(answer).toContain('(its state is being restored)')
  }
  expect(proxy.counts!.forwarded).toBe(0)
})

test('who leaves is not waited for', async () => {
  const { life, proxy, ask, shut, got, restored } = await stand()
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const { client, answered } = await ask('POST', '/gone', /never/)
  answered.catch(() => {})
  await eventually(() => proxy.gate!.held === 1)
  client.socket.destroy()
  await eventually(() => proxy.gate!.held === 0)
  await restored()
  await eventually(() => shut() === null)
  expect(got()).toEqual([])
})

test('what may pass does', async () => {
  const passes: GateOptions['held']['passes'] = ({ method }) => method === 'GET'
  const { life, ask, shut } = await stand({ held: { passes } })
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  expect(await (await ask('GET', '/state', /by \w$/)).answered).toContain('applied by b')
})

test('a new connection is asked first: nothing reaches another life that nobody noticed', async () => {
  const { life, post, got, shut, restored } = await stand({
    gate: { connections: 'asked', every: 3_600_000 },
  })
  life.boot = 'b'
  expect(await post('/1', /\}\n$/)).toContain('backend_not_ready')
  expect(got()).toEqual([])
  await restored()
  await eventually(() => shut() === null)
  expect(await post('/2')).toContain('applied by b')
})

test('a connection that breaks is looked into at once, and its client told to come again', async () => {
  const { life, post, shut } = await stand({ gate: { every: 3_600_000 } })
  life.answer = 'reset'
  const answer = await post('/1', /\}\n$/)
  expect(answer).toMatch(/^HTTP\/1\.1 503 /)
  expect(answer).toContain('Reprise-Error: backend_lost')
  life.answer = 'applied'
  await eventually(() => shut() === null)
  expect(await post('/2')).toContain('applied by a')
})

test('what was seen before a suspicion does not open it', async () => {
  const journal = useJournal(url)
  let onRead = () => {}
  const epoch: typeof journal.epoch = (stream) => {
    onRead()
    return journal.epoch(stream)
  }
  const { life, proxy, shut } = await stand({ gate: { store: { ...journal, epoch } } })
  const looked = new Promise<void>((resolve) => {
    onRead = () => {
      onRead = () => {}
      // The backend was seen a moment ago, and from now on it says nothing.
      life.boot = null
      proxy.gate!.onSuspicion()
      resolve()
    }
  })
  await looked
  await journal.check()
  await journal.check()
  expect(shut()).toBe('away')
  life.boot = 'a'
})

test('a recorder keeps to the next life once nothing of the last is under way', async () => {
  const { life, journal, stream, post, shut } = await stand()
  life.answer = 'reset'
  life.onReset = () => (life.boot = 'b')
  await post('/1', /\}\n$/)
  await eventually(() => shut() === 'restoring')
  await eventually(async () => (await journal.behindEpoch(stream, 2)).behind.length === 0)
  expect(
    (await journal.list({ stream }, { order: 'order', limit: 9 })).map((e) => e.verdict),
  ).toEqual(['in_doubt'])
})

test('where its restore failed it stays shut until somebody opens it', async () => {
  const { life, journal, stream, post, shut, restored } = await stand()
  life.boot = 'b'
  await restored({ phase: 'failed', outcome: 'failed', detail: 'entry 9' })
  await eventually(() => shut() === 'failed')
  await journal.openEpoch(stream, 'by hand')
  await eventually(() => shut() === null)
  expect(await post('/1')).toContain('applied by b')
})

test('where that was chosen it opens', async () => {
  const rules = { back: 'same', failed: 'open' } as const
  const { life, post, shut, restored } = await stand({ gate: { rules } })
  life.boot = 'b'
  await restored({ phase: 'failed', outcome: 'failed', detail: 'entry 9' })
  await eventually(() => shut() === null)
  expect(await post('/1')).toContain('applied by b')
})

test('with the journal away nobody is let through to another life', async () => {
  const journal = useJournal(url)
  let isAway = false
  const epoch: typeof journal.epoch = (stream) =>
    isAway ? Promise.reject(new Error('away')) : journal.epoch(stream)
  const { life, proxy, shut, restored } = await stand({ gate: { store: { ...journal, epoch } } })
  isAway = true
  life.boot = 'b'
  await eventually(() => shut() === 'lost')
  expect(proxy.problems.at(-1)).toBe('the epoch of the backend is not known: away')
  isAway = false
  await restored()
  await eventually(() => shut() === null)
})

test('with the journal away a break of the same life shuts it for a moment only', async () => {
  const journal = useJournal(url)
  let isAway = false
  const epoch: typeof journal.epoch = (stream) =>
    isAway ? Promise.reject(new Error('away')) : journal.epoch(stream)
  const { life, post, proxy, shut } = await stand({ gate: { store: { ...journal, epoch } } })
  isAway = true
  await eventually(() => proxy.problems.some((problem) => problem.endsWith('not known: away')))
  life.answer = 'reset'
  expect(await post('/1', /\}\n$/)).toContain('backend_lost')
  life.answer = 'applied'
  await eventually(() => shut() === null)
  expect(await post('/2')).toContain('applied by a')
})

test('who waits when the proxy ends is told so', async () => {
  const { life, proxy, post, shut } = await stand()
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const waiting = post('/1', /\}\n$/)
  await eventually(() => proxy.gate!.held === 1)
  const [answer] = await Promise.all([waiting, proxy.close(5_000)])
  expect(answer).toMatch(/^HTTP\/1\.1 503 /)
})

test('how long it took to notice is told: no longer than since the look before', async () => {
  const { proxy, life, restored } = await stand()
  const { detection } = proxy.gate!
  expect(detection.cumulative().at(-1)).toBe(0)
  life.boot = 'b'
  await restored()
  expect(detection.cumulative().at(-1)).toBe(1)
  expect(detection.sum).toBeGreaterThan(0)
  expect(detection.sum).toBeLessThan(10)
})
