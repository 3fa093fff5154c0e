import { createHash, randomUUID } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { connectRaw, plainAnswer } from '../../support/raw-http.ts'
import type { Limits } from '../../../proxy/limits.ts'
import { JSON_TYPE, NEW, OLD, posted, standingOn } from './stand.ts'

const { stand } = standingOn(await createDatabase())

// With live aliases a client that knows OLD finds what the backend calls NEW, and its lengths are right.

test('requests go in and answers come back renamed, and what is recorded is what the backend had', async () => {
  const { ask, got, proxy, journal, stream } = await stand(() =>
    plainAnswer(
      `{"id":"${NEW}"}`,
      '200 OK',
      `${JSON_TYPE}Location: /things/${NEW}\r\nETag: "${NEW}"\r\nSet-Cookie: s=${NEW}; Path=/\r\n`,
    ),
  )
  const answer = await ask(
    posted(`/things/${OLD}?q=${OLD}`, `{"of":"${OLD}"}`, `${JSON_TYPE}If-Match: "${OLD}"\r\n`),
    /\}$/,
  )
  const [request] = got()
  expect(request!.target).toBe(`/things/${NEW}?q=${NEW}`)
  expect(request!.body.toString()).toBe(`{"of":"${NEW}"}`)
  expect(answer).toContain(`Location: /things/${OLD}\r\n`)
  expect(answer).toContain(`ETag: "${OLD}"\r\n`)
  expect(answer).toContain(`Set-Cookie: s=${OLD}; Path=/\r\n`)
  expect(answer).toMatch(new RegExp(`Content-Length: 45\r\n[^]*\\{"id":"${OLD}"\\}$`))
  const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
  expect(entry!.target).toBe(`/things/${NEW}?q=${NEW}`)
  expect(entry!.requestBody.toString()).toBe(`{"of":"${NEW}"}`)
  expect(entry!.responseBody!.toString()).toBe(`{"id":"${NEW}"}`)
  expect(entry!.clientForm).toEqual({
    target: `/things/${OLD}?q=${OLD}`,
    fields: [
      { at: 2, name: 'If-Match', value: `"${OLD}"` },
      { at: 3, name: 'Content-Length', value: '45' },
    ],
    body: [{ offset: 7, length: NEW.length, text: OLD }],
  })
  expect(proxy.live!.counts).toMatchObject({ requests: 1, answers: 1 })
})

test.for<[string, string]>([
  ['a form', 'Content-Type: application/x-www-form-urlencoded\r\n'],
  ['a text', 'Content-Type: text/plain;charset=UTF-8\r\n'],
  ['nothing', ''],
])('JSON that is called %s is renamed, too', async ([, fields]) => {
  const { ask, got } = await stand(() => plainAnswer(`{"id":"${NEW}"}`, '200 OK', fields))
  expect(await ask(posted('/', `{"of":"${OLD}"}`, fields), /\}$/)).toContain(`{"id":"${OLD}"}`)
  expect(got()[0]!.body.toString()).toBe(`{"of":"${NEW}"}`)
})

test.for(['application/json', 'text/plain', ''])(
  'a byte order mark before JSON stays there: %s',
  async (type) => {
    const fields = type === '' ? '' : `Content-Type: ${type}\r\n`
    const mark = Buffer.from('\ufeff')
    const { ask, got, proxy } = await stand(() =>
      plainAnswer(Buffer.concat([mark, Buffer.from(`{"id":"${NEW}"}`)]), '200 OK', fields),
    )
    const answer = await ask(
      posted('/', `${mark.toString('latin1')}{"of":"${OLD}"}`, fields),
      /\}$/,
    )
    expect(answer).toContain(`\r\n\r\n${mark.toString('latin1')}{"id":"${OLD}"}`)
    expect(got()[0]!.body.toString()).toBe(`\ufeff{"of":"${NEW}"}`)
    expect(proxy.live!.counts.untouched.malformed).toBe(0)
  },
)

test('a body in pieces stays in pieces, however they are cut', async () => {
  const { ask, got } = await stand(() => plainAnswer('ok'))
  const body = `{"of":"${OLD}"}`
  const pieces = [body.slice(0, 10), body.slice(10, 30), body.slice(30)]
  const chunks = pieces.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('')
  await ask(
    `POST / HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    /ok$/,
  )
  expect(got()[0]!.body.toString()).toBe(`{"of":"${NEW}"}`)
})

test('codings are undone and done again, and digests are of what goes on', async () => {
  const { ask, got } = await stand(() => plainAnswer('ok'))
  const bytes = gzipSync(`{"of":"${OLD}"}`)
  const fields =
    `${JSON_TYPE}Content-Encoding: gzip\r\n` +
    'Content-Digest: sha-256=:AAAA:, unknown=:AA:\r\nDigest: unknown=AA\r\n'
  const client = `POST / HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`
  await ask(client + bytes.toString('latin1'), /ok$/)
  const { body, fields: sent } = got()[0]!
  expect(gunzipSync(body).toString()).toBe(`{"of":"${NEW}"}`)
  const digest = createHash('sha256').update(body).digest('base64')
  expect(sent).toContain(`sha-256=:${digest}:`)
  expect(sent.join()).not.toContain('unknown')
})

test.for<[string, string, string, string]>([
  ['text', 'Content-Type: text/plain\r\n', '200 OK', `see ${NEW}`],
  ['a page', 'Content-Type: text/html\r\n', '200 OK', `<a href="/${NEW}">see</a>\n`],
  ['a part', `${JSON_TYPE}Content-Range: bytes 0-9/99\r\n`, '206 Partial Content', `"${NEW}"`],
  ['much text', 'Content-Type: text/plain\r\n', '200 OK', `${NEW}\n${'x'.repeat(1024 * 1024)}`],
])('%s comes back as it is', async ([, fields, status, body]) => {
  const { ask } = await stand(() => plainAnswer(body, status, fields))
  const answer = await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /[\]"\n\w]$/)
  expect(answer).toContain(`Content-Length: ${body.length}\r\n`)
  expect(answer).not.toContain(OLD)
})

test('to a HEAD nobody says how long what was renamed would be', async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: 99\r\n${JSON_TYPE}ETag: "${NEW}"\r\n\r\n`
  const { ask } = await stand(() => Buffer.from(head))
  const answer = await ask('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', /\r\n\r\n$/)
  expect(answer).toContain(`ETag: "${OLD}"`)
  expect(answer).not.toContain('Content-Length')
})

test('of what was not renamed nothing more is kept', async () => {
  const { ask, journal, stream } = await stand(() => plainAnswer('ok'))
  await ask(posted('/things', '{"of":"new"}'), /ok$/)
  const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
  expect(entry!.clientForm).toBeNull()
})

test.for<[string, Partial<Limits>, number]>([
  ['falls silent', { idle: 200 }, 0],
  ['falls silent, where only the answer has a limit', { answer: 200 }, 0],
  ['goes on bit by bit', { exchange: 400 }, 50],
])('a client that %s holds nothing for ever', async ([, limit, pace]) => {
  const { got, proxy } = await stand(() => plainAnswer('ok'), limit)
  const client = await connectRaw(proxy.url)
  client.write(`POST /things HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Content-Length: 999\r\n\r\n[`)
  const timer = pace === 0 ? undefined : setInterval(() => client.write(' '), pace)
  onTestFinished(() => clearInterval(timer))
  expect(await client.until(/\r\n\r\n/)).toContain('HTTP/1.1 408 ')
  clearInterval(timer)
  expect(got()).toEqual([])
})

test.for<[string, string]>([
  ['whole', posted('/', `{"of":"${OLD}"}`)],
  [
    'half of it',
    `POST / HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n7\r\n{"of":"\r\n`,
  ],
])(
  'what is refused again and again waits no longer than once, also where it is renamed: %s',
  async ([, request]) => {
    const warnings: Error[] = []
    const warn = (warning: Error) => void warnings.push(warning)
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    const { ask, got, proxy, life } = await stand(
      () => plainAnswer('ok'),
      {},
      { connections: 'asked', patience: 300 },
    )
    life.boot = randomUUID
    let answer = ''
    const asked = ask(request, /\}\n$/).then((text) => (answer = text))
    await eventually(() => proxy.gate!.held === 1)
    await eventually(() => {
      // As if the backend were there, which it is not for longer than a look.
      proxy.gate!.open()
      return answer !== ''
    })
    await asked
    expect(answer).toContain('Reprise-Error: backend_not_ready')
    expect(got()).toEqual([])
    expect(warnings).toEqual([])
  },
)

test.for<[string, string]>([
  ['with a length', posted(`/things/${OLD}`, `{"of":"${OLD}"}`)],
  ['that is none of JSON', posted(`/things/${OLD}`, OLD, 'Content-Type: text/html\r\n')],
])(
  'what waited for the backend is renamed of what its client said: a body %s',
  async ([, request]) => {
    const { ask, got, proxy, origin, journal, stream } = await stand(() => plainAnswer('ok'))
    await origin.close()
    const asked = ask(request, /ok$/)
    await eventually(() => proxy.gate!.held === 1)
    await origin.reopen()
    await asked
    const [sent] = got()
    expect(sent!.target).toBe(`/things/${NEW}`)
    const isJson = request.includes('json')
    expect(sent!.body.toString()).toBe(isJson ? `{"of":"${NEW}"}` : OLD)
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    const text = isJson ? [{ offset: 7, length: NEW.length, text: OLD }] : []
    expect(entry!.clientForm).toMatchObject({ target: `/things/${OLD}`, body: text })
  },
)
