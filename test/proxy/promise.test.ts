import { describe, expect, test } from 'vitest'
import { eventually, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

// The promise of the recorder: a mutation that the client saw answered is in the journal.

const post = (target = '/') => `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`

describe('the end of an answer is withheld until its entry is durable', () => {
  test.each([
    [
      'by length',
      'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n',
      ['one', 'two'],
      /^HTTP\/1\.1 200 OK[^]*\r\n\r\none$/,
      /onetwo$/,
    ],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      ['3\r\none\r\n', '3\r\ntwo\r\n0\r\n\r\n'],
      /3\r\none\r\n3\r\ntwo\r\n$/,
      /0\r\n\r\n$/,
    ],
    [
      'without a body',
      'HTTP/1.1 204 No Content\r\n\r\n',
      [''],
      /^$/,
      /^HTTP\/1\.1 204 [^]*\r\n\r\n$/,
    ],
    ['of no length', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', [''], /^$/, /\r\n\r\n$/],
  ] as const)('%s', async (_, head, parts, before, after) => {
    const { ask, connect, journal, origin } = await standBetween('on', ({ method }) =>
      method === 'GET' ? plainAnswer() : undefined,
    )
    journal.hold()
    const client = await connect()
    client.write(post())
    await origin.request(0)
    const [upstream] = origin.sockets
    upstream!.write(head + parts[0])
    if (parts.length > 1) {
      await client.until(/one/)
      upstream!.write(parts[1]!)
    }
    await journal.asked(1)
    await client.until(before)
    // Had the end been let go, it would be here before the answers to these.
    for (let i = 0; i < 3; i++) await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    expect(client.received()).toMatch(before)
    expect(journal.entries()).toEqual([])
    journal.release()
    await client.until(after)
    expect(journal.entries()).toHaveLength(1)
  })

  test('what is not eligible does not wait', async () => {
    const { ask, journal } = await standBetween(
      'on',
      ({ target }) => plainAnswer('ok', target === '/404' ? '404 No' : '200 OK'),
      { maxBody: 10 },
    )
    journal.hold()
    const waiting = ask(post('/recorded'), /ok$/)
    await journal.asked(1)
    await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    await ask(post('/?save=0'), /ok$/)
    await ask(post('/404'), /ok$/)
    await ask('POST / HTTP/1.1\r\nHost: a\r\nReprise-Replay: 1/1\r\n\r\n', /ok$/)
    expect(journal.entries()).toEqual([])
    journal.release()
    await waiting
  })

  test('what the policy leaves out of an answer streams, though its end is far', async () => {
    const { connect, journal } = await standBetween(
      'on',
      () => 'HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\npart',
    )
    journal.hold()
    const client = await connect()
    client.write(post())
    expect(await client.until(/part$/)).toMatch(/^HTTP\/1\.1 404 No/)
  })
})

test('one append takes all that waited for the one before', async () => {
  const { ask, journal, proxy } = await standBetween('on')
  journal.hold()
  const first = ask(post('/first'), /ok$/)
  await journal.asked(1)
  const others = Array.from({ length: 50 }, (_, i) => ask(post(`/${i}`), /ok$/))
  await eventually(() => proxy.health()!.waiting === 50)
  journal.release()
  await Promise.all([first, ...others])
  expect(journal.batches.map((batch) => batch.length)).toEqual([1, 50])
})

test('two hundred at once are never mixed up, each recorded once, with numbers without a gap', async () => {
  const { journal, proxy } = await standBetween('on', ({ target, body }) =>
    plainAnswer(`${target} ${body.toString()}`),
  )
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const body = `body ${i} `.repeat(1 + (i % 40) * 20)
      const answer = await fetch(`${proxy.url}/${i}`, { method: 'POST', body })
      expect(await answer.text()).toBe(`/${i} ${body}`)
    }),
  )
  const entries = journal.entries()
  const numbers = entries.map(({ number }) => number).toSorted((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  expect(new Set(entries.map(({ request }) => request.target)).size).toBe(200)
  for (const { request, response } of entries) {
    const i = Number(request.target.slice(1))
    expect(request.body.bytes.toString()).toBe(`body ${i} `.repeat(1 + (i % 40) * 20))
    expect(response!.body.bytes.toString()).toBe(
      `${request.target} ${request.body.bytes.toString()}`,
    )
  }
})

describe('what is left out', () => {
  test.each([
    ['the opt-out', post('/?save=0'), 'opted_out'],
    ['an excluded path', post('/health'), 'path'],
    ['the mark of a replay', post().replace('Host', 'Reprise-Replay: 1/1\r\nHost'), 'replay_mark'],
    ['a status', post('/404'), 'status'],
  ])('%s is forwarded, counted and not recorded', async (_, bytes, exclusion) => {
    const { ask, journal, proxy, origin } = await standBetween(
      'on',
      ({ target }) => plainAnswer('ok', target === '/404' ? '404 No' : '200 OK'),
      {
        policy: {
          recording: 'on',
          methods: 'unsafe',
          statuses: [{ from: 200, to: 399 }],
          isExcluded: (path) => path === '/health',
          optOutParameter: 'save',
          replayed: 'unrecorded',
          context: { isChosen: () => false, others: 'remembered' },
        },
      },
    )
    await ask(bytes, /ok$/)
    expect(origin.requests).toHaveLength(1)
    expect(journal.entries()).toEqual([])
    expect(proxy.counts).toMatchObject({
      ...{ forwarded: 1, recorded: 0, inDoubt: 0, lost: 0 },
      excluded: { [exclusion]: 1 },
    })
    await proxy.close(1_000)
    expect(journal.records('unrecorded')).toMatchObject([
      { unrecorded: { reason: exclusion, numbers: [1] } },
    ])
  })

  test('a body that declares more than the limit is refused before it is forwarded', async () => {
    const { connect, journal, origin } = await standBetween('on', undefined, { maxBody: 5_000_000 })
    const client = await connect()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\n\r\n')
    client.write(Buffer.alloc(6_000_000))
    expect(await client.closed()).toMatchObject({
      how: 'end',
      text: /^HTTP\/1\.1 413 [^]*body_too_large/,
    })
    expect(origin.requests).toEqual([])
    expect(journal.entries()).toEqual([])
  })

  test('a body that turns out larger goes through whole and is recorded as truncated', async () => {
    const { ask, journal, origin } = await standBetween('on', undefined, { maxBody: 3 })
    await ask(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      /ok$/,
    )
    expect(origin.requests[0]!.body.toString()).toBe('hello')
    expect(journal.entries()[0]!.request.body).toMatchObject({
      bytes: Buffer.from('hel'),
      length: 5,
      capture: 'truncated',
    })
  })
})
