import { describe, expect, test } from 'vitest'
import type { RecordingOptions } from '../../proxy/proxy.ts'
import { GATHERING } from '../../proxy/tape.ts'
import { eventually, standBetween } from '../support/between.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { placedNumbers, upTo } from '../support/numbers.ts'
import { plainAnswer, type Answer } from '../support/raw-http.ts'
import { recordingOptions } from '../support/recorder.ts'
import { post } from '../support/spooling.ts'

// Durability `intent`: a row before the first byte goes upstream, the outcome after it.

const stand = (answer?: Answer, changes: Partial<RecordingOptions> = {}) =>
  standBetween('on', answer, { recording: recordingOptions({ durability: 'intent', ...changes }) })

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

describe('where mutations are let pass', () => {
  const pass = { whenUnrecordable: 'pass', commitTimeout: 30 } as const

  test('one that cannot be announced is forwarded with its body, answered, and lost', async () => {
    const { ask, journal, origin, proxy } = await stand(undefined, pass)
    journal.hold()
    expect(await ask(post('/1'), /ok$/)).toMatch(/^HTTP\/1\.1 200 /)
    expect(origin.requests[0]).toMatchObject({ target: '/1', body: Buffer.from('hi') })
    expect(proxy.counts).toMatchObject({ forwarded: 1, lost: 1, recorded: 0, inDoubt: 0 })
    journal.release()
    await eventually(() => journal.records('unrecorded').length === 1)
    expect(journal.records('unrecorded')[0]!.unrecorded).toEqual({
      ...{ reason: 'lost', numbers: [1], begun: [1] },
    })
    expect(journal.entries()).toEqual([])
  })

  test.each(['commit', 'intent'] as const)(
    'in %s an answer does not wait for ever for its entry, which is stored when it can be',
    async (durability) => {
      const { connect, journal, origin, proxy } = await stand(() => undefined, {
        ...pass,
        durability,
      })
      const client = await connect()
      client.write(post('/1'))
      await origin.request(0)
      journal.hold()
      for (const socket of origin.sockets) socket.write(plainAnswer())
      expect(await client.until(/ok$/)).toMatch(/^HTTP\/1\.1 200 /)
      expect(proxy.problems.join('\n')).toMatch(/POST \/1 \(number 1\) is answered all the same/)
      journal.release()
      const [entry] = await journal.stored(1)
      expect(entry).toMatchObject({ number: 1, verdict: 'applied' })
      await eventually(() => proxy.counts!.recorded === 1)
      expect(proxy.counts).toMatchObject({ forwarded: 1, lost: 0 })
    },
  )
})

describe('a mutation is announced', () => {
  test('durably, before anything of it reaches the upstream; reads go on meanwhile', async () => {
    const { ask, connect, journal, origin } = await stand()
    journal.hold()
    const client = await connect()
    client.write(post('/held'))
    expect(await journal.asked(1)).toMatchObject([{ kind: 'intent', intent: { number: 1 } }])
    // Had it been forwarded, it would be there before these.
    for (let i = 0; i < 3; i++) await ask(GET, /ok$/)
    expect(origin.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
    journal.release()
    await client.until(/ok$/)
    expect(origin.requests.at(-1)).toMatchObject({ target: '/held', body: Buffer.from('hi') })
  })

  test('as it came, with its body where that is small', async () => {
    const { connect, journal, origin } = await stand()
    const client = await connect()
    const bytes = post('/a%2F?b=%E9', 'x'.repeat(65_536))
    client.write(bytes.slice(0, -60_000))
    client.write('x'.repeat(60_000))
    await client.until(/ok$/)
    const [announced] = journal.records('intent')
    expect(announced!.intent.request).toMatchObject({
      ...{ method: 'POST', target: '/a%2F?b=%E9', httpVersion: '1.1' },
      fields: ['Host', 'a', 'Content-Length', '65536'],
      body: { length: 65_536, capture: 'complete', chunks: 0 },
    })
    const [entry] = journal.entries()
    expect(announced!.intent).toMatchObject({
      ...{ number: 1, arrivedAt: entry!.arrivedAt, sender: entry!.sender },
    })
    expect(announced!.intent.request.body.bytes.equals(Buffer.alloc(65_536, 'x'))).toBe(true)
    expect(entry!.request.body).toEqual(announced!.intent.request.body)
    expect(origin.requests[0]!.body.length).toBe(65_536)
    expect(journal.records('entry')[0]!.had).toBe('intent')
  })

  test('that has no body as one whose body is complete: it can be sent again', async () => {
    const { ask, journal } = await stand()
    await ask('DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    const [announced] = journal.records('intent')
    expect(announced!.intent.request.body).toMatchObject({ length: 0, capture: 'complete' })
  })

  test.for<[string, string, string, number]>([
    [
      'is chunked',
      'Transfer-Encoding: chunked',
      '2\r\nhi\r\n4\r\n you\r\n0\r\nX-Sum: 1\r\n\r\n',
      6,
    ],
    ['is larger than 64 KB', 'Content-Length: 65537', 'x'.repeat(65_537), 65_537],
    ['is not there', 'X-A: 1', '', 0],
  ])('without its body where that %s', async ([, field, bytes, length]) => {
    const { connect, journal, origin } = await stand()
    journal.hold()
    const client = await connect()
    client.write(`POST / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n${bytes.slice(0, 4)}`)
    await journal.asked(1)
    expect(origin.sockets.size).toBe(0)
    journal.release()
    client.write(bytes.slice(4))
    await client.until(/ok$/)
    const [announced] = journal.records('intent')
    expect(announced!.intent.request.body).toMatchObject({ length: 0, bytes: Buffer.alloc(0) })
    expect(origin.requests[0]!.body.length).toBe(length)
    expect(journal.entries()[0]!.request.body).toMatchObject({ length, capture: 'complete' })
  })

  test('with what has come of its body, where that comes bit by bit', async () => {
    const { connect, journal, origin } = await stand()
    const client = await connect()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhi')
    await eventually(() => [...origin.sockets].some((socket) => socket.bytesRead > 0))
    client.write('ho')
    await client.until(/ok$/)
    const [announced] = journal.records('intent')
    expect(announced!.intent.request.body).toMatchObject({ length: 2, capture: 'aborted' })
    expect(origin.requests[0]!.body.toString()).toBe('hiho')
    expect(journal.entries()[0]!.request.body).toMatchObject({ capture: 'complete', length: 4 })
  })

  test('where the client waits for the word to send its body: that still is the upstream’s', async () => {
    const { connect, journal, origin } = await stand()
    journal.hold()
    const client = await connect()
    client.write('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    await journal.asked(1)
    expect([client.received(), origin.sockets.size]).toEqual(['', 0])
    journal.release()
    await eventually(() => [...origin.sockets].some((socket) => socket.bytesRead > 0))
    for (const socket of origin.sockets) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
    client.write('hi')
    await client.until(/ok$/)
    expect(origin.requests[0]!.body.toString()).toBe('hi')
    expect(journal.entries()[0]!.request.body).toMatchObject({ capture: 'complete', length: 2 })
  })
})

describe('a client that leaves', () => {
  test('before its announcement is durable has nothing forwarded', async () => {
    const { ask, connect, journal, origin, proxy } = await stand()
    journal.hold()
    for (const bytes of [post('/gone'), 'DELETE /gone HTTP/1.1\r\nHost: a\r\n\r\n']) {
      const { forwarded } = proxy.counts!
      const client = await connect()
      client.write(bytes)
      await eventually(() => proxy.counts!.forwarded > forwarded)
      client.socket.destroy()
    }
    // What they left behind them is seen before this is answered.
    await ask(GET, /ok$/)
    journal.release()
    await eventually(() => proxy.counts!.excluded.not_delivered === 2)
    await ask(post('/after'), /ok$/)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/', '/after'])
    await proxy.close(1_000)
    const notes = journal.records('unrecorded').map(({ unrecorded }) => unrecorded)
    expect(notes.flatMap(({ begun }) => begun).toSorted((a, b) => a - b)).toEqual([1, 2])
    expect(new Set(notes.map(({ reason }) => reason))).toEqual(new Set(['not_delivered']))
    expect(placedNumbers(journal)).toEqual(upTo(3))
  })

  test('in the middle of its small body has nothing announced and nothing forwarded', async () => {
    // What would be announced of it when some has passed.
    holdTimeouts(GATHERING)
    const { connect, journal, origin, proxy } = await stand()
    const client = await connect()
    client.write(post('/part', 'hello').slice(0, -1))
    await eventually(() => proxy.counts!.forwarded === 1)
    client.socket.destroy()
    await eventually(() => proxy.counts!.excluded.not_delivered === 1)
    await proxy.close(1_000)
    expect([origin.requests, journal.records('intent')]).toEqual([[], []])
    expect(journal.records('unrecorded')).toMatchObject([
      { unrecorded: { reason: 'not_delivered', numbers: [1], begun: [] } },
    ])
  })
})

describe('what was announced', () => {
  test('and gets no entry is taken back at once', async () => {
    const { ask, journal } = await stand(() => plainAnswer('ok', '404 No'))
    await ask(post('/404'), /ok$/)
    await eventually(() => journal.records('unrecorded').length === 1)
    expect(journal.batches.flat().map(({ kind }) => kind)).toEqual(['intent', 'unrecorded'])
    expect(journal.records('unrecorded')).toMatchObject([
      { unrecorded: { reason: 'status', numbers: [1], begun: [1] } },
    ])
  })

  test('and could not be delivered is taken back too', async () => {
    const { ask, journal, origin, proxy } = await stand()
    await origin.close()
    await ask(post('/unreachable'), /502 [^]*\}\n$/)
    await eventually(() => journal.records('unrecorded').length === 1)
    expect(journal.records('unrecorded')).toMatchObject([
      { unrecorded: { reason: 'not_delivered', numbers: [1], begun: [1] } },
    ])
    expect(proxy.counts).toMatchObject({ forwarded: 1, excluded: { not_delivered: 1 } })
  })

  test('and was never answered is an entry in doubt with its own cause', async () => {
    const { ask, journal } = await stand((_noted, socket) => void socket.resetAndDestroy())
    await ask(post('/reset'), /502 [^]*\}\n$/)
    await journal.stored(1)
    expect(journal.records('entry')).toMatchObject([
      { had: 'intent', entry: { verdict: 'in_doubt', cause: 'upstream_reset', number: 1 } },
    ])
  })
})

test('where an announcement can be made durable nowhere, 503 comes and nothing is forwarded', async () => {
  const { ask, journal, origin, proxy } = await stand(undefined, { commitTimeout: 30 })
  journal.leave()
  for (const target of ['/first', '/second']) {
    expect(await ask(post(target), /\}\n$/)).toMatch(/^HTTP\/1\.1 503 [^]*journal_away/)
  }
  expect(origin.requests).toEqual([])
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
  await ask(post('/after'), /ok$/)
  await proxy.close(1_000)
  expect(placedNumbers(journal)).toEqual(upTo(2))
  expect(proxy.counts).toMatchObject({
    ...{ forwarded: 2, recorded: 1, refused: 1, lost: 0, excluded: { not_delivered: 1 } },
  })
})

test('a client that leaves while its body is gathered is answered nothing', async () => {
  holdTimeouts(GATHERING)
  const { connect, origin, proxy } = await stand()
  const client = await connect()
  client.socket.end('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf')
  expect((await client.closed()).text).toBe('')
  expect(origin.requests).toEqual([])
  expect(proxy.counts).toMatchObject({ forwarded: 1, excluded: { not_delivered: 1 } })
})
