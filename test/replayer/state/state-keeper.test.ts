import { expect, onTestFinished, test, vi } from 'vitest'
import { parseBootSign } from '../../../backend/boot-sign.ts'
import type { StateShot } from '../../../journal/state.ts'
import { startStateKeeper, type KeeperOptions } from '../../../replayer/state/state-keeper.ts'
import { eventually } from '../../support/between.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { probes, stateOrigin } from './stage.ts'

function keeping(url: string, changes: Partial<KeeperOptions> = {}) {
  const kept: StateShot[][] = []
  const said: string[] = []
  const store = { keepState: async (shots: StateShot[]) => void kept.push(shots) }
  const keeper = startStateKeeper({
    ...{ stream: 's', target: new URL(url), fields: [], timeout: 20_000, most: 5, connection: {} },
    ...{
      store: store as unknown as KeeperOptions['store'],
      probes: probes('/a', '/b'),
      every: null,
    },
    say: (message) => said.push(message),
    life: null,
    ...changes,
  })
  return { keeper, kept, said }
}

test('the state is kept at the end', async () => {
  const origin = await stateOrigin({ '/a': 1, '/b': 2 })
  const { keeper, kept, said } = keeping(origin.url)
  expect(origin.requests).toHaveLength(0)
  await keeper.close()
  expect(kept.map((shots) => shots.map(({ probe, status }) => `${probe} ${status}`))).toStrictEqual(
    [['GET /a 200', 'GET /b 200']],
  )
  expect(said).toStrictEqual([])
})

const LIFE: NonNullable<KeeperOptions['life']> = {
  signs: [parseBootSign('/boot json /id', 'id')],
  timeout: 20_000,
  failed: 'shut',
}

test('only what is of the life that clients reach is kept', async () => {
  const epoch = { phase: 'open', number: 3, boot: 'a' }
  const states: Record<string, unknown> = { '/boot': { id: 'a' }, '/a': 1, '/b': 2 }
  const kept: StateShot[][] = []
  const store = {
    keepState: async (shots: StateShot[]) => void kept.push(shots),
    epoch: async () => epoch,
  } as unknown as KeeperOptions['store']
  const life = { ...LIFE }
  const closed = async () => {
    const origin = await stateOrigin(states)
    await keeping(origin.url, { store, life }).keeper.close()
    return origin.requests.map(({ target }) => target)
  }
  expect(await closed()).toEqual(['/boot', '/a', '/b', '/boot'])
  expect(kept).toHaveLength(1)
  states['/boot'] = { id: 'b' }
  expect(await closed(), 'another life').toEqual(['/boot'])
  states['/boot'] = { id: 'a' }
  epoch.phase = 'restoring'
  expect(await closed(), 'one that is being restored').toEqual([])
  epoch.phase = 'failed'
  expect(await closed(), 'one that could not be').toEqual([])
  expect(kept).toHaveLength(1)
  life.failed = 'open'
  expect(await closed(), 'or that clients reach all the same').toHaveLength(4)
  expect(kept).toHaveLength(2)
})

test('a life that ends meanwhile is not kept', async () => {
  const epochs = [3, 4].map((number) => ({ phase: 'open', number, boot: 'a' }))
  const origin = await stateOrigin({ '/boot': { id: 'a' }, '/a': 1, '/b': 2 })
  const kept: StateShot[][] = []
  const store = {
    keepState: async (shots: StateShot[]) => void kept.push(shots),
    epoch: async () => epochs.shift(),
  } as unknown as KeeperOptions['store']
  const life = { ...LIFE }
  await keeping(origin.url, { store, life }).keeper.close()
  expect(kept).toEqual([])
})

test('and every so often before, one shot at a time', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const held: (() => void)[] = []
  const origin = await startRawOrigin((_, socket) => {
    held.push(() => socket.write(plainAnswer()))
    return undefined
  })
  const { keeper, kept } = keeping(origin.url, { every: 20, probes: probes('/a') })
  vi.advanceTimersByTime(100)
  await origin.request(0)
  held[0]!()
  await eventually(() => kept.length === 1)
  expect(origin.requests).toHaveLength(1)
  vi.advanceTimersByTime(20)
  await origin.request(1)
  expect(kept).toHaveLength(1)
  const closed = keeper.close()
  await origin.request(2)
  held[2]!()
  await closed
  expect(kept).toHaveLength(2)
})

test('what fails is told, and is in nobody’s way', async () => {
  const origin = await stateOrigin({ '/a': 1, '/b': plainAnswer('', '503 No') })
  const failing = { keepState: async () => Promise.reject(new Error('PostgreSQL is away')) }
  const { keeper, said } = keeping(origin.url, {
    store: failing as unknown as KeeperOptions['store'],
  })
  await keeper.close()
  expect(said).toStrictEqual([
    'the state was not kept: GET /b: answered 503',
    'the state was not kept: PostgreSQL is away',
  ])
})
