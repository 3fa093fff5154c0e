import { expect, test } from 'vitest'
import { Rate, Schedule, type PaceRules } from '../../../replayer/sending/pace.ts'
import { Pacer } from '../../../replayer/sending/pacer.ts'
import { NOON } from './entries.ts'
import { fakeClock } from './fake-clock.ts'

const at = (ms: number) => ({ arrivedAt: NOON + ms * 1000 })

test.each([
  ['as it was', 1, Infinity, [0, 1000, 1500, 61_500], [0, 1000, 1500, 61_500]],
  ['ten times as fast', 10, Infinity, [0, 1000, 1500, 61_500], [0, 100, 150, 6150]],
  ['half as fast', 0.5, Infinity, [0, 1000], [0, 2000]],
  ['long gaps are cut, and what follows comes earlier', 1, 5000, [0, 9000, 9500], [0, 5000, 5500]],
  ['a gap is cut at the speed of the run', 10, 500, [0, 4000, 14_000], [0, 400, 900]],
  ['what arrived before another comes as far before it', 1, 5000, [0, 9000, 8000], [0, 5000, 4000]],
  ['but not before the start', 1, Infinity, [0, -500, 500], [0, 0, 500]],
  ['none of it adds up', 1, 5000, [0, 9000, 8000, 9500], [0, 5000, 4000, 5500]],
  ['no gap at all', 1, 0, [0, 9000, 18_000], [0, 0, 0]],
])('due: %s', (_, speed, maxGap, arrived, due) => {
  const schedule = new Schedule(speed, maxGap)
  expect(arrived.map((ms) => schedule.due(at(ms)))).toStrictEqual(due)
})

test('what was put off stays put off', () => {
  const schedule = new Schedule(1, Infinity)
  schedule.due(at(0))
  schedule.shift(3000)
  expect([1000, 2000].map((ms) => schedule.due(at(ms)))).toStrictEqual([4000, 5000])
})

test('a rate spreads what comes at once', () => {
  const rate = new Rate(10)
  expect([0, 0, 0, 0].map((now) => rate.take(now))).toStrictEqual([0, 100, 200, 300])
})

test('of a quiet time a tenth of a second is saved, and no more', () => {
  const rate = new Rate(100)
  rate.take(0)
  const places = Array.from({ length: 13 }, () => rate.take(60_000))
  expect(places.filter((place) => place === 60_000)).toHaveLength(11)
  expect(places.slice(-2)).toStrictEqual([60_010, 60_020])
})

test('below one a second nothing is saved', () => {
  const rate = new Rate(0.5)
  expect([0, 0, 60_000, 60_000].map((now) => rate.take(now))).toStrictEqual([
    ...[0, 2000, 60_000, 62_000],
  ])
})

const free: PaceRules = { speed: null, maxGap: Infinity, rate: null }

function pacing(rules: Partial<PaceRules>) {
  const clock = fakeClock()
  const run = new AbortController()
  const pacer = new Pacer({ ...free, ...rules }, clock, run.signal)
  const passed: [name: string, at: number][] = []
  const come = (name: string, ms: number) =>
    pacer.wait(at(ms)).then(() => passed.push([name, clock.now()]))
  return { clock, run, pacer, passed, come }
}

test('without rules nobody waits', async () => {
  const { pacer, passed, come } = pacing({})
  await Promise.all([come('a', 0), come('b', 3_600_000)])
  expect(pacer.isFree).toBe(true)
  expect(passed).toStrictEqual([
    ['a', 0],
    ['b', 0],
  ])
})

test('entries wait until they are due, counted from the first one', async () => {
  const { clock, passed, come } = pacing({ speed: 2, maxGap: 1000 })
  await clock.advance(500)
  void come('a', 0)
  void come('b', 1000)
  void come('c', 60_000)
  await clock.advance(499)
  expect(passed).toStrictEqual([['a', 500]])
  await clock.advance(5000)
  expect(passed.slice(1)).toStrictEqual([
    ['b', 1000],
    ['c', 2000],
  ])
})

test('a run that fell behind catches up, at the rate that it may have', async () => {
  const { clock, passed, come } = pacing({ speed: 1, rate: 10 })
  void come('a', 0)
  await clock.advance(10_000)
  for (const name of ['b', 'c', 'd', 'e']) void come(name, 1000)
  await clock.advance(1000)
  expect(passed.map(([, when]) => when)).toStrictEqual([0, 10_000, 10_000, 10_100, 10_200])
})

test('what is sent again takes its place too', async () => {
  const { clock, pacer, passed, come } = pacing({ rate: 10 })
  await pacer.again()
  void come('a', 0)
  await clock.advance(100)
  expect(passed).toStrictEqual([['a', 100]])
})

test('an aborted run leaves nobody waiting', async () => {
  const { run, passed, come } = pacing({ speed: 1, rate: 1 })
  await come('a', 0)
  const going = Promise.all([come('b', 3_600_000), come('c', 3_600_000)])
  run.abort()
  await going
  expect(passed).toHaveLength(3)
})
