import { expect, onTestFinished, test, vi } from 'vitest'
import { jittered } from '../../proxy/gate/keeper.ts'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { ID, NO_STATE, STATE, standGated, UPTIME, type Given } from './gate-stage.ts'

// By what a proxy sees that the backend is not what it was; and by what it does not.

const url = await createDatabase()
const stand = (given?: Given) => standGated(url, given)
type Stage = Awaited<ReturnType<typeof stand>>

const bootOf = async ({ journal, stream }: Pick<Stage, 'journal' | 'stream'>) =>
  (await journal.epoch(stream))!.boot

/** So many looks more. */
async function looked({ looks }: Stage, more: number): Promise<void> {
  const before = looks()
  await eventually(() => looks() >= before + more)
}

test('a state that is that of the factory again is a loss', async () => {
  const stage = await stand({ gate: { signs: [STATE] } })
  const { life, journal, stream, shut, restored } = stage
  await eventually(async () => (await bootOf(stage)) === 'changed')
  life.state = `200 ${NO_STATE}`
  await eventually(() => shut() === 'restoring')
  expect(await journal.epoch(stream)).toMatchObject({
    ...{ number: 2, boot: 'factory state', sign: 'it has the state of the factory' },
  })
  life.state = '200 {"things":[1]}'
  await restored()
  await eventually(() => shut() === null)
  await eventually(async () => (await bootOf(stage)) === 'changed')
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('state that a change brought is noticed at once, so that its loss is, too', async () => {
  const stage = await stand({
    gate: { signs: [STATE], every: 3_600_000 },
    life: { state: `200 ${NO_STATE}` },
  })
  const { life, journal, stream, post, looks } = stage
  expect(await bootOf(stage)).toBe('factory state')
  // One that brings none: it is looked at again behind the next.
  const before = looks()
  expect(await post('/1')).toContain('applied')
  await eventually(() => looks() > before)
  life.state = '200 {"things":[1]}'
  expect(await post('/2')).toContain('applied')
  await eventually(async () => (await bootOf(stage)) === 'changed')
  Object.assign(life, { answer: 'reset', state: `200 ${NO_STATE}` })
  void post('/3').catch(() => {})
  await eventually(async () => (await journal.epoch(stream))!.number === 2)
})

test('one that is only another, or is not told, is none', async () => {
  const stage = await stand({ gate: { signs: [STATE] } })
  const { life, journal, stream, shut, post } = stage
  for (const state of ['200 {"things":[2]}', '200 []', '200 no JSON', `500 ${NO_STATE}`, '404 ']) {
    life.state = state
    await looked(stage, 3)
    expect(shut(), state).toBeNull()
    expect((await journal.epoch(stream))!.number, state).toBe(1)
  }
  expect(await post('/1')).toContain('applied')
})

test('a first boot without state is none, nor is one that stays so', async () => {
  const stage = await stand({ gate: { signs: [STATE] }, life: { state: `200 ${NO_STATE}` } })
  const { life, journal, stream, shut, restored } = stage
  expect(await bootOf(stage)).toBe('factory state')
  await looked(stage, 3)
  expect(shut()).toBeNull()
  life.state = '200 {"things":[1]}'
  await eventually(async () => (await bootOf(stage)) === 'changed')
  life.state = `200 ${NO_STATE}`
  await eventually(() => shut() === 'restoring')
  // What is to be restored may have no state for long: that is no other loss, nor is it behind the restore.
  await looked(stage, 3)
  await restored()
  await eventually(() => shut() === null)
  await looked(stage, 3)
  expect(await journal.epoch(stream)).toMatchObject({
    ...{ number: 2, phase: 'open', boot: 'factory state' },
  })
})

test('with check-on-connect nothing reaches one that has the state of the factory', async () => {
  const stage = await stand({
    gate: { signs: [STATE], connections: 'asked', every: 3_600_000 },
  })
  const { life, got, proxy, post, restored } = stage
  life.state = `200 ${NO_STATE}`
  const waiting = post('/1')
  await eventually(() => proxy.gate!.held === 1)
  expect(got()).toEqual([])
  await restored()
  expect(await waiting).toContain('applied')
})

test.for<[string, string, string, string]>([
  ['another id', 'b', '200 {"things":[1]}', 'another boot id'],
  ['no state', 'a', `200 ${NO_STATE}`, 'it has the state of the factory'],
  ['another id, and a state that is not told', 'b', '503 ', 'another boot id'],
])('of several signs one is enough: %s', async ([, boot, state, sign]) => {
  const signs = [ID, STATE]
  const stage = await stand({ gate: { signs } })
  const { life, journal, stream, shut, restored, post } = stage
  Object.assign(life, { boot, state })
  await eventually(() => shut() === 'restoring')
  expect(await journal.epoch(stream)).toMatchObject({ number: 2, sign })
  life.state = '200 {"things":[1]}'
  await restored()
  await eventually(() => shut() === null)
  expect(await post('/1')).toContain('applied')
  await looked(stage, 4)
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('a life that was noted by one sign goes on when it is looked at by two', async () => {
  const stage = await stand()
  const { journal, stream, beside } = stage
  expect(await bootOf(stage)).toBe('a')
  const other = await beside({ gate: { signs: [ID, STATE] } })
  await eventually(async () => (await bootOf(stage)) === '{"id":"a","factory":"changed"}')
  await looked(stage, 4)
  expect([stage.shut(), other.shut()]).toEqual([null, null])
  expect((await journal.epoch(stream))!.number).toBe(1)
})

/** Uptimes stand still with it. */
function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
}

test('an uptime that goes back is a loss, also of one that was just started', async () => {
  stopTheClock()
  const stage = await stand({ gate: { signs: [UPTIME] } })
  const { life, journal, stream, shut, restored } = stage
  const numberNow = async () => (await journal.epoch(stream))!.number
  life.up = 1.5
  await eventually(async () => (await numberNow()) === 2)
  await restored()
  await eventually(() => shut() === null)
  await looked(stage, 2)
  // By its moment alone it could be the same boot.
  life.up = 0.2
  await eventually(async () => (await numberNow()) === 3)
  expect((await journal.epoch(stream))!.sign).toBe('its uptime went back')
  await restored()
  await eventually(() => shut() === null)
  await looked(stage, 3)
  expect(await numberNow()).toBe(3)
})

test('what is asked on a connection sees an uptime that went back, too', async () => {
  stopTheClock()
  const stage = await stand({
    gate: { signs: [UPTIME], connections: 'asked', every: 3_600_000 },
  })
  const { life, journal, stream, post, proxy, got, restored, origin, shut } = stage
  life.up = 1.5
  const waiting = post('/1')
  await restored()
  expect(await waiting).toContain('applied')
  life.up = 0.2
  for (const socket of origin.sockets) socket.destroy()
  const next = post('/2')
  await eventually(() => proxy.gate!.held === 1)
  expect(got()).toEqual(['/1'])
  await restored()
  expect(await next).toContain('applied')
  expect((await journal.epoch(stream))!.number).toBe(3)
  expect(shut()).toBeNull()
})

test('a look that is not answered in time tells nothing, is said, and is made again', async () => {
  const stage = await stand({ gate: { timeout: 30 } })
  const { life, proxy, shut, looks, journal, stream } = stage
  life.boot = null
  const said = 'which life of the backend it is cannot be told: none in 30 ms'
  await eventually(() => proxy.problems.includes(said))
  const before = looks()
  await eventually(() => looks() >= before + 3)
  expect(shut()).toBeNull()
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('a connection that is refused is looked into at once, and what waited goes on', async () => {
  const stage = await stand({ gate: { every: 3_600_000 } })
  const { origin, post, proxy, shut, got } = stage
  await origin.close()
  const waiting = post('/1')
  await eventually(() => proxy.gate!.held === 1)
  expect(shut()).toBe('away')
  await eventually(() => proxy.problems.some((line) => line.startsWith('the backend is away: ')))
  await origin.reopen()
  expect(await waiting).toContain('applied by a')
  expect(got()).toEqual(['/1'])
})

const LOST_WHEN_BACK = { gate: { signs: [], rules: { back: 'lost', failed: 'shut' } } } as const

test('where that is taken for a loss, several proxies tell one loss of it', async () => {
  const stage = await stand(LOST_WHEN_BACK)
  const { origin, journal, stream, shut, beside, restored } = stage
  const other = await beside()
  await origin.close()
  await eventually(() => shut() === 'away' && other.shut() === 'away')
  await origin.reopen()
  await restored()
  await eventually(() => shut() === null && other.shut() === null)
  await looked(stage, 4)
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('a client that is refused is enough, also where it is back when it is looked at', async () => {
  const { gate } = LOST_WHEN_BACK
  const stage = await stand({ gate: { ...gate, every: 3_600_000 } })
  const { journal, stream, shut, proxy, looks } = stage
  const before = looks()
  proxy.gate!.onSuspicion()
  await eventually(() => looks() > before && shut() === null)
  expect((await journal.epoch(stream))!.number).toBe(1)
  proxy.gate!.onSuspicion('refused')
  await eventually(() => shut() === 'restoring')
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('a connection that is refused late tells nothing of the epoch that began since', async () => {
  const { gate } = LOST_WHEN_BACK
  const stage = await stand({ gate: { ...gate, every: 3_600_000 } })
  const { journal, stream, shut, proxy, looks, restored } = stage
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  proxy.gate!.failed({ sent: 'nothing' }, refused, 1)
  await eventually(() => shut() === 'restoring')
  await restored()
  await eventually(() => shut() === null)
  const before = looks()
  proxy.gate!.failed({ sent: 'nothing' }, refused, 1)
  await eventually(() => looks() > before && shut() === null)
  expect((await journal.epoch(stream))!.number).toBe(2)
})

test('a look that is under way when something is suspected is given up for another one', async () => {
  const { life, proxy, shut, looks } = await stand({ gate: { timeout: 3_600_000 } })
  life.boot = null
  const before = looks()
  await eventually(() => looks() > before)
  life.boot = 'b'
  proxy.gate!.onSuspicion()
  await eventually(() => shut() === 'restoring')
})

test('and it is told when the journal is back, if that was away then', async () => {
  const journal = useJournal(url)
  let isAway = false
  const unless = <T>(ask: () => Promise<T>) => (isAway ? Promise.reject(new Error('away')) : ask())
  const epoch: typeof journal.epoch = (of) => unless(() => journal.epoch(of))
  const loseEpoch: typeof journal.loseEpoch = (...of) => unless(() => journal.loseEpoch(...of))
  const { gate } = LOST_WHEN_BACK
  const stage = await stand({ gate: { ...gate, store: { ...journal, epoch, loseEpoch } } })
  const { origin, stream, shut } = stage
  isAway = true
  await origin.close()
  await eventually(() => shut() === 'away')
  await origin.reopen()
  await eventually(() => shut() === 'lost')
  await looked(stage, 3)
  isAway = false
  await eventually(async () => (await journal.epoch(stream))!.number === 2)
  await eventually(() => shut() === 'restoring')
})

test('what was seen of the former life tells nothing of one that another proxy noted since', async () => {
  const journal = useJournal(url)
  let hold: Promise<void> | null = null
  let waiting = 0
  const epoch: typeof journal.epoch = async (stream) => {
    if (hold !== null) waiting += 1
    await hold
    return journal.epoch(stream)
  }
  const stage = await stand({ gate: { store: { ...journal, epoch } } })
  const { life, stream, shut, restored, proxy } = stage
  let go = () => {}
  hold = new Promise((resolve) => (go = resolve))
  // It has seen the former life, and asks the journal while another process notes the next one.
  proxy.gate!.onSuspicion()
  await eventually(() => waiting > 0)
  life.boot = 'b'
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  hold = null
  go()
  await restored()
  await eventually(() => shut() === null)
  await looked(stage, 3)
  expect(await journal.epoch(stream)).toMatchObject({ number: 2, boot: 'b' })
})

test('looks come a little sooner than they are due, never later', () => {
  expect([0, 0.5, 0.999].map((random) => Math.round(jittered(1_000, random)))).toEqual([
    ...[1_000, 900, 800],
  ])
})
