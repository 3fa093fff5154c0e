import { expect, test } from 'vitest'
import type { GateOptions } from '../../proxy/gate/gate-options.ts'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { connectRaw } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { standGated, type Given } from './gate-stage.ts'

// Clients are kept away from a backend that lost its state, until the journal says that it has it back.

const url = await createDatabase()

const BODY = '{"n":1}'

const stand = (given?: Given) => standGated(url, given)

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
  const time = holdTimeouts(4_321)
  const { life, proxy, ask, post, shut } = await stand({ held: { most: 1, patience: 4_321 } })
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const { answered } = await ask('POST', '/1', /\}\n$/)
  await eventually(() => proxy.gate!.held === 1)
  const refused = await post('/2', /\}\n$/)
  expect(proxy.gate!.held).toBe(1)
  time.pass()
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
  expect(await (await ask('GET', '/read', /by \w$/)).answered).toContain('applied by b')
})

test('a new connection is asked first: nothing reaches another life that nobody noticed', async () => {
  const { life, origin, proxy, post, got, shut, restored } = await stand({
    gate: { connections: 'asked', every: 3_600_000 },
  })
  life.boot = 'b'
  const waiting = [post('/1'), post('/2', undefined, BODY)]
  await eventually(() => proxy.gate!.held === 2)
  expect(got()).toEqual([])
  await restored()
  for (const answer of await Promise.all(waiting)) expect(answer).toContain('applied by b')
  expect(origin.requests.filter(({ body }) => body.toString() === BODY)).toHaveLength(1)
  await eventually(() => proxy.counts!.recorded === 2)
  // The second may have come when it was shut already.
  const { forwarded, excluded } = proxy.counts!
  const refused = excluded.not_delivered ?? 0
  expect(refused).toBeGreaterThan(0)
  expect(forwarded - refused).toBe(2)
  expect(shut()).toBe(null)
})

test.for([
  ['may not wait', { patience: 0 }, 'ab'],
  ['holds more than may be held', { bytes: 100_000 }, 'a'.repeat(190_000)],
] as const)('a request that %s is told to come again', async ([, held, body]) => {
  const { life, proxy, got } = await stand({
    gate: { connections: 'asked', every: 3_600_000 },
    held,
  })
  life.boot = 'b'
  const client = await connectRaw(proxy.url)
  client.write(`POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${body}`)
  expect(await client.until(/\}\n$/)).toContain('backend_not_ready')
  expect(got()).toEqual([])
})

test.for(['commit', 'intent'] as const)(
  'one that was not read to its end waits with what was read of it, and who leaves is not waited for: %s',
  async (durability) => {
    const { life, proxy, journal, stream, got, restored } = await stand({
      gate: { connections: 'asked', every: 3_600_000 },
      durability,
    })
    life.boot = 'b'
    const head = 'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n'
    const clients = [await connectRaw(proxy.url), await connectRaw(proxy.url)]
    for (const client of clients) client.write(`${head}half`)
    await eventually(() => proxy.gate!.held === 2)
    clients[1]!.socket.destroy()
    await eventually(() => proxy.gate!.held === 1)
    clients[0]!.write(' two')
    await restored()
    expect(await clients[0]!.until(/by \w$/)).toContain('applied by b')
    expect(got()).toEqual(['/1'])
    const [entry] = await journal.entries({ stream }, { limit: 2, bytes: 1_000 })
    expect(entry!.requestBody.toString()).toBe('half two')
  },
)

test('a connection that breaks is looked into at once, and its client told to come again', async () => {
  const { life, post, shut } = await stand({ gate: { every: 3_600_000, timeout: 50 } })
  Object.assign(life, { answer: 'reset', boot: null })
  const answer = await post('/1', /\}\n$/)
  await eventually(() => shut() === 'away')
  life.boot = 'a'
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

test('while it is shut the journal is hardly asked, and tells of the end at once', async () => {
  const journal = useJournal(url)
  let reads = 0
  const epoch: typeof journal.epoch = (stream) => {
    reads += 1
    return journal.epoch(stream)
  }
  const { life, stream, looks, shut, restored } = await stand({
    gate: { store: { ...journal, epoch } },
  })
  const watch = journal.watchEpochs(stream, () => {})
  await eventually(() => watch.isTold)
  await watch.close()
  life.boot = 'b'
  await eventually(async () => (await journal.behindEpoch(stream, 2)).behind.length === 0)
  await eventually(() => shut() === 'restoring')
  reads = 0
  const seen = looks()
  await eventually(() => looks() >= seen + 2)
  expect(reads).toBeLessThan(5)
  // By itself it looks a second after the last look: whoever is told is faster, at least once on a slow machine.
  let took = Infinity
  for (let epoch = 2; took >= 900 && epoch < 9; epoch++) {
    const began = performance.now()
    await restored()
    await eventually(() => shut() === null)
    took = performance.now() - began
    life.boot = `b${epoch}`
    await eventually(async () => (await journal.behindEpoch(stream, epoch + 1)).behind.length === 0)
    const before = looks()
    await eventually(() => shut() === 'restoring' && looks() > before)
  }
  expect(took).toBeLessThan(900)
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

test('who has to ask for a restore is told how', async () => {
  const { life, proxy, shut, stream } = await stand({ gate: { restored: 'when asked' } })
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  expect(proxy.problems).toContain(
    'epoch 2: the backend lost its state (another boot id); clients are kept away until somebody says ' +
      `'reprise restore ${stream}'`,
  )
})

test('where that was chosen it opens', async () => {
  const rules = { back: 'same', failed: 'open' } as const
  const { life, ask, post, shut, restored } = await stand({ gate: { rules } })
  life.boot = 'b'
  await restored({ phase: 'failed', outcome: 'failed', detail: 'entry 9' })
  await eventually(() => shut() === null)
  expect(await post('/1')).toContain('applied by b')
  expect(await (await ask('GET', '/state-of-it', /by \w$/)).answered).toContain('applied by b')
})

test('with the journal away nobody is let through to another life', async () => {
  const journal = useJournal(url)
  let isAway = false
  const epoch: typeof journal.epoch = (stream) =>
    isAway ? Promise.reject(new Error('away')) : journal.epoch(stream)
  const loseEpoch: typeof journal.loseEpoch = (...of) =>
    isAway ? Promise.reject(new Error('away')) : journal.loseEpoch(...of)
  const store = { ...journal, epoch, loseEpoch }
  const { life, proxy, shut, restored } = await stand({ gate: { store } })
  isAway = true
  life.boot = 'b'
  await eventually(() => shut() === 'lost')
  const unknown = 'the epoch of the backend is not known: away'
  await eventually(() => proxy.problems.at(-1) === unknown)
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
  // It is told once the journal has taken it.
  await eventually(() => detection.cumulative().at(-1) === 1)
  expect(detection.sum).toBeGreaterThan(0)
  expect(detection.sum).toBeLessThan(10)
})

test('what was being announced when the gate shut waits behind it', async () => {
  const { proxy, journal, stream, got } = await stand({
    gate: { every: 3_600_000 },
    durability: 'intent',
  })
  const client = await connectRaw(proxy.url)
  client.write('POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf')
  await eventually(() => proxy.counts!.forwarded === 1)
  proxy.gate!.close('away')
  client.write(' two')
  const isAnswered = /by \w$|\}\n$/
  await eventually(() => proxy.gate!.held === 1 || isAnswered.test(client.received()))
  proxy.gate!.open()
  expect(await client.until(isAnswered)).toContain('applied by a')
  expect(got()).toEqual(['/1'])
  await eventually(() => proxy.counts!.recorded === 1)
  const entries = await journal.entries({ stream }, { limit: 9, bytes: 1_000 })
  expect(entries.map(({ requestBody }) => requestBody.toString())).toEqual(['half two'])
})
