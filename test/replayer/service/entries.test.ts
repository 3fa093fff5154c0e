import { expect, test } from 'vitest'
import type { RunNotes } from '../../../journal/runs.ts'
import { LEASE } from '../../journal/entries.ts'
import { createDatabase } from '../../support/database.ts'
import { record } from '../recording.ts'
import { useService, type Client } from './client.ts'

const database = await createDatabase()

async function targetsOf(client: Client, query: string): Promise<string> {
  const { status, body } = await client.get(`/api/entries?${query}`)
  expect(status).toBe(200)
  return (body.entries as { target: string }[]).map((one) => one.target).join(' ')
}

test('every filter of the list narrows, and they narrow together', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'filters', [
    { target: '/a/1', method: 'POST' },
    { target: '/a/2/state', method: 'PUT', status: 500, verdict: 'failed' },
    { target: '/b', method: 'DELETE', status: 204 },
  ])
  await client.journal.label({ idFrom: ids[2]!, idTo: ids[2]! }, 'bug-17')
  const cases = {
    [`id__gte=${ids[1]}`]: '/a/2/state /b',
    [`id__lte=${ids[1]}`]: '/a/1 /a/2/state',
    'method=put,DELETE': '/a/2/state /b',
    'path=/a/*': '/a/1 /a/2/state',
    'path=/a/*/state,/b': '/a/2/state /b',
    'excluded_path=/a/': '/b',
    'status=5xx,204': '/a/2/state /b',
    'verdict=failed': '/a/2/state',
    'label=bug-17': '/b',
    'since=2026-01-15T12:00:01Z': '/a/2/state /b',
    'until=2026-01-15T13:00:01%2B01:00': '/a/1',
    'method=POST&status=204': '',
    'stream=other': '',
  }
  for (const [query, expected] of Object.entries(cases)) {
    const stream = query.startsWith('stream') ? '' : '&stream=filters'
    expect({ query, targets: await targetsOf(client, `${query}&order=id${stream}`) }).toStrictEqual(
      {
        query,
        targets: expected,
      },
    )
  }
})

test('the four orders: by place in the stream and by id, both ways', async () => {
  const client = await useService(database)
  await record(client.journal, 'orders', [
    { target: '/slow', arrived: 1, answered: 9 },
    { target: '/quick', arrived: 2, answered: 3 },
  ])
  expect(await targetsOf(client, 'stream=orders&order=order')).toBe('/quick /slow')
  expect(await targetsOf(client, 'stream=orders&order=-order')).toBe('/slow /quick')
  expect(await targetsOf(client, 'stream=orders&order=id')).toBe('/slow /quick')
  expect(await targetsOf(client, 'stream=orders&order=-id')).toBe('/quick /slow')
})

test('only the columns asked for are answered', async () => {
  const client = await useService(database)
  await record(client.journal, 'columns', [{ target: '/one' }])
  const { body } = await client.get('/api/entries?stream=columns&columns=method,target,status')
  expect(body.entries).toStrictEqual([{ method: 'POST', target: '/one', status: 201 }])
})

test('filter, order and columns of the settings hold where a request does not say', async () => {
  const client = await useService(database, {
    filter: { method: 'POST', stream: 'defaults' },
    order: 'id',
    columns: ['target'],
  })
  await record(client.journal, 'defaults', [
    { target: '/1' },
    { target: '/2', method: 'PUT' },
    { target: '/3' },
  ])
  expect((await client.get('/api/entries')).body.entries).toStrictEqual([
    { target: '/1' },
    { target: '/3' },
  ])
  const said = await client.get('/api/entries?method=PUT&columns=target,method')
  expect(said.body.entries).toStrictEqual([{ target: '/2', method: 'PUT' }])
  expect(await targetsOf(client, 'order=-id')).toBe('/3 /1')
})

test.each(['order', '-order', 'id', '-id'])(
  'pages by %s show each of 1,100 entries once',
  async (order) => {
    const client = await useService(database)
    const stream = `pages${order}`
    // Ten entries share each moment, so that pages end within one.
    const said = Array.from({ length: 1_100 }, (_, i) => ({ arrived: Math.floor(i / 10) }))
    const ids = await record(client.journal, stream, said)
    const seen: number[] = []
    let after = ''
    do {
      const query = `stream=${stream}&order=${order}&limit=333&columns=id${after}`
      const { body } = await client.get(`/api/entries?${query}`)
      seen.push(...(body.entries as { id: number }[]).map((one) => one.id))
      after = body.next === null ? '' : `&after=${body.next}`
    } while (after !== '')
    expect(seen).toStrictEqual(order.startsWith('-') ? ids.toReversed() : ids)
  },
)

test('one entry comes with its bodies, as text where they are that and as base64 otherwise', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'bodies', [
    { body: '{"größe":1}', answerBody: Buffer.from([0xff, 0, 0x80]) },
  ])
  const { status, body } = await client.get(`/api/entries/${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id,
    arrived_at: expect.stringMatching(/^2026-01-15T12:.*\d{6}Z$/) as string,
    request_body: { encoding: 'utf8', data: '{"größe":1}' },
    response_body: { encoding: 'base64', data: '/wCA' },
  })
})

test('no answer holds the value of a secret field', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'secrets', [
    {
      fields: [
        ...['Host', 'a', 'Authorization', 'Basic c2VjcmV0', 'COOKIE', 'session=secret'],
        ...['Proxy-Authorization', 'secret', 'X-Open', 'shown'],
      ],
      answerFields: ['Set-Cookie', 'session=secret', 'Location', '/1'],
    },
  ])
  const driving = await client.journal.startRun(
    { stream: 'secrets', target: 'http://a', selection: {}, planned: 1 },
    LEASE,
  )
  const { run } = driving
  const note = (notes: Partial<RunNotes>) =>
    client.journal.note(
      driving,
      { begun: [], withdrawn: [], ended: [], aliases: [], ...notes },
      LEASE,
    )
  await note({ begun: [{ position: 0, entry: id! }] })
  const answer = { status: 201, fields: ['Set-Cookie', 'secret'], body: Buffer.alloc(0) }
  const result = { outcome: 'same', detail: null, answer } as const
  await note({ ended: [{ position: 0, entry: id!, result, sentAt: 1, endedAt: 2 }] })
  const paths = [`/api/entries/${id}`, '/api/entries?stream=secrets', `/api/runs/${run}/attempts`]
  for (const path of paths) {
    const { status, body } = await client.get(path)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toMatch(/secret"|c2VjcmV0|session=/)
  }
  const { body } = await client.get(`/api/entries/${id}`)
  expect(body.request_headers).toStrictEqual([
    ['Host', 'a'],
    ['Authorization', null],
    ['COOKIE', null],
    ['Proxy-Authorization', null],
    ['X-Open', 'shown'],
  ])
  expect(body.response_headers).toStrictEqual([
    ['Set-Cookie', null],
    ['Location', '/1'],
  ])
})

test('a label is set on one entry and taken away', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'label', [{}, {}])
  const set = await client.send('PATCH', `/api/entries/${id}`, { label: 'bug-17' })
  expect(set).toMatchObject({ status: 200, body: { changed: 1 } })
  expect((await client.get(`/api/entries/${id}`)).body.label).toBe('bug-17')
  await client.send('PATCH', `/api/entries/${id}`, { label: null })
  expect((await client.get(`/api/entries/${id}`)).body.label).toBeNull()
})

test('a label is set on all that match, and never on all there is by accident', async () => {
  const client = await useService(database)
  await record(client.journal, 'labels', [{ method: 'PUT' }, { method: 'PUT' }, {}])
  const query = 'stream=labels&method=PUT'
  const set = await client.send('PATCH', `/api/entries?${query}`, { label: 'puts' })
  expect(set).toMatchObject({ status: 200, body: { changed: 2 } })
  const all = await client.send('PATCH', '/api/entries', { label: 'oops' })
  expect(all).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
  expect((await client.get('/api/entries?label=oops')).body.entries).toStrictEqual([])
})

test('an entry tells the trace that its request was a part of', async () => {
  const client = await useService(database)
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`
  await record(client.journal, 'traced', [
    { fields: ['Traceparent', traceparent] },
    { fields: ['traceparent', 'none'] },
    {},
  ])
  const { body } = await client.get('/api/entries?stream=traced&order=id&columns=trace_id')
  expect(body.entries).toEqual([{ trace_id: trace }, { trace_id: null }, { trace_id: null }])
})

test('the request of one is copied as plain text, without its secrets', async () => {
  const client = await useService(database)
  const fields = ['Host', 'shop.test', 'Cookie', 'sid=s3cr3t']
  const [id] = await record(client.journal, 'copied', [{ target: '/a', fields, body: 'x=1' }])
  const copied = await fetch(`${client.url}/api/entries/${id}/copies/curl`)
  expect(copied.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(copied.headers.get('x-content-type-options')).toBe('nosniff')
  const text = await copied.text()
  expect(text).toMatch(/^curl -X POST 'http:\/\/shop\.test\/a'/)
  expect(text).toContain('COOKIE_NOT_SHOWN')
  expect(await client.get(`/api/entries/${id}/copies/perl`)).toMatchObject({ status: 400 })
  expect(await client.get('/api/entries/999999/copies/curl')).toMatchObject({ status: 404 })
})

test('labels are counted of what matches, and those that are lost are told', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'relabelled', [{}, {}, {}])
  const all = '/api/entries?stream=relabelled'
  await client.send('PATCH', `/api/entries/${ids[0]}`, { label: 'a' })
  expect(await client.send('PATCH', all, { label: 'b' })).toMatchObject({
    body: { changed: 3, overwritten: 1 },
  })
  await client.send('PATCH', `/api/entries/${ids[0]}`, { label: 'a' })
  expect((await client.get('/api/labels?stream=relabelled')).body).toEqual({
    labels: [
      { label: 'b', count: 2 },
      { label: 'a', count: 1 },
    ],
  })
})
