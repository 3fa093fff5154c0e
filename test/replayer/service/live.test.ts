import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { follow } from '../../../replayer/service/following.ts'
import type { EntrySummary } from '../../../journal/entry.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

interface Event {
  event: string
  data: unknown
  id: string
}

/** The events of a stream as they come. */
async function listen(
  url: string,
  headers: Record<string, string> = {},
): Promise<() => Promise<Event>> {
  const control = new AbortController()
  onTestFinished(() => control.abort())
  const answer = await fetch(url, { signal: control.signal, headers })
  expect(answer.status).toBe(200)
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async () => {
    while (!text.includes('\n\n')) text += (await reader.read()).value ?? ''
    const [first] = text.split('\n\n')
    text = text.slice(first!.length + 2)
    const said = Object.fromEntries(
      first!.split('\n').map((line) => [line.split(': ')[0]!, line.slice(line.indexOf(' ') + 1)]),
    )
    return { event: said['event']!, id: said['id']!, data: JSON.parse(said['data']!) as unknown }
  }
}

test('new entries are told as they come, and only those that match', async () => {
  const { url, journal } = await useService(database)
  const [old] = await record(journal, 'live', [{}])
  const next = await listen(`${url}/api/live?stream=live&method=PUT&columns=id,method`)
  expect(await next()).toEqual({ event: 'ready', data: old, id: String(old) })
  const ids = await record(journal, 'live', [{}, { method: 'PUT' }, {}])
  expect(await next()).toEqual({
    ...{ event: 'entries', data: [{ id: ids[1], method: 'PUT' }], id: String(ids[1]) },
  })
})

test('who asks for heads alone keeps no stream open', async () => {
  const { url, get } = await useService(database)
  for (let i = 0; i < 70; i++) {
    const { status, headers } = await fetch(`${url}/api/live`, { method: 'HEAD' })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream')
  }
  expect((await get('/api/streams')).status).toBe(200)
  expect(await (await listen(`${url}/api/live`))()).toMatchObject({ event: 'ready' })
})

test('whoever comes back is told what it missed', async () => {
  const { url, journal } = await useService(database)
  const ids = await record(journal, 'missed', [{}, {}, {}])
  const entries = [{ id: ids[1] }, { id: ids[2] }]
  const asked = `${url}/api/live?stream=missed&columns=id`
  for (const next of [
    await listen(`${asked}&after_id=${ids[0]}`),
    await listen(`${asked}&after_id=0`, { 'Last-Event-ID': String(ids[0]) }),
  ]) {
    expect(await next()).toMatchObject({ event: 'ready' })
    expect(await next()).toEqual({ event: 'entries', data: entries, id: String(ids[2]) })
  }
})

test('an id that comes to light after a higher one is told once, if it is not too late', async () => {
  let now = 0
  const there = new Set<number>()
  const list = (filter: { idFrom?: number }) =>
    Promise.resolve(
      [...there]
        .sort((a, b) => a - b)
        .filter((id) => id >= (filter.idFrom ?? 0))
        .map((id) => ({ id }) as EntrySummary),
    )
  const following = follow({ list }, {}, 10, () => now)
  const told = async () => (await following.next()).map(({ id }) => id)
  there.add(12).add(9)
  expect(await told()).toEqual([12])
  now += 1_000
  there.add(11)
  expect(await told()).toEqual([11])
  expect(await told()).toEqual([])
  now += 10_000
  expect(await told()).toEqual([])
  there.add(8).add(13)
  expect(await told()).toEqual([13])
})
