import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BackOff } from '../../../replayer/sending/back-off.ts'
import { fakeClock } from './fake-clock.ts'

function gate() {
  const clock = fakeClock()
  const run = new AbortController()
  const pauses: number[] = []
  const backOff = new BackOff(clock, run.signal, (ms) => pauses.push(ms))
  const entered: string[] = []
  const come = (...names: string[]) => {
    for (const name of names) void Promise.resolve(backOff.enter()).then(() => entered.push(name))
    return nextTurn()
  }
  return { clock, run, pauses, backOff, entered, come }
}

test('nobody waits before a target that never asked for it', () => {
  const { backOff } = gate()
  expect(backOff.enter()).toBeUndefined()
  expect(backOff.enter()).toBeUndefined()
})

test('in a pause all wait; after it one goes first, and each that is taken lets one more go', async () => {
  const { clock, backOff, entered, come } = gate()
  await come('one', 'two', 'three')
  backOff.pause(1000)
  for (const _ of entered) backOff.leave('turned-away')
  await come('a', 'b', 'c', 'd', 'e')
  await clock.advance(999)
  expect(entered.slice(3)).toStrictEqual([])
  await clock.advance(1)
  expect(entered.slice(3)).toStrictEqual(['a'])
  backOff.leave('taken')
  await nextTurn()
  expect(entered.slice(3)).toStrictEqual(['a', 'b', 'c'])
  backOff.leave('taken')
  backOff.leave('taken')
  await nextTurn()
  expect(entered.slice(3)).toStrictEqual(['a', 'b', 'c', 'd', 'e'])
  expect(backOff.enter()).toBeUndefined()
})

test('who is turned away again has all wait again, and one go first again', async () => {
  const { clock, backOff, entered, come } = gate()
  await come('one')
  backOff.pause(100)
  backOff.leave('turned-away')
  await come('a', 'b')
  await clock.advance(100)
  backOff.pause(100)
  backOff.leave('turned-away')
  await clock.advance(99)
  expect(entered).toStrictEqual(['one', 'a'])
  await clock.advance(1)
  expect(entered).toStrictEqual(['one', 'a', 'b'])
})

test('what is taken that was under way already lets nobody more go', async () => {
  const { clock, backOff, entered, come } = gate()
  await come('one', 'two', 'three')
  backOff.pause(100)
  backOff.leave('turned-away')
  backOff.leave('taken')
  backOff.leave('taken')
  await come('a', 'b', 'c')
  await clock.advance(100)
  expect(entered.slice(3)).toStrictEqual(['a'])
})

test('of pauses that overlap the longest counts, and what they put off is told once', async () => {
  const { clock, backOff, pauses, entered, come } = gate()
  backOff.pause(1000)
  backOff.pause(500)
  await clock.advance(400)
  backOff.pause(1000)
  expect(pauses).toStrictEqual([1000, 400])
  await come('a')
  await clock.advance(999)
  expect(entered).toStrictEqual([])
  await clock.advance(1)
  expect(entered).toStrictEqual(['a'])
})

test('a run that is aborted leaves nobody waiting', async () => {
  const { run, backOff, entered, come } = gate()
  backOff.pause(1_000_000)
  const over = backOff.pauseOver()
  await come('a', 'b', 'c')
  run.abort()
  await over
  await nextTurn()
  expect(entered).toStrictEqual(['a', 'b', 'c'])
})
