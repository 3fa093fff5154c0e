import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Attempt } from '../../journal/runs.ts'
import type { Journal } from '../../journal/contract.ts'
import { PLAIN_SENDING } from '../../replayer/sending/sending.ts'
import { Problem } from '../../journal/problem.ts'
import { createDatabase } from '../support/database.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed, type Said } from './recording.ts'

const database = await createDatabase()
let streams = 0

async function recorded(said: readonly Said[], answer: Answer = () => plainAnswer('', '201 Made')) {
  const journal = useJournal(database)
  const stream = `run-${streams++}`
  const ids = await record(journal, stream, said)
  const origin = await startRawOrigin(answer)
  return { journal, stream, ids, origin, target: new URL(origin.url) }
}

async function attemptsOf(journal: Journal, run: number): Promise<Attempt[]> {
  return journal.attempts(await journal.run(run), { limit: 100 })
}

const three = [{ target: '/1' }, { target: '/2' }, { target: '/3' }]

test('the first answer of 4xx or 5xx stops the run and is told with its body', async () => {
  const { journal, stream, ids, origin, target } = await recorded(three, ({ target }) =>
    target === '/2' ? plainAnswer('no such thing', '404 Not Found') : plainAnswer('', '201 Made'),
  )
  const summary = await replayed(journal, { stream }, { target })
  expect(origin.requests.map((one) => one.target)).toStrictEqual(['/1', '/2'])
  expect(summary).toMatchObject({
    state: 'stopped',
    sent: 2,
    planned: 3,
    outcomes: { same: 1, failed: 1 },
    stoppedBy: { position: 1, entry: { id: ids[1] } },
  })
  expect(summary.stoppedBy!.result).toMatchObject({ detail: 'answered 404, recorded 201' })
  expect(summary.stoppedBy!.result.answer!.body.toString()).toBe('no such thing')
  expect(await journal.run(summary.run)).toMatchObject({ state: 'stopped', planned: 3 })
})

test('a run that goes on after failures sends all, once each, and counts them', async () => {
  const { journal, stream, origin, target } = await recorded(three, ({ target }) =>
    plainAnswer('', target === '/2' ? '503 Away' : '201 Made'),
  )
  const summary = await replayed(journal, { stream }, { target, onFailure: 'continue' })
  expect(origin.requests.map((one) => one.target)).toStrictEqual(['/1', '/2', '/3'])
  expect(summary).toMatchObject({ state: 'done', sent: 3, outcomes: { same: 2, failed: 1 } })
  expect(summary.stoppedBy).toBeNull()
})

test('another status below 400 differs and does not stop the run', async () => {
  const { journal, stream, target } = await recorded(three, () => plainAnswer('', '200 OK'))
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'done', outcomes: { differs: 3 } })
})

test('an error that was recorded is as recorded when it comes back', async () => {
  const { journal, stream, target } = await recorded([{ status: 500, verdict: 'failed' }], () =>
    plainAnswer('', '500 Oops'),
  )
  const summary = await replayed(journal, { stream, filter: { verdicts: ['failed'] } }, { target })
  expect(summary).toMatchObject({ state: 'done', outcomes: { same: 1 } })
})

test('a body that was not recorded whole is never sent', async () => {
  const { journal, stream, origin, target } = await recorded([{ capture: 'truncated' }])
  const summary = await replayed(journal, { stream }, { target })
  expect(origin.requests).toStrictEqual([])
  expect(summary).toMatchObject({ state: 'stopped', sent: 0, outcomes: { failed: 1 } })
  expect(summary.stoppedBy!.result.detail).toMatch(/truncated .* not sent/)
})

test('a target that refuses the connection had nothing: failed, not in doubt', async () => {
  const { journal, stream, origin, target } = await recorded([{}])
  await origin.close()
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'stopped', sent: 0, outcomes: { failed: 1 } })
  expect(summary.stoppedBy!.result.detail).toMatch(/^not delivered: .*ECONNREFUSED/)
})

test('an answer that does not come in time leaves the entry in doubt', async () => {
  const time = holdTimeouts(4_321)
  const { journal, stream, target } = await recorded(three, () => void setImmediate(time.pass))
  const summary = await replayed(journal, { stream }, { target, timeout: 4_321 })
  expect(summary).toMatchObject({ state: 'stopped', sent: 1, outcomes: { in_doubt: 1 } })
  expect(summary.stoppedBy!.result.detail).toBe(
    'no answer: none in 4321 ms (POST may have been applied)',
  )
})

test('the time-out holds for the whole answer, not only for its head', async () => {
  const { journal, stream, target } = await recorded([{}], () =>
    Buffer.from('HTTP/1.1 201 Made\r\nContent-Length: 10\r\n\r\nhalf'),
  )
  const summary = await replayed(journal, { stream }, { target, timeout: 1_000 })
  expect(summary.stoppedBy!.result).toMatchObject({
    detail: 'no answer: none in 1000 ms (POST may have been applied)',
  })
})

test('a target that dies in the middle of an answer leaves the entry in doubt', async () => {
  const { journal, stream, ids, target } = await recorded(three, ({ target }, socket) => {
    if (target === '/1') return plainAnswer('', '201 Made')
    socket.end('HTTP/1.1 201 Made\r\nContent-Length: 10\r\n\r\nhalf')
    return undefined
  })
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'stopped', outcomes: { same: 1, in_doubt: 1 } })
  expect(summary.stoppedBy).toMatchObject({
    entry: { id: ids[1] },
    result: {
      detail: 'no answer: 201 began, then the connection ended (POST may have been applied)',
    },
  })
})

test('a run that is interrupted gives up what is under way and notes it in doubt', async () => {
  const stop = new AbortController()
  const { journal, stream, target } = await recorded(three, ({ target }) => {
    if (target === '/1') return plainAnswer('', '201 Made')
    stop.abort()
    return undefined
  })
  const summary = await replayed(journal, { stream }, { target, signal: stop.signal })
  expect(summary).toMatchObject({ state: 'interrupted', outcomes: { same: 1, in_doubt: 1 } })
  expect(await journal.run(summary.run)).toMatchObject({ state: 'interrupted' })
  const attempts = await attemptsOf(journal, summary.run)
  expect(attempts.map(({ outcome, detail }) => [outcome, detail])).toStrictEqual([
    ['same', null],
    ['in_doubt', 'no answer: interrupted (POST may have been applied)'],
  ])
})

test('a run that is interrupted while it notes an attempt sends nothing more', async () => {
  const stop = new AbortController()
  const { journal, stream, origin, target } = await recorded(three)
  const stopping: Journal = {
    ...journal,
    note: async (...notes) => {
      const wanted = await journal.note(...notes)
      stop.abort()
      return wanted
    },
  }
  const summary = await replayed(stopping, { stream }, { target, signal: stop.signal })
  expect(summary).toMatchObject({ state: 'interrupted', sent: 0, outcomes: {} })
  expect(await attemptsOf(journal, summary.run)).toStrictEqual([])
  expect(origin.requests).toStrictEqual([])
})

test('what an interrupt kept from going out is no attempt: a run that goes on sends it', async () => {
  const stop = new AbortController()
  const { journal, stream, ids, origin, target } = await recorded(three)
  const hook = { before: () => stop.abort() }
  const { run, outcomes } = await replayed(
    journal,
    { stream },
    {
      target,
      signal: stop.signal,
      sending: { ...PLAIN_SENDING, hook: { file: 'stop.mjs', hook } },
    },
  )
  expect({ outcomes, attempts: await attemptsOf(journal, run) }).toEqual({
    ...{ outcomes: {}, attempts: [] },
  })
  const resumed = await replayed(journal, { stream }, { target, resume: { run, inFlight: 'stop' } })
  expect(resumed.state).toBe('done')
  expect((await attemptsOf(journal, run)).map(({ entry }) => entry)).toEqual(ids)
  expect(origin.requests).toHaveLength(ids.length)
})

test('an attempt is in the journal before its request goes out, and its answer after', async () => {
  const seen: Promise<Attempt[]>[] = []
  const { journal, stream, ids, target } = await recorded(three.slice(0, 1), (_, socket) => {
    const look = async () => {
      const [run] = await journal.runs({ stream, limit: 1 })
      const attempts = await attemptsOf(journal, run!.id)
      socket.write(plainAnswer('made', '201 Made', 'X-Made: yes\r\n'))
      return attempts
    }
    seen.push(look())
    return undefined
  })
  const summary = await replayed(journal, { stream }, { target })
  expect(await seen[0]).toMatchObject([{ entry: ids[0], outcome: 'sending', endedAt: null }])
  expect(await attemptsOf(journal, summary.run)).toMatchObject([
    {
      entry: ids[0],
      outcome: 'same',
      status: 201,
      responseLength: 4,
      responseHeaders: ['Content-Length', '4', 'X-Made', 'yes'],
      endedAt: expect.any(Number) as number,
    },
  ])
})

test('entries that are recorded during a run do not join it', async () => {
  // More than a page of them, so that the journal is read again after the late one came.
  const early = Array.from({ length: 201 }, (_, i) => ({ target: `/${i}` }))
  const made = { joined: false }
  const { journal, stream, origin, target } = await recorded(early, (_, socket) => {
    if (made.joined) return plainAnswer('', '201 Made')
    made.joined = true
    void record(journal, stream, [{ target: '/late' }]).then(() =>
      socket.write(plainAnswer('', '201 Made')),
    )
    return undefined
  })
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'done', planned: 201, outcomes: { same: 201 } })
  expect(origin.requests.map((one) => one.target)).not.toContain('/late')
})

test('each entry is sent once and in order, over more than one page of them', async () => {
  const targets = Array.from({ length: 450 }, (_, i) => `/${i}`)
  const { journal, stream, origin, target } = await recorded(targets.map((target) => ({ target })))
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  onTestFinished(() => void process.off('warning', note))
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'done', sent: 450, outcomes: { same: 450 } })
  expect(origin.requests.map((one) => one.target)).toStrictEqual(targets)
  expect(warnings).toStrictEqual([])
})

test('the next request waits for the answer of the one before', async () => {
  let open = 0
  const overlaps: number[] = []
  const { journal, stream, target } = await recorded(three, (_, socket) => {
    overlaps.push(++open)
    setImmediate(() => {
      open--
      socket.write(plainAnswer('', '201 Made'))
    })
    return undefined
  })
  await replayed(journal, { stream }, { target })
  expect(overlaps).toStrictEqual([1, 1, 1])
})

test('what was declined is noted and not sent; all the rest asks no more', async () => {
  const { journal, stream, origin, target } = await recorded([...three, { target: '/4' }])
  const choices = ['yes', 'no', 'all'] as const
  const asked: number[] = []
  const ask = async (_: unknown, position: number) => choices[asked.push(position) - 1]!
  const summary = await replayed(journal, { stream }, { target, ask })
  expect(asked).toStrictEqual([0, 1, 2])
  expect(origin.requests.map((one) => one.target)).toStrictEqual(['/1', '/3', '/4'])
  expect(summary).toMatchObject({ state: 'done', sent: 3, outcomes: { same: 3, skipped: 1 } })
  const attempts = await attemptsOf(journal, summary.run)
  expect(attempts.map((one) => one.outcome)).toStrictEqual(['same', 'skipped', 'same', 'same'])
})

test.each([
  ['quit', 'stopped'],
  [null, 'interrupted'],
] as const)('the answer %s ends the run as %s before the request', async (choice, state) => {
  const { journal, stream, origin, target } = await recorded(three)
  const summary = await replayed(journal, { stream }, { target, ask: async () => choice })
  expect(summary).toMatchObject({ state, sent: 0, planned: 3, outcomes: {} })
  expect(origin.requests).toStrictEqual([])
})

test('a journal that fails in the middle ends the run and says how far it came', async () => {
  const { journal, stream, origin, target } = await recorded(three)
  const away = new Problem('journal_unreachable', 'it is away', { source: 'journal' })
  const failing: Journal = {
    ...journal,
    note: async (driving, notes, lease) => {
      if (notes.ended.some(({ position }) => position === 1)) throw away
      return journal.note(driving, notes, lease)
    },
  }
  await expect(replayed(failing, { stream }, { target })).rejects.toMatchObject({
    code: 'journal_unreachable',
    message: expect.stringMatching('it is away \\(run \\d+: [23] of 3 were sent\\)') as string,
  })
  expect(origin.requests.length).toBeGreaterThanOrEqual(2)
  expect(await journal.runs({ stream, limit: 1 })).toMatchObject([{ state: 'stopped' }])
})

test('a TLS handshake that fails had nothing of the request', async () => {
  const { journal, stream } = await recorded([{}])
  const server = net.createServer((socket) => socket.on('data', () => socket.end('no TLS here')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const summary = await replayed(
    journal,
    { stream },
    { target: new URL(`https://127.0.0.1:${port}`) },
  )
  server.close()
  expect(summary).toMatchObject({ sent: 0, outcomes: { failed: 1 } })
  expect(summary.stoppedBy!.result.detail).toMatch(/^not delivered: /)
})

test('a target that switches protocols unasked ends the run, in doubt', async () => {
  const { journal, stream, target } = await recorded([{}], () =>
    Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  )
  const summary = await replayed(journal, { stream }, { target })
  expect(summary).toMatchObject({ state: 'stopped', outcomes: { in_doubt: 1 } })
})
