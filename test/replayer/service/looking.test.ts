import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { record, replayed } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('a search goes through the journal window by window', async () => {
  const client = await useService(database)
  const said = Array.from({ length: 7 }, (_, i) => ({ body: i % 3 === 0 ? 'a needle' : 'hay' }))
  const ids = await record(client.journal, 'searched', said)
  const asked = '/api/search?stream=searched&text=needle&window=3&order=id&columns=id'
  const first = await client.get(asked)
  expect(first.body).toMatchObject({
    ...{ entries: [{ id: ids[0] }], scanned: 3, latest_id: ids[6] },
    reached: '2026-01-15T12:00:02.001000Z',
  })
  const second = await client.get(`${asked}&after=${first.body.next}`)
  expect(second.body).toMatchObject({ entries: [{ id: ids[3] }], scanned: 3 })
  const third = await client.get(`${asked}&after=${second.body.next}`)
  expect(third.body).toStrictEqual({
    ...{ entries: [{ id: ids[6] }], scanned: 1, latest_id: null, reached: null, next: null },
  })
})

test('who sent it and ids narrow a list as its other filters do', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'senders', [
    { sender: { user: 'ada', address: '192.0.2.1' } },
    { sender: { user: 'grace', address: '192.0.2.2' } },
    { target: '/searched-for' },
  ])
  const of = async (query: string) => {
    const { body } = await client.get(`/api/entries?stream=senders&order=id&columns=id&${query}`)
    return (body.entries as { id: number }[]).map((one) => ids.indexOf(one.id))
  }
  expect(await of('user=ada,nobody')).toEqual([0])
  expect(await of('client=192.0.2.2')).toEqual([1])
  expect(await of('text=searched-for')).toEqual([2])
  expect(await of(`id=${ids[2]},${ids[0]}`)).toEqual([0, 2])
})

test('a timeline counts by verdict', async () => {
  const client = await useService(database)
  await record(client.journal, 'counted', [{}, {}, { verdict: 'failed', status: 500 }])
  const counted = await client.get('/api/timeline?stream=counted&spans=2')
  expect(counted).toMatchObject({ status: 200 })
  expect(counted.body).toStrictEqual({
    since: '2026-01-15T12:00:00.000000Z',
    step: 2000,
    spans: [{ applied: 2 }, { failed: 1 }],
    ...{ reached: null, next: null },
  })
  const none = await client.get('/api/timeline?stream=nobody')
  expect(none.body).toStrictEqual({
    ...{ since: null, step: 0, spans: [], reached: null, next: null },
  })
})

test.each([
  ['since=1500-01-01T00:00:00Z&spans=1', [{ applied: 1 }]],
  ['since=0000-01-01T00:00:00Z&until=9999-12-31T23:59:59Z&spans=2', [{ applied: 1 }]],
  ['since=9999-01-01T00:00:00Z', []],
  ['until=1900-01-01T00:00:00Z', []],
  ['since=2027-01-01T00:00:00Z&until=2026-01-01T00:00:00Z', []],
])('a timeline of any time has an end: %s', async (query, spans) => {
  const client = await useService(database)
  const stream = `timed ${query}`
  await record(client.journal, stream, [{}])
  const path = `/api/timeline?stream=${encodeURIComponent(stream)}&${query}`
  const { status, body } = await client.get(path)
  expect({ status, spans: body.spans.filter((one: object) => 'applied' in one) }).toEqual({
    ...{ status: 200, spans },
  })
})

test('attempts of an entry name their runs', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'tried', [{}, { target: '/other' }])
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  const options = { target: new URL(origin.url) }
  const first = await replayed(client.journal, { stream: 'tried' }, options)
  const second = await replayed(client.journal, { stream: 'tried' }, options)
  const { body } = await client.get(`/api/entries/${ids[1]}/attempts`)
  expect(body.attempts).toMatchObject([
    { run: second.run, position: 1, entry: ids[1], outcome: 'same' },
    { run: first.run, position: 1, entry: ids[1], outcome: 'same' },
  ])
  expect(await client.get('/api/entries/999999/attempts')).toMatchObject({ status: 404 })
})

test.each([
  ['gzip', gzipSync('größe')],
  ['deflate', deflateSync('größe')],
  ['br', brotliCompressSync('größe')],
  ['br, gzip', gzipSync(brotliCompressSync('größe'))],
  ['identity', Buffer.from('größe')],
])('a body is read without its coding: %s', async (coding, bytes) => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'coded', [
    { answerFields: ['Content-Encoding', coding], answerBody: bytes },
  ])
  const path = `${client.url}/api/entries/${id}/bodies/response`
  expect(await (await fetch(`${path}?coding=undone`)).text()).toBe('größe')
  expect(Buffer.from(await (await fetch(path)).arrayBuffer())).toEqual(bytes)
})

test('what cannot be decoded says so, or is cut; the bytes are there all the same', async () => {
  const client = await useService(database)
  const coded = (coding: string) => ({
    answerFields: ['Content-Encoding', coding],
    answerBody: 'no such thing',
  })
  const ids = await record(client.journal, 'uncoded', [coded('zstd'), coded('gzip')])
  const path = (id: number | undefined) => `/api/entries/${id}/bodies/response`
  expect(await client.get(`${path(ids[0])}?coding=undone`)).toMatchObject({
    ...{ status: 400, body: { code: 'input_invalid' } },
  })
  await expect(
    fetch(`${client.url}${path(ids[1])}?coding=undone`).then((answer) => answer.text()),
  ).rejects.toThrow('terminated')
  expect((await client.get(path(ids[1]))).body).toBe('no such thing')
})
