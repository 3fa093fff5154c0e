import { expect, test } from 'vitest'
import type { RecordingOptions } from '../../proxy/proxy.ts'
import { eventually, standBetween } from '../support/between.ts'
import { placedNumbers, upTo } from '../support/numbers.ts'
import { recordingOptions } from '../support/recorder.ts'
import { post } from '../support/spooling.ts'

// Durability `async`: recorded soon; no answer waits for the journal, up to a bound.

const stand = (changes: Partial<RecordingOptions> = {}) =>
  standBetween('on', undefined, {
    recording: recordingOptions({ durability: 'async', ...changes }),
  })

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

test('answers do not wait for the journal', async () => {
  const { ask, journal, proxy } = await stand()
  journal.hold()
  for (const i of upTo(20)) await ask(post(`/${i}`), /ok$/)
  expect(journal.entries()).toEqual([])
  expect(proxy.counts).toMatchObject({ forwarded: 20, recorded: 0 })
  journal.release()
  await journal.stored(20)
  await eventually(() => proxy.counts!.recorded === 20)
  expect(journal.entries().map(({ number }) => number)).toEqual(upTo(20))
})

test.each([
  ['records', { records: 3, bytes: 1_000_000 }, 'x'],
  ['bytes', { records: 1_000, bytes: 3_000 }, 'x'.repeat(1_000)],
])('where so many %s wait, answers wait too; none is dropped', async (_, asyncLimit, body) => {
  const { ask, connect, journal, proxy } = await stand({ asyncLimit })
  journal.hold()
  // The first is on its way to the journal, and waits no more.
  for (const i of upTo(4)) await ask(post(`/${i}`, body), /ok$/)
  const clients = await Promise.all(
    upTo(5).map(async (i) => {
      const client = await connect()
      client.write(post(`/waits/${i}`, body))
      return client
    }),
  )
  await eventually(() => proxy.health()!.waiting === 8)
  for (let i = 0; i < 3; i++) await ask(GET, /ok$/)
  expect(clients.map((client) => client.received())).toEqual(['', '', '', '', ''])
  journal.release()
  await Promise.all(clients.map((client) => client.until(/ok$/)))
  expect(placedNumbers(journal)).toEqual(upTo(9))
  expect(proxy.counts).toMatchObject({ forwarded: 9, recorded: 9, lost: 0, refused: 0 })
})

test('what waits at the end is stored before it', async () => {
  const { ask, journal, proxy } = await stand()
  journal.hold()
  for (const i of upTo(5)) await ask(post(`/${i}`), /ok$/)
  const closing = proxy.close(5_000)
  journal.release()
  await closing
  expect(journal.entries().map(({ number }) => number)).toEqual(upTo(5))
})

test('what cannot be stored before the end is counted as lost', async () => {
  const { ask, journal, proxy } = await stand({ slowCommit: 20 })
  journal.leave()
  await ask(post('/lost'), /ok$/)
  await proxy.close(0)
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 0, lost: 1 })
  expect(proxy.problems.join('\n')).toMatch(/entry 1 is lost/)
})

test('while the journal is away mutations are refused, as in any mode', async () => {
  const { ask, journal, origin } = await stand()
  journal.breakOff()
  expect(await ask(post('/refused'), /\}\n$/)).toMatch(/^HTTP\/1\.1 503 /)
  expect(origin.requests).toEqual([])
  journal.comeBack()
})
