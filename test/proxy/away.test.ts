import { expect, test } from 'vitest'
import { eventually, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { recordingOptions, limits } from '../support/recorder.ts'

const post = (target = '/') => `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`

test('a mutation is refused with 503 and Retry-After before the upstream is touched; reads go on', async () => {
  const { ask, connect, journal, origin, proxy } = await standBetween('on')
  journal.leave()
  const client = await connect()
  client.write(post('/first'))
  await eventually(() => proxy.problems.length > 0)
  const text = await ask(post('/refused'), /\}\n$/)
  expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
  expect(text).toMatch(/\r\nRetry-After: 1\r\n/)
  expect(text).toMatch(/\r\nReprise-Error: journal_away\r\n/)
  await ask('GET /read HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
  await ask(post('/out?save=0'), /ok$/)
  expect(origin.requests.map(({ target }) => target)).toEqual(['/first', '/read', '/out?save=0'])
  journal.comeBack()
  await client.until(/ok$/)
})

test('an answered mutation waits, and is recorded exactly once when it is back', async () => {
  const { ask, connect, journal, proxy } = await standBetween('on')
  journal.leave()
  const client = await connect()
  client.write(post('/waits'))
  await eventually(() => proxy.problems.length > 0)
  expect(client.received()).toBe('')
  journal.comeBack()
  await client.until(/ok$/)
  await ask(post('/after'), /ok$/)
  expect(journal.entries().map(({ number, request }) => [number, request.target])).toEqual([
    [1, '/waits'],
    [2, '/after'],
  ])
  expect(proxy.counts).toMatchObject({ forwarded: 2, recorded: 2, lost: 0 })
})

test('after the time that it may take the client is cut off; the entry is kept and stored later', async () => {
  const { connect, journal, origin, proxy } = await standBetween('on', undefined, {
    recording: recordingOptions({ commitTimeout: 20 }),
  })
  journal.leave()
  const client = await connect()
  client.write(post('/late'))
  expect(await client.closed()).toEqual({ how: 'reset', text: '' })
  expect(origin.requests).toHaveLength(1)
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 0, lost: 0 })
  expect(proxy.problems.join('\n')).toMatch(/the client of POST \/late \(number 1\) is cut off/)
  journal.comeBack()
  await journal.stored(1)
  await eventually(() => proxy.counts!.recorded === 1)
})

test('what cannot be stored before the end is lost, and counted', async () => {
  const { connect, journal, proxy } = await standBetween('on', undefined, {
    recording: recordingOptions({ commitTimeout: 20 }),
  })
  journal.leave()
  const client = await connect()
  client.write(post('/lost'))
  await client.closed()
  await proxy.close(0)
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 0, lost: 1 })
  expect(proxy.problems.join('\n')).toMatch(/entry 1 is lost/)
})

test('a journal that says nothing at all is away too', async () => {
  const { ask, connect, journal, proxy } = await standBetween('on', undefined, {
    recording: recordingOptions({ commitTimeout: 50, slowCommit: 10 }),
  })
  journal.hold()
  const client = await connect()
  client.write(post('/stuck'))
  await journal.asked(1)
  await eventually(() => proxy.problems.length > 0)
  expect(await client.closed()).toMatchObject({ text: '' })
  journal.release()
  await eventually(() => proxy.problems.includes('the journal is back'))
  await eventually(() => proxy.counts!.recorded === 1)
  await ask(post('/after'), /ok$/)
  expect(journal.entries().map(({ number }) => number)).toEqual([1, 2])
})

test('a commit that takes too long lets no further mutations in', async () => {
  const { ask, connect, journal } = await standBetween('on', undefined, {
    recording: recordingOptions({ slowCommit: 0 }),
  })
  journal.hold()
  const client = await connect()
  client.write(post('/slow'))
  await journal.asked(1)
  await ask(post('/refused'), /503 [^]*\}\n$/)
  journal.release()
  await client.until(/ok$/)
  await ask(post('/after'), /ok$/)
  expect(journal.entries().map(({ request }) => request.target)).toEqual(['/slow', '/after'])
})

test('an entry that cannot be stored takes no other with it', async () => {
  const { connect, journal, proxy, ask } = await standBetween('on')
  journal.isPoison = ({ request }) => request.target === '/poison'
  journal.hold()
  const first = ask(post('/first'), /ok$/)
  await journal.asked(1)
  const targets = ['/a', '/b', '/poison', '/c', '/d']
  const clients = await Promise.all(
    targets.map(async (target) => {
      const client = await connect()
      client.write(post(target))
      return client
    }),
  )
  await eventually(() => proxy.health()!.waiting === 5)
  journal.release()
  await first
  for (const [i, client] of clients.entries()) {
    await (targets[i] === '/poison' ? client.closed() : client.until(/ok$/))
  }
  expect(
    journal
      .entries()
      .map(({ request }) => request.target)
      .toSorted(),
  ).toEqual([...['/a', '/b', '/c', '/d', '/first']])
  expect(proxy.counts).toMatchObject({ forwarded: 6, recorded: 5, lost: 1 })
  await eventually(() => journal.records('unrecorded').length > 0)
  const [lost] = journal.records('unrecorded')
  expect(lost!.unrecorded.reason).toBe('lost')
  const numbers = [...journal.entries().map(({ number }) => number), ...lost!.unrecorded.numbers]
  expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
  await ask(post('/after'), /ok$/)
})

test('forwarded is always recorded, excluded, in doubt and lost together', async () => {
  const { connect, journal, proxy } = await standBetween(
    'on',
    ({ target }, socket) => {
      if (target.startsWith('/hang')) return undefined
      if (target.startsWith('/reset')) return void socket.resetAndDestroy()
      if (target.startsWith('/cut'))
        return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')
      return plainAnswer('ok', target.startsWith('/404') ? '404 No' : '200 OK')
    },
    { limits: limits({ answer: 500 }) },
  )
  journal.isPoison = ({ request }) => request.target.startsWith('/poison')
  const kinds = ['/ok', '/hang', '/reset', '/cut', '/404', '/poison', '/?save=0', '/leave']
  await Promise.all(
    Array.from({ length: 160 }, async (_, i) => {
      const kind = kinds[i % kinds.length]!
      const client = await connect()
      client.write(
        post(kind === '/leave' ? '/hang' : kind).replace(
          /\r\n\r\n/,
          '\r\nConnection: close\r\n\r\n',
        ),
      )
      if (kind === '/leave') client.socket.end(() => client.socket.destroy())
      await client.closed()
    }),
  )
  const counts = proxy.counts!
  const excluded = () => Object.values(counts.excluded).reduce((sum, n) => sum + n, 0)
  const sum = () => counts.recorded + counts.inDoubt + counts.lost + excluded()
  await eventually(() => counts.forwarded === sum() && counts.forwarded >= 140)
  await proxy.close(1_000)
  expect(counts.forwarded).toBe(sum())
  expect(counts.lost).toBe(20)
  expect(counts.recorded + counts.inDoubt).toBe(journal.entries().length)
  expect(new Set(journal.entries().map(({ number }) => number)).size).toBe(journal.entries().length)
})

test('an outage that an idle connection tells of refuses even the first mutation', async () => {
  const { ask, journal, origin, proxy } = await standBetween('on')
  journal.breakOff()
  expect(await ask(post('/refused'), /\}\n$/)).toMatch(/^HTTP\/1\.1 503 /)
  expect(origin.requests).toEqual([])
  journal.comeBack()
  await eventually(() => proxy.problems.at(-1) === 'the journal is back')
  await ask(post('/after'), /ok$/)
})
