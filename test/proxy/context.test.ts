import { describe, expect, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import type { Policy } from '../../proxy/policy.ts'
import type { ProxyOptions } from '../../proxy/proxy.ts'
import { createDatabase, query } from '../support/database.ts'
import { eventually, standBetween } from '../support/between.ts'
import { start } from '../support/command.ts'
import { emptyFolder } from '../support/folder.ts'
import { connectRaw, plainAnswer, startRawOrigin, type Noted } from '../support/raw-http.ts'
import {
  recordedEntries,
  recordingOptions,
  startRecorder,
  useJournal,
} from '../support/recorder.ts'
import { audit } from '../../replayer/audit.ts'

// Reads and refusals that a recorded request cannot be sent again without: verdict `context`.

const database = await createDatabase()

let streams = 0

const CSRF = 'kVO1Xq8-Zt3_pLm92fRaBcD7'
const NONCE = 'dcd98b7102dd2f0e8b11d0f600bfb0c093'
const UUID = '3f2a9c1e-77b0-4d51-9e0a-5b1c2d3e4f60'

type Pages = Record<string, string | Buffer | ((noted: Noted) => string | Buffer | undefined)>

function policyWith(changes: Partial<Policy>): Policy {
  return {
    recording: 'on',
    methods: 'unsafe',
    statuses: [{ from: 100, to: 399 }],
    isExcluded: () => false,
    optOutParameter: 'save',
    replayed: 'unrecorded',
    context: { isChosen: () => false, others: 'remembered' },
    ...changes,
  }
}

/** An answer whose body ends so that a client knows it has all of it. */
const page = (body = '', status = '200 OK', ...fields: string[]) =>
  plainAnswer(`${body} end`, status, fields.map((field) => `${field}\r\n`).join(''))
const html = (body: string, ...fields: string[]) =>
  page(body, '200 OK', 'Content-Type: text/html; charset=utf-8', ...fields)
const json = (body: string, ...fields: string[]) =>
  page(body, '200 OK', 'Content-Type: application/json', ...fields)

/** An origin that answers by method and target, before it a proxy that records to PostgreSQL. */
async function site(pages: Pages, changes: Partial<ProxyOptions> = {}) {
  const stream = `context-${++streams}`
  const journal = useJournal(database)
  const origin = await startRawOrigin((noted) => {
    const answer = pages[`${noted.method} ${noted.target}`] ?? page()
    return typeof answer === 'function' ? answer(noted) : answer
  })
  const proxy = await startRecorder(origin.url, journal, { stream, ...changes })
  return {
    ...{ stream, journal, origin, proxy },
    ask: (line: string, fields: string[] = [], body = '') =>
      ask(proxy.url, `${line} HTTP/1.1`, fields, body),
    recorded: () => recorded(journal, stream),
    audit: async () => audit(await journal.audit(stream), []),
  }
}

async function ask(url: string, line: string, fields: string[], body: string): Promise<string> {
  const client = await connectRaw(url)
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  client.write([line, 'Host: a', ...fields, ...length, '', body].join('\r\n'))
  const answer = await client.until(/ end(\r\n0\r\n\r\n)?$|\}\n$/)
  client.socket.destroy()
  return answer
}

/** `context 2 GET /form`, in the order of the stream. */
async function recorded(journal: Journal, stream: string): Promise<string[]> {
  const entries = await recordedEntries(journal, stream)
  return entries.map(
    ({ verdict, number, method, target }) => `${verdict} ${number} ${method} ${target}`,
  )
}

describe('a page is context once a recorded request sends what only it produced', () => {
  test.each<[string, string | Buffer, string[], string]>([
    [
      'a hidden input, in a form',
      html(`<form><input type=hidden name=csrf value="${CSRF}"></form>`),
      ['Content-Type: application/x-www-form-urlencoded'],
      `name=x&csrf=${CSRF}`,
    ],
    [
      'a hidden input of base64, escaped in a form',
      html(`<input value="aB3${CSRF}+/Zx${NONCE}==">`),
      ['Content-Type: application/x-www-form-urlencoded'],
      `csrf=aB3${CSRF}%2B%2FZx${NONCE}%3D%3D`,
    ],
    ['a meta element, in a field', html(`<meta content="${CSRF}">`), [`X-CSRF-Token: ${CSRF}`], ''],
    [
      'JSON, in JSON',
      json(`{"login_challenge":"${NONCE}"}`),
      ['Content-Type: application/json'],
      `{"challenge":"${NONCE}"}`,
    ],
    ['JSON, as a bearer token', json(`{"token":"${CSRF}"}`), [`Authorization: Bearer ${CSRF}`], ''],
    [
      'a page, in a part of a multipart body',
      html(`<input value=${UUID}>`),
      ['Content-Type: multipart/form-data; boundary=b'],
      `--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${UUID}\r\n--b--\r\n`,
    ],
    [
      'a field, in a cookie',
      page('', '200 OK', `X-Session-Token: ${CSRF}`),
      [`Cookie: t=${CSRF}`],
      '',
    ],
    ['an entity tag that says little', json('{}', 'ETag: "7"'), ['If-Match: "7"'], ''],
  ])('%s', async (_, answer, fields, body) => {
    const { ask, recorded, proxy } = await site({ 'GET /form': answer })
    await ask('GET /form')
    await ask('GET /other')
    await ask('POST /form', fields, body)
    expect(await recorded()).toEqual(['context 2 GET /form', 'applied 1 POST /form'])
    // What is an entry already is none again.
    await ask('POST /form', fields, body)
    expect(await recorded()).toHaveLength(3)
    expect(proxy.counts).toMatchObject({ forwarded: 3, recorded: 3, context: 1, excluded: {} })
  })

  test('as it was, with its answer, in its place in the order', async () => {
    const { ask, journal, stream } = await site({
      'GET /form?a=1': html(`<input value="${CSRF}">`, 'ETag: "x"'),
    })
    await ask('GET /form?a=1', ['X-A: 1'])
    await ask('DELETE /before')
    await ask('POST /login', [], `csrf=${CSRF}`)
    const [read, , login] = await recordedEntries(journal, stream)
    expect(read).toMatchObject({
      ...{ verdict: 'context', number: 3, method: 'GET', target: '/form?a=1', status: 200 },
      ...{ requestHeaders: ['Host', 'a', 'X-A', '1'], cause: null, delivery: null },
      ...{ requestCapture: 'complete', responseCapture: 'complete', contentType: null },
      sender: { address: '127.0.0.1' },
    })
    expect(read!.responseBody!.toString()).toBe(`<input value="${CSRF}"> end`)
    expect(read!.answeredAt!).toBeLessThan(login!.arrivedAt)
  })

  test('in a path, where the client did not have it before', async () => {
    const { ask, recorded } = await site({
      'GET /items': json(`[{"id":"${UUID}"}]`),
      [`GET /items/${UUID}`]: json(`{"id":"${UUID}"}`),
    })
    await ask('GET /items')
    await ask(`GET /items/${UUID}`)
    await ask(`DELETE /items/${UUID}`)
    expect(await recorded()).toEqual(['context 2 GET /items', `applied 1 DELETE /items/${UUID}`])
  })

  test('the latest before the use, of several that showed it; and what it used itself', async () => {
    const { ask, recorded } = await site({
      'GET /start': json(`{"next":"${NONCE}"}`),
      'GET /1': html(`<input value="${CSRF}">`),
      'GET /2': html(`<input value="${CSRF}">`),
    })
    await ask('GET /start')
    await ask('GET /1')
    await ask('GET /2', [`X-Nonce: ${NONCE}`])
    await ask('POST /', [], CSRF)
    expect(await recorded()).toEqual([
      ...['context 2 GET /start', 'context 3 GET /2', 'applied 1 POST /'],
    ])
  })

  test.each([
    ['gzip', 'gzipSync'],
    ['br', 'brotliCompressSync'],
  ] as const)('in an answer that is compressed by %s', async (coding, compress) => {
    const zlib = await import('node:zlib')
    const packed = zlib[compress](Buffer.from(`<input value="${CSRF}">`))
    const { ask, origin, proxy, recorded } = await site({
      'GET /form': plainAnswer(
        packed,
        '200 OK',
        `Content-Type: text/html\r\nContent-Encoding: ${coding}\r\n`,
      ),
    })
    const client = await connectRaw(proxy.url)
    client.write('GET /form HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(/\r\n\r\n./s)
    await origin.request(0)
    await ask('GET /after')
    await ask('POST /', [], CSRF)
    expect(await recorded()).toEqual(['context 2 GET /form', 'applied 1 POST /'])
  })
})

describe('a refusal is context', () => {
  test('of a read: a challenge whose nonce comes back', async () => {
    const { ask, recorded } = await site({
      'GET /private': page('', '401 No', `WWW-Authenticate: Digest realm="r", nonce="${NONCE}"`),
    })
    await ask('GET /private')
    await ask('PUT /private', [`Authorization: Digest username="u", nonce="${NONCE}", nc=00000001`])
    expect(await recorded()).toEqual(['context 2 GET /private', 'applied 1 PUT /private'])
  })

  test('of a mutation: one number says that it changed nothing, another what it produced', async () => {
    const { ask, recorded, proxy, journal, stream } = await site({
      'POST /rpc': ({ fields }) =>
        fields.includes(CSRF)
          ? page()
          : page('', '409 Conflict', `X-Transmission-Session-Id: ${CSRF}`),
    })
    await ask('POST /rpc', ['X-A: 1'], '{"method":"session-get"}')
    await ask('POST /rpc', [`X-Transmission-Session-Id: ${CSRF}`], '{"method":"session-get"}')
    expect(await recorded()).toEqual(['context 3 POST /rpc', 'applied 2 POST /rpc'])
    const [refused] = await recordedEntries(journal, stream)
    expect(refused).toMatchObject({ status: 409, requestCapture: 'complete' })
    expect(refused!.requestBody.toString()).toBe('{"method":"session-get"}')
    await proxy.close(1_000)
    expect((await journal.audit(stream))[0]).toMatchObject({
      ...{
        lastNumber: 3,
        recorded: 2,
        context: 1,
        excluded: { status: 1 },
        gaps: [],
        duplicates: [],
      },
    })
  })

  test.each(['commit', 'intent'] as const)(
    'that sets a cookie, at once and under its own number, in %s',
    async (durability) => {
      const { ask, recorded, proxy, audit } = await site(
        { 'POST /login': page('', '403 No', 'Set-Cookie: csrf=1') },
        { recording: recordingOptions({ durability }) },
      )
      await ask('POST /login', [], 'hi')
      await ask('POST /login?again', [], 'hi')
      expect(await recorded()).toEqual(['context 1 POST /login', 'applied 2 POST /login?again'])
      expect(proxy.counts).toMatchObject({ forwarded: 2, recorded: 2, context: 1, excluded: {} })
      await proxy.close(1_000)
      expect(await audit()).toMatchObject({
        verdict: 'whole',
        recorders: [{ open: 0, context: 1 }],
      })
    },
  )
})

describe('an answer that sets a cookie is context at once', () => {
  test('so that a login by form can be sent again: page, cookie and token', async () => {
    const { ask, recorded, journal, stream } = await site({
      'GET /login': html(`<input value="${CSRF}">`, 'Set-Cookie: sid=s3cret; HttpOnly'),
      'POST /login': page('', '302 Found', 'Location: /', 'Set-Cookie: sid=s3cret2; HttpOnly'),
    })
    await ask('GET /login')
    await ask('POST /login', ['Cookie: sid=s3cret'], `csrf=${CSRF}`)
    await ask('GET /', ['Cookie: sid=s3cret2'])
    await ask('POST /things', ['Cookie: sid=s3cret2'], 'x')
    expect(await recorded()).toEqual([
      'context 1 GET /login',
      'applied 2 POST /login',
      'applied 3 POST /things',
    ])
    const rows = await query<{ headers: string }>(
      database,
      `select request_headers::text || response_headers::text as headers from reprise.entry where stream = $1`,
      [stream],
    )
    expect(rows.map(({ headers }) => headers).join()).not.toContain('s3cret')
    const [login] = await recordedEntries(journal, stream)
    expect(login!.responseHeaders).toContain('sid=s3cret; HttpOnly')
  })

  test('but not where the client had that cookie already', async () => {
    const { ask, recorded } = await site({ 'GET /': page('', '200 OK', 'Set-Cookie: sid=1') })
    await ask('GET /')
    await ask('GET /', ['Cookie: a=b; sid=1'])
    await ask('POST /')
    expect(await recorded()).toEqual(['context 1 GET /', 'applied 2 POST /'])
  })

  test('and before the mutation that uses it, though the answer goes on', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n'
    const { ask, origin, proxy, recorded, journal, stream } = await site({
      'GET /slow': `${head}Set-Cookie: sid=1\r\n\r\n4\r\nbody\r\n`,
    })
    const reader = await connectRaw(proxy.url)
    reader.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    await reader.until(/body\r\n$/)
    await ask('POST /', ['Cookie: sid=1'])
    for (const socket of origin.sockets) socket.write('4\r\nmore\r\n0\r\n\r\n')
    await reader.until(/more\r\n0\r\n\r\n$/)
    expect(await recorded()).toEqual(['context 2 GET /slow', 'applied 1 POST /'])
    const [read] = await recordedEntries(journal, stream)
    expect(read).toMatchObject({ responseCapture: 'aborted' })
  })

  test('with the beginning of a long body', async () => {
    const { ask, recorded, journal, stream } = await site({
      'GET /long': html('x'.repeat(200_000), 'Set-Cookie: sid=1'),
    })
    expect(await ask('GET /long')).toMatch(/x{200000} end$/)
    await ask('POST /')
    expect(await recorded()).toEqual(['context 1 GET /long', 'applied 2 POST /'])
    const [read] = await recordedEntries(journal, stream)
    expect(read).toMatchObject({ responseCapture: 'truncated', responseLength: 200_004 })
    expect(read!.responseBody).toHaveLength(65_536)
  })
})

describe('nothing is context', () => {
  test('because of what a mutation produced, or the client made up', async () => {
    const { ask, recorded } = await site({
      'POST /items': page(
        `{"id":"${UUID}"}`,
        '201 Made',
        `ETag: "${CSRF}"`,
        'Content-Type: application/json',
      ),
      'GET /items': json(`[{"id":"${UUID}"},{"id":"${NONCE}"}]`, `ETag: "${CSRF}"`),
    })
    await ask('POST /items')
    await ask(`PUT /items/${NONCE}`)
    await ask('GET /items')
    await ask(`PUT /items/${UUID}`, [`If-Match: "${CSRF}"`])
    await ask(`DELETE /items/${NONCE}`)
    expect(await recorded()).toHaveLength(4)
    expect((await recorded()).join()).not.toContain('context')
  })

  test.each([
    ['words and small numbers', 'the-quick-brown-fox 2026-11-28 version2 17 1234567'],
    ['names', 'someNameInCamelCase AnotherOne another_one_17'],
  ])('because of %s that are in both', async (_, text) => {
    const { ask, recorded } = await site({ 'GET /': html(text) })
    await ask('GET /')
    await ask('POST /', [], text)
    expect(await recorded()).toEqual(['applied 1 POST /'])
  })

  test.each<[string, string, string[], string]>([
    ['a path that is not recorded', 'GET /health', [], 'POST /'],
    ['a request that opted out', 'GET /form?save=0', [], 'POST /'],
    ['a request of a replay', 'GET /form', ['Reprise-Replay: 1/2'], 'POST /'],
    ['a read whose use is not recorded', 'GET /form', [], 'POST /?save=0'],
  ])('of %s', async (_, read, fields, use) => {
    const answer = html(`<input value="${CSRF}">`, 'X-Also: 1')
    const { ask, recorded } = await site(
      { 'GET /form': answer, 'GET /health': answer, 'GET /form?save=0': answer },
      { policy: policyWith({ isExcluded: (path) => path === '/health' }) },
    )
    await ask(read, fields)
    await ask(use, [], CSRF)
    expect((await recorded()).join()).not.toContain('context')
  })

  test('of what is binary, streams events, or is long', async () => {
    const { ask, recorded } = await site({
      'GET /png': page(CSRF, '200 OK', 'Content-Type: image/png'),
      'GET /events': page(NONCE, '200 OK', 'Content-Type: text/event-stream'),
      'GET /long': html(`${UUID}${' '.repeat(70_000)}`),
      'GET /chunked': `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n11180\r\n${UUID.padEnd(70_016)}\r\n4\r\n end\r\n0\r\n\r\n`,
    })
    for (const path of ['/png', '/events', '/long', '/chunked']) await ask(`GET ${path}`)
    await ask('POST /', [], `${CSRF} ${NONCE} ${UUID}`)
    expect(await recorded()).toEqual(['applied 1 POST /'])
  })
})

describe('what is kept is bounded', () => {
  const cookies: Pages = Object.fromEntries(
    [1, 2, 3, 4].map((n) => [`GET /${n}`, html('', `Set-Cookie: sid=${n}`)]),
  )

  test('beyond so many a minute a cookie is context only once it is used; that is counted, said once', async () => {
    const { ask, recorded, proxy } = await site(cookies, {
      context: { memory: 1_000_000, perMinute: 2 },
    })
    for (const n of [1, 2, 3, 4]) await ask(`GET /${n}`)
    await ask('POST /', ['Cookie: sid=3'])
    expect(await recorded()).toEqual([
      ...['context 1 GET /1', 'context 2 GET /2', 'context 4 GET /3'],
      'applied 3 POST /',
    ])
    expect(proxy.counts).toMatchObject({ forwarded: 4, context: 3, contextSkipped: 2 })
    expect(proxy.problems).toEqual([expect.stringContaining('--context-limit')])
  })

  test('of the remembered the oldest are forgotten', async () => {
    const pages: Pages = {}
    for (let n = 0; n < 40; n++) pages[`GET /${n}`] = html(`${CSRF}${n} ${' '.repeat(1_000)}`)
    const { ask, recorded } = await site(pages, { context: { memory: 40_000, perMinute: 0 } })
    for (let n = 0; n < 40; n++) await ask(`GET /${n}`)
    await ask('POST /', [], `${CSRF}1 ${CSRF}39`)
    expect(await recorded()).toEqual(['context 2 GET /39', 'applied 1 POST /'])
  })

  test('with no memory only cookies and chosen paths are context', async () => {
    const { ask, recorded } = await site(
      { ...cookies, 'GET /form': html(`<input value="${CSRF}">`), 'GET /chosen': page() },
      {
        context: { memory: 0, perMinute: 10 },
        policy: policyWith({
          context: { isChosen: (path) => path === '/chosen', others: 'let_go' },
        }),
      },
    )
    for (const path of ['/form', '/1', '/chosen']) await ask(`GET ${path}`)
    await ask('POST /', [], CSRF)
    expect(await recorded()).toEqual([
      'context 1 GET /1',
      'context 2 GET /chosen',
      'applied 3 POST /',
    ])
  })
})

describe('nobody waits for context, and no mutation is durable before what it uses', () => {
  test.each(['async', 'commit', 'intent'] as const)('in %s', async (durability) => {
    const { ask, recorded, proxy, audit } = await site(
      {
        'GET /form': html(`<input value="${CSRF}">`),
        'GET /1': page('', '200 OK', 'Set-Cookie: a=1'),
      },
      { recording: recordingOptions({ durability }) },
    )
    await ask('GET /form')
    await ask('GET /1')
    await ask('POST /', ['Cookie: a=1'], CSRF)
    await proxy.close(1_000)
    expect((await recorded()).map((line) => line.replace(/\d+ /, ''))).toEqual([
      ...['context GET /form', 'context GET /1', 'applied POST /'],
    ])
    expect(await audit()).toMatchObject({
      verdict: 'whole',
      recorders: [{ forwarded: 3, recorded: 3, context: 2, total: 3 }],
    })
  })
})

test('while PostgreSQL is away it waits in the spool, before the mutation that uses it', async () => {
  const { ask, journal, proxy } = await standBetween(
    'on',
    ({ method }) => (method === 'GET' ? html(`<input value="${CSRF}">`) : page()),
    { recording: recordingOptions({ spoolDir: emptyFolder(), spoolLimit: 10_000_000 }) },
  )
  journal.leave()
  await ask('GET /form HTTP/1.1\r\nHost: a\r\n\r\n', / end$/)
  await ask(`POST /${CSRF} HTTP/1.1\r\nHost: a\r\n\r\n`, / end$/)
  expect(proxy.counts).toMatchObject({ forwarded: 2, recorded: 2, context: 1 })
  expect(journal.entries()).toEqual([])
  journal.comeBack()
  const entries = await journal.stored(2)
  expect(entries.map(({ verdict }) => verdict)).toEqual(['context', 'applied'])
})

test('kill -9: what a recorded mutation uses is there, and no number stands in two places', async () => {
  const stream = `context-${++streams}`
  const journal = useJournal(database)
  const tokens = new Map<string, string>()
  const origin = await startRawOrigin(({ method, target }) => {
    if (method !== 'GET') return page()
    const token = `${CSRF}${tokens.size}z`
    tokens.set(target, token)
    return html(`<input value="${token}">`)
  })
  const proxy = await start([
    ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', stream],
    ...['--database-url', database, '--data-dir', emptyFolder()],
  ])
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let n = 0; ; n++) {
      const target = `/${client}-${n}`
      await ask(proxy.url, `GET ${target} HTTP/1.1`, [], '')
      await ask(proxy.url, `POST ${target} HTTP/1.1`, [], tokens.get(target)!)
    }
  })
  void Promise.allSettled(clients)
  await eventually(() => tokens.size > 150)
  await proxy.stop('SIGKILL')
  const entries = await recordedEntries(journal, stream)
  const pages = new Set(
    entries.filter(({ verdict }) => verdict === 'context').map(({ target }) => target),
  )
  const used = entries.filter(({ verdict }) => verdict === 'applied')
  expect(used.length).toBeGreaterThan(50)
  expect(used.filter(({ target }) => !pages.has(target))).toEqual([])
  expect((await journal.audit(stream))[0]).toMatchObject({ duplicates: [], damaged: [] })
})
