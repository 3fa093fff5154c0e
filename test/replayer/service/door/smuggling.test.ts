import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { connectRaw } from '../../../support/raw-http.ts'
import { record } from '../../recording.ts'
import { useService } from '../client.ts'

// A request that a proxy before the service and the service itself would cut at different places (RFC 9112
// section 11.2): none hides a second one, whichever of the two would be believed.

const database = await createDatabase()

const HIDDEN = (id: number) => {
  const body = '{"label":"smuggled"}'
  return (
    `PATCH /api/entries/${id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  )
}

const AMBIGUOUS: readonly [string, string][] = [
  ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
  ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 4'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 60'],
  ['two lengths in one', 'Content-Length: 0, 60'],
  ['a length with a sign', 'Content-Length: +0'],
  ['a length that is none', 'Content-Length: 0x0'],
  ['a blank before the colon', 'Content-Length : 60'],
  ['a blank before the name', ' Content-Length: 60'],
  ['a coding that is not known', 'Transfer-Encoding: xchunked\r\nContent-Length: 0'],
  ['a coding besides', 'Transfer-Encoding: chunked, identity\r\nContent-Length: 0'],
  ['a tab in a coding', 'Transfer-Encoding:\x0bchunked'],
  ['a length behind a bare CR', 'X: a\rContent-Length: 60'],
  ['a length behind a bare LF', 'X: a\nTransfer-Encoding: chunked'],
  ['a NUL', 'X: a\0\r\nContent-Length: 0'],
]

test.each(AMBIGUOUS)('nothing is smuggled behind %s', async (_, fields) => {
  const { url, journal } = await useService(database)
  const [id] = await record(journal, 'smuggled', [{}])
  const client = await connectRaw(url)
  client.write(`POST /api/plans HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n\r\n`)
  client.write(`0\r\n\r\n${HIDDEN(id!)}`)
  // It answers once, that it takes no such thing, and is not spoken to any more.
  const { text } = await client.closed()
  expect(text).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  expect((await journal.entry(id!)).label).toBeNull()
})

test.each([
  ['two hosts', 'GET /api/streams HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n'],
  ['no host', 'GET /api/streams HTTP/1.1\r\n'],
  [
    'another host in its target',
    'GET http://evil.test/api/streams HTTP/1.1\r\nHost: localhost\r\n',
  ],
])('a request with %s is not answered as one of ours', async (_, head) => {
  const { url } = await useService(database)
  const client = await connectRaw(url)
  client.write(`${head}Connection: close\r\n\r\n`)
  expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 4\d\d /)
})

test('requests that follow each other are each one, and answered in their order', async () => {
  const { url, journal } = await useService(database)
  const [id] = await record(journal, 'pipelined', [{}])
  const client = await connectRaw(url)
  const last = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  client.write(`GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n${HIDDEN(id!)}${last}`)
  const { text } = await client.closed()
  expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(3)
  expect(text.indexOf('"version"')).toBeLessThan(text.indexOf('"changed":1'))
})
