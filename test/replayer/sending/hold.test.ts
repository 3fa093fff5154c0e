import { expect, onTestFinished, test } from 'vitest'
import { Hold } from '../../../replayer/sending/hold.ts'
import { PLAIN_SENDING, Sending } from '../../../replayer/sending/sending.ts'
import { openClient } from '../../../wire/open-client.ts'
import { entryWith, NOON } from './entries.ts'
import { fakeClock } from './fake-clock.ts'

const SECOND = 1_000_000

/** A run at the recorded speed; tells which of its entries may go, and when. */
function recordedSpeed() {
  const clock = fakeClock()
  const hold = new Hold(clock)
  const target = new URL('http://127.0.0.1:1')
  const client = openClient(target, {})
  onTestFinished(() => client.destroy())
  const sending = new Sending({
    ...PLAIN_SENDING,
    ...{ target, host: 'recorded', client, timeout: 5_000, signal: new AbortController().signal },
    pace: { speed: 1, maxGap: Infinity, rate: null },
    ...{ clock, hold, seed: '7', mark: String },
    makeLogin: () => Promise.reject(new Error('no login')),
    learn: () => {},
  })
  const went: number[] = []
  const send = async (seconds: number) => {
    await sending.ready(entryWith({ arrivedAt: NOON + seconds * SECOND }))
    went.push(clock.now())
  }
  return { clock, hold, went, send }
}

test('nothing goes while a run stands still, and its gaps are kept when it goes on', async () => {
  const { clock, hold, went, send } = recordedSpeed()
  await send(0)
  hold.begin()
  void send(1)
  await clock.advance(60_000)
  expect(went).toEqual([0])
  hold.end()
  await clock.advance(0)
  expect(went).toEqual([0, 60_000])
  // Recorded a second after the last one, which was due at 1 s.
  void send(2)
  await clock.advance(1_000)
  expect(went).toEqual([0, 60_000])
  await clock.advance(1_000)
  expect(went).toEqual([0, 60_000, 62_000])
})

test('one that is held twice, or let go on without being held, changes nothing', async () => {
  const { clock, hold, went, send } = recordedSpeed()
  hold.end()
  hold.begin()
  hold.begin()
  void send(0)
  await clock.advance(10)
  hold.end()
  hold.end()
  await clock.advance(0)
  expect(went).toEqual([10])
})
