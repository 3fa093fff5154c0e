import { once } from 'node:events'
import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { RunOptions } from '../../replayer/run.ts'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin, type RawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed, type Said } from './recording.ts'

const database = await createDatabase()
let streams = 0

/** Records what is said, replays it, and answers what the target got. */
async function resent(said: readonly Said[], options: Partial<RunOptions> = {}, path = '') {
  const journal = useJournal(database)
  const stream = `exact-${streams++}`
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  await record(journal, stream, said)
  const target = new URL(origin.url + path)
  const summary = await replayed(journal, { stream }, { target, ...options })
  expect(summary).toMatchObject({ state: 'done', sent: said.length })
  return { origin, summary, first: origin.requests[0]! }
}

const withoutMark = ({ requests }: RawOrigin) =>
  requests[0]!.fields.filter(
    (_, i, all) => !['Reprise-Replay', 'Connection'].includes(all[i - (i % 2)]!),
  )

test('method, target, fields and body go out as they were recorded', async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const fields = [
    ...['Host', 'backend.test:3000', 'x-odd-CASE', '1', 'Accept', 'a', 'X-Twice', 'one'],
    ...['Content-Type', 'application/octet-stream', 'X-Twice', 'two', 'Content-Length', '256'],
    ...['X-Latin', 'caf\u00e9 \u00ff'],
  ]
  const target = '/things/%7e%2Fa?q=1&q=2&empty=&flag&odd=%zz'
  const { origin, first } = await resent([{ method: 'PATCH', target, fields, body }])
  expect(first).toMatchObject({ method: 'PATCH', target })
  expect(withoutMark(origin)).toStrictEqual(fields)
  expect(first.body).toStrictEqual(body)
})

test('a request bears the mark of its run and entry, and no older one', async () => {
  const fields = ['Host', 'a', 'reprise-replay', '1/1']
  const { first, summary } = await resent([{ fields }])
  const marks = first.fields.filter((_, i, all) => /^reprise-replay$/i.test(all[i - 1] ?? ''))
  expect(marks).toStrictEqual([expect.stringMatching(`^${summary.run}/\\d+$`)])
})

test('fields of one connection, and those that Connection names, stay away', async () => {
  const fields = [
    ...['Host', 'a', 'Connection', 'keep-alive, x-hop', 'X-Hop', '1', 'Keep-Alive', 'timeout=5'],
    ...['TE', 'trailers', 'Upgrade', 'h2c', 'Proxy-Connection', 'close', 'X-End', '2'],
  ]
  const { origin } = await resent([{ fields }])
  expect(withoutMark(origin)).toStrictEqual(['Host', 'a', 'X-End', '2'])
})

test('what came by HTTP/2 without a length goes out in chunks, what has no body does not', async () => {
  const by2 = { httpVersion: '2.0', fields: ['host', 'a', 'x-b', '1'] }
  const { origin } = await resent([{ ...by2, body: 'hi' }, by2])
  expect(origin.requests.map(({ body }) => body.toString())).toEqual(['hi', ''])
  expect(origin.requests[0]!.fields.join()).toContain('Transfer-Encoding,chunked')
  expect(origin.requests[1]!.fields.join()).not.toMatch(/transfer-encoding|content-length/i)
})

test('what came in chunks goes out in chunks, with every trailer', async () => {
  const fields = ['Host', 'a', 'Transfer-Encoding', 'chunked', 'Trailer', 'X-One, X-Two']
  const trailers = ['X-One', '1', 'X-Two', '2']
  const journal = useJournal(database)
  await record(journal, 'chunked', [{ fields, trailers, body: 'twelve bytes' }])
  const bytes: Buffer[] = []
  const server = net.createServer((socket) => {
    socket.on('data', (chunk) => {
      bytes.push(chunk)
      if (Buffer.concat(bytes).includes('0\r\nX-')) socket.write(plainAnswer('', '201 Created'))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  await replayed(journal, { stream: 'chunked' }, { target: new URL(`http://127.0.0.1:${port}`) })
  const wire = Buffer.concat(bytes).toString('latin1')
  expect(wire).toContain('Transfer-Encoding: chunked\r\n')
  expect(wire).not.toMatch(/content-length/i)
  expect(wire).toContain('\r\n\r\nc\r\ntwelve bytes\r\n0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n')
})

test('an absent body stays absent, and an empty one stays empty', async () => {
  const { origin } = await resent([
    { method: 'POST', fields: ['Host', 'a'] },
    { method: 'DELETE', fields: ['Host', 'a', 'Content-Length', '0'] },
    { method: 'PUT', fields: ['Host', 'a', 'Transfer-Encoding', 'chunked'] },
  ])
  const framings = origin.requests.map(({ fields }) =>
    fields.filter((_, i, all) => /length|encoding/i.test(all[i - (i % 2)]!)),
  )
  expect(framings).toStrictEqual([[], ['Content-Length', '0'], ['Transfer-Encoding', 'chunked']])
})

test('a GET keeps its body', async () => {
  const { first } = await resent([{ method: 'GET', verdict: 'applied', body: '{"query":1}' }])
  expect(first.body.toString()).toBe('{"query":1}')
})

test('a body of several megabytes arrives whole', async () => {
  const body = Buffer.alloc(5 * 1024 * 1024, 'reprise ')
  const { first } = await resent([{ body }], { timeout: 60_000 })
  expect(first.body.equals(body)).toBe(true)
})

test('Host is the recorded one, or the target’s own where that is asked for', async () => {
  const hostOf = (origin: RawOrigin) => origin.requests[0]!.fields.slice(0, 2)
  const recorded = await resent([{}], { host: 'recorded' })
  expect(hostOf(recorded.origin)).toStrictEqual(['Host', 'backend.test:3000'])
  const own = await resent([{}], { host: 'target' })
  expect(hostOf(own.origin)).toStrictEqual(['Host', `127.0.0.1:${own.origin.port}`])
})

test('a request of HTTP/1.0 without Host gets the target’s', async () => {
  const { origin } = await resent([{ httpVersion: '1.0', fields: ['X-A', '1'] }])
  expect(withoutMark(origin)).toStrictEqual(['Host', `127.0.0.1:${origin.port}`, 'X-A', '1'])
})

test('the path of the base URL goes before each target', async () => {
  const { first, summary, origin } = await resent([{ target: '/things?a=1' }], {}, '/v2/')
  expect(first.target).toBe('/v2/things?a=1')
  expect(summary.target).toBe(`${origin.url}/v2`)
})
