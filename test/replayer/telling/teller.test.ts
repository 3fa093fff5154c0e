import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { EpochFindings } from '../../../journal/epochs.ts'
import { startTeller } from '../../../replayer/telling/teller.ts'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'

const database = await createDatabase()
const key = randomBytes(32)
const LEASE = 60_000

interface Sent {
  event: string
  epoch: number
  [member: string]: unknown
}

/** Somebody who takes what he is told, with what `status` says. */
async function receiver(status: () => string = () => '204 Taken') {
  const origin = await startRawOrigin(() => plainAnswer('', status()))
  const told = () => origin.requests.map(({ body }) => JSON.parse(body.toString()) as Sent)
  return { url: new URL(`${origin.url}/hook?token=t0p`), told, requests: origin.requests }
}

/** A stream whose backend has lost its first life. */
async function lostStream(journal: Journal) {
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  return stream
}

async function restore(
  journal: Journal,
  stream: string,
  outcome: 'restored' | 'differs' | 'failed',
  findings: EpochFindings | null = null,
) {
  const { claim } = (await journal.claimEpoch(stream, 'tester', LEASE, 'again'))!
  const run = { stream, target: 'http://t', selection: {}, planned: 1 }
  const driving = await journal.startRun(run, LEASE)
  await journal.keepClaim(claim, LEASE, driving.run)
  await journal.endRun(driving, 'done')
  const phase = outcome === 'failed' ? 'failed' : 'open'
  await journal.endEpoch(claim, { phase, outcome, detail: '2 requests', findings })
  return driving.run
}

function telling(journal: Journal, stream: string, receivers: URL[], again = 1) {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const teller = startTeller({ store: journal, stream, receivers, key, say, again })
  onTestFinished(() => teller.close())
  return { teller, lines }
}

test('what happens to a backend is told, in order, signed, each event once', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  const hook = await receiver()
  telling(journal, stream, [hook.url])
  telling(journal, stream, [hook.url])
  await eventually(() => hook.told().length === 1)
  const run = await restore(journal, stream, 'restored')
  await eventually(() => hook.told().length === 3)
  const common = { stream, epoch: 2, sign: 'another boot id' }
  expect(hook.told()).toMatchObject([
    {
      ...{ ...common, event: 'lost', run: null, detail: null, ended_at: null },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
    },
    { ...common, event: 'restoring', run, detail: null },
    { ...common, event: 'restored', run, detail: '2 requests' },
  ])
  const ids = hook.requests.map(({ fields, body, target }) => {
    expect(target).toBe('/hook?token=t0p')
    const field = (name: string) => fields[fields.indexOf(name) + 1]!
    const signed = `${field('webhook-id')}.${field('webhook-timestamp')}.${body.toString()}`
    const expected = createHmac('sha256', key).update(signed).digest('base64')
    expect(field('webhook-signature')).toBe(`v1,${expected}`)
    expect(Math.abs(Number(field('webhook-timestamp')) - Date.now() / 1000)).toBeLessThan(60)
    return field('webhook-id')
  })
  expect(new Set(ids).size).toBe(3)
})

test('the entries and probes to look at are told, without what they show', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  const hook = await receiver()
  telling(journal, stream, [hook.url])
  await restore(journal, stream, 'differs', {
    entries: [{ id: 7, outcome: 'differs', detail: 'body /pin: 1234 -> 4321' }],
    unlisted: 3,
    probes: [{ probe: 'GET /state', outcome: 'differs', detail: '/pins/0' }],
  })
  await eventually(() => hook.told().length === 3)
  const [lost, , differs] = hook.told()
  expect(lost).toMatchObject({ findings: null })
  expect(differs).toMatchObject({
    event: 'differs',
    findings: {
      entries: [{ id: 7, outcome: 'differs' }],
      unlisted: 3,
      probes: [{ probe: 'GET /state', outcome: 'differs' }],
    },
  })
  expect(JSON.stringify(differs)).not.toContain('pin')
})

test('what is not taken is tried again under the same id, and the others do not wait for it', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  let answers = 0
  const flaky = await receiver(() => (++answers < 3 ? '503 Later' : '200 OK'))
  const well = await receiver()
  const { lines } = telling(journal, stream, [flaky.url, well.url])
  await eventually(() => flaky.told().length === 3)
  expect(well.told()).toHaveLength(1)
  const ids = flaky.requests.map(({ fields }) => fields[fields.indexOf('webhook-id') + 1])
  expect(new Set(ids).size).toBe(1)
  await eventually(() =>
    lines.some((line) => line.endsWith('was told') && line.includes(flaky.url.host)),
  )
  expect(lines.join('\n')).toContain(
    `webhook ${flaky.url.host}: 'lost' of epoch 2 was not taken: it answered 503; it is tried again`,
  )
  // What stands in an address may be a secret.
  expect(lines.join('\n')).not.toContain('t0p')
})

test('what is never taken is given up, which the journal keeps', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  const { lines } = telling(journal, stream, [new URL('http://127.0.0.1:1/')], 0)
  const own = async () => (await journal.tellings()).filter((one) => one.stream === stream)
  await eventually(async () => (await own())[0]?.how === 'given_up')
  expect(lines.at(-1)).toMatch(/in 8 attempts, and is given up: .*ECONNREFUSED/)
})

test('the last that happened is told before the process ends', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  const hook = await receiver()
  const { teller } = telling(journal, stream, [hook.url])
  await eventually(() => hook.told().length === 1)
  await restore(journal, stream, 'failed')
  await teller.close()
  expect(hook.told().map(({ event }) => event)).toEqual(['lost', 'restoring', 'failed'])
})

test('a restore that fails again is told again, and so is what came of it then', async () => {
  const journal = useJournal(database)
  const stream = await lostStream(journal)
  const hook = await receiver()
  telling(journal, stream, [hook.url])
  for (const [outcome, count] of [
    ['failed', 3],
    ['failed', 5],
    ['restored', 7],
  ] as const) {
    await restore(journal, stream, outcome)
    await eventually(() => hook.told().length === count)
  }
  const events = hook.told().map(({ event }) => event)
  expect(events).toEqual([
    ...['lost', 'restoring', 'failed', 'restoring', 'failed', 'restoring', 'restored'],
  ])
  const ids = hook.requests.map(({ fields }) => fields[fields.indexOf('webhook-id') + 1])
  expect(new Set(ids).size).toBe(7)
})

test('a backend that lost nothing is nothing to tell, nor is what is long over', async () => {
  const journal = useJournal(database)
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  const old = await lostStream(journal)
  const hook = await receiver()
  const lives = async (...of: Parameters<Journal['lives']>) => {
    const all = await journal.lives(...of)
    return all.map((life) => ({ ...life, beganAt: life.beganAt - 3_600e6 }))
  }
  const first = telling(journal, stream, [hook.url])
  const second = telling({ ...journal, lives }, old, [hook.url])
  await first.teller.close()
  await second.teller.close()
  expect(hook.told()).toEqual([])
})
