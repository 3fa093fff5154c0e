import type net from 'node:net'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { connectRaw } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { essence, valueOf, type Note } from './noting-origin.ts'
import { rawSender } from './raw-sender.ts'
import { request, startLoop } from './recorded-loop.ts'

// Each of these broke in an earlier tool of this kind.

const database = await createDatabase()

test('a query comes again as it was', async () => {
  const queries = [
    '?a=1&a=2',
    '?b&c=&=d&',
    '?q=%20+%2B%zz',
    '?x[]=1&x[]=2',
    '?',
    '??=?&?',
    '?save=1',
  ]
  const loop = await startLoop(database)
  await loop.send(...queries.map((query) => request('POST', `/things${query}`)))
  const { code, notes } = await loop.replay()
  expect(code).toBe(0)
  expect(notes.map(({ target }) => target)).toEqual(queries.map((query) => `/things${query}`))
})

test('form bodies come again, url-encoded and multipart', async () => {
  const form = 'name=Zo%C3%AB&tag=a&tag=b&empty=&plus=1+1'
  const file = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const disposition = 'Content-Disposition: form-data; name="f"; filename="f.bin"'
  const parts = Buffer.concat([
    Buffer.from(`--b\r\n${disposition}\r\n\r\n`),
    file,
    Buffer.from('\r\n--b--\r\n'),
  ])
  const loop = await startLoop(database)
  await loop.send(
    request('POST', '/form', ['Content-Type', 'application/x-www-form-urlencoded'], form),
    request('POST', '/files', ['Content-Type', 'multipart/form-data; boundary=b'], parts),
  )
  const { code, notes } = await loop.replay()
  expect(code).toBe(0)
  expect(notes.map(({ body }) => body)).toEqual([Buffer.from(form), parts])
})

test('JSON that is no object comes again', async () => {
  const bodies = [
    '[]',
    '[1,{"a":[]}]',
    '"text"',
    'null',
    'true',
    '-0.50',
    ' {"b":1,"a":2,"b":3} ',
    '{"br',
  ]
  const loop = await startLoop(database)
  const type = ['Content-Type', 'application/json']
  await loop.send(...bodies.map((body) => request('PUT', '/state', type, body)))
  const { code, notes } = await loop.replay()
  expect(code).toBe(0)
  expect(notes.map(({ body }) => body.toString())).toEqual(bodies)
})

test('header fields come again in their order and case, and no content type is made up', async () => {
  const fields = ['X-B', '2', 'x-a', '1', 'X-B', '1', 'ACCEPT', 'text/csv', 'Cookie', 'id=7']
  fields.push('Authorization', 'Basic em9lOnNlY3JldA==', 'X-Name', 'Zo\u00eb', 'X-Empty', '')
  const loop = await startLoop(database)
  await loop.send(
    request('POST', '/typed', ['content-TYPE', 'text/vnd.Own; q="a b"', ...fields], '{"a":1}'),
    request('POST', '/untyped', fields, '{"a":1}'),
    request('DELETE', '/nothing', fields),
  )
  const { code, notes } = await loop.replay()
  expect(code).toBe(0)
  expect(notes.map(essence)).toEqual(loop.notes.map(essence))
  expect(loop.notes[0]!.fields.join('\n')).toContain(
    `content-TYPE\ntext/vnd.Own; q="a b"\n${fields.join('\n')}`,
  )
  expect(notes.map((note) => valueOf(note.fields, 'content-type'))).toEqual([
    ...['text/vnd.Own; q="a b"', undefined, undefined],
  ])
})

test('requests that are under way together are not mixed up, nor their answers', async () => {
  const together = 24
  const held: (() => void)[] = []
  const loop = await startLoop(database, {
    // All are under way before any is answered, and the last is answered first.
    answer(note, socket) {
      held.push(() => answerWith(socket, statusOf(note)))
      if (held.length === together) for (const release of held.toReversed()) release()
    },
  })
  // Large enough to arrive in many pieces, those of all between each other.
  const all = Array.from({ length: together }, (_, n) =>
    request(
      'POST',
      `/items/${n}`,
      ['X-Number', String(n)],
      `{"n":${n},"pad":"${'x'.repeat(200_000 + n)}"}`,
    ),
  )
  const statuses = await Promise.all(all.map((one) => rawSender(loop.url).send(one)))
  expect(statuses).toEqual(all.map((_, n) => 200 + (n % 3)))
  const { code, notes } = await loop.replay({
    answer: (note, socket) => answerWith(socket, statusOf(note)),
  })
  expect(code).toBe(0)
  expect(notes.map(essence).toSorted()).toEqual(loop.notes.map(essence).toSorted())
  for (const note of notes) {
    const number = valueOf(note.fields, 'x-number')
    expect(note.target).toBe(`/items/${number}`)
    expect(JSON.parse(note.body.toString())).toMatchObject({ n: Number(number) })
  }
})

test('the order is that in which answers began, not that in which entries were stored', async () => {
  const journal = useJournal(database)
  let slow: net.Socket
  const loop = await startLoop(database, {
    answer(note, socket) {
      if (note.target !== '/slow') return answerWith(socket, 200)
      slow = socket
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsta')
    },
  })
  await loop.send(request('POST', '/first'))
  const client = await connectRaw(loop.url)
  client.write('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
  await client.until(/sta$/)
  await loop.send(request('POST', '/quick'))
  slow!.write('rts')
  await client.until(/starts$/)
  await loop.send(request('POST', '/last'))
  // An update moves a row in PostgreSQL: without an order it would now be read last.
  const { stream } = loop
  expect(await journal.label({ stream }, 'moved')).toBe(4)
  const { code, notes } = await loop.replay({
    answer(note, socket) {
      if (note.target !== '/slow') return answerWith(socket, 200)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstarts')
    },
  })
  expect(code).toBe(0)
  expect(notes.map(({ target }) => target)).toEqual(['/first', '/slow', '/quick', '/last'])
})

test('a request is sent once, whatever its answer is', async () => {
  const loop = await startLoop(database)
  const asking = (status: string) => request('POST', `/${status}`, ['X-Answer', status], 'once')
  const all = ['200', '204', '302', '307', '500'].map(asking)
  await loop.send(...all)
  const expected = ['/200', '/204', '/302', '/307', '/500']
  expect(targets(loop.notes)).toEqual(expected)
  expect(await useJournal(database).count({ stream: loop.stream })).toEqual({
    applied: 4,
    failed: 1,
  })
  const verdicts = ['--verdict', 'applied,failed', '--skip-request-errors']
  expect(targets((await loop.replay({}, ...verdicts)).notes)).toEqual(expected)
})

test('a request that gets no answer is sent once', async () => {
  const answer = (note: Note, socket: net.Socket) =>
    note.target === '/cut' ? void socket.destroy() : answerWith(socket, 200)
  const loop = await startLoop(database, { answer })
  // The connection to the origin is a kept one by then: the kind that clients like to try again.
  expect(await loop.send(request('POST', '/kept'), request('PUT', '/cut'))).toEqual([200, 502])
  expect(targets(loop.notes)).toEqual(['/kept', '/cut'])
  const { code, notes } = await loop.replay({ answer }, '--in-doubt', 'send')
  expect(code).toBe(1)
  expect(targets(notes)).toEqual(['/kept', '/cut'])
})

function answerWith(socket: net.Socket, status: number): void {
  socket.write(`HTTP/1.1 ${status} Fine\r\nContent-Length: 0\r\n\r\n`)
}

function statusOf(note: Note): number {
  return 200 + (Number(valueOf(note.fields, 'x-number')) % 3)
}

function targets(notes: readonly Note[]): string[] {
  return notes.map(({ target }) => target)
}
