import { expect, onTestFinished, test } from 'vitest'
import type { Entry } from '../../../journal/entry.ts'
import type { Answer as Received } from '../../../replayer/answer.ts'
import type { Request } from '../../../replayer/request.ts'
import type { Hook } from '../../../replayer/sending/hook.ts'
import { Sending, type SendingRules } from '../../../replayer/sending/sending.ts'
import { openClient } from '../../../wire/open-client.ts'
import { plainAnswer, startRawOrigin, type Answer, type Noted } from '../../support/raw-http.ts'
import { entryWith, NOON, requestWith } from './entries.ts'

type LoginGiven = Partial<NonNullable<SendingRules['login']>>

interface Given extends Partial<Omit<SendingRules, 'login' | 'hook'>> {
  answer?: Answer
  login?: LoginGiven
  hook?: Hook
}

async function sending({ answer, login, hook, ...rules }: Given = {}) {
  const origin = await startRawOrigin(answer)
  const target = new URL(origin.url)
  const client = openClient(target, {})
  onTestFinished(() => client.destroy())
  const learnt: [entry: number, sent: string, status: number][] = []
  const learn = (entry: Entry, sent: Request, got: Received) =>
    void learnt.push([entry.id, sent.target, got.status])
  const all = new Sending({
    ...{ target, host: 'recorded', client, timeout: 20_000, signal: new AbortController().signal },
    mark: (entry) => `7/${entry}`,
    credentials: { fields: [], cookies: new Map() },
    ...{ nonces: null, originalTime: null },
    hook: hook === undefined ? null : { file: 'hook.mjs', hook },
    login: login === undefined ? null : { source: own, place: null, ...login },
    ...{ seed: '7', makeLogin: () => LOGIN, learn },
    pace: { speed: null, maxGap: Infinity, rate: null },
    retry: { retries: 0, idempotent: 'never', maxBackoff: 1000 },
    ...rules,
  })
  const go = (said: Partial<Entry> = {}, request: Partial<Request> = {}) =>
    all.send(entryWith(said), () => requestWith(request))
  return { origin, all, go, learnt }
}

const LOGIN = requestWith({ target: '/login', body: Buffer.from('{"user":"a"}') })
const own = { kind: 'request', request: LOGIN } as const

const valueOf = ({ fields }: Noted, name: string) =>
  fields.find((_, i) => i % 2 === 1 && fields[i - 1]!.toLowerCase() === name)

/** Gives out tokens t1, t2, ... and knows only the newest, until it forgets it. */
function forgetful() {
  const state = { logins: 0, known: '' }
  const answer: Answer = (noted) => {
    if (noted.target === '/login') {
      state.known = `t${++state.logins}`
      return plainAnswer(JSON.stringify({ token: state.known }), '200 OK')
    }
    const isKnown = valueOf(noted, 'authorization') === `Bearer ${state.known}`
    return isKnown ? plainAnswer() : plainAnswer('', '401 Who')
  }
  return { state, answer }
}

test('all steps are in what is sent, with the mark and a length that fits', async () => {
  const { origin, go } = await sending({
    credentials: { fields: [{ name: 'X-Tenant', value: 'b' }], cookies: new Map() },
    ...{ nonces: ['Idempotency-Key'], originalTime: 'X-Time' },
    hook: { before: () => ({ change: { body: 'longer', headers: { 'X-Hook': '1' } } }) },
  })
  const fields = ['Host', 'a', 'Content-Length', '2', 'Idempotency-Key', 'k', 'X-Tenant', 'a']
  const sent = await go({ id: 3, arrivedAt: NOON }, { fields, body: Buffer.from('hi') })
  expect(origin.requests[0]!.fields.join('|')).toMatch(
    /^Host\|a\|Content-Length\|6\|Idempotency-Key\|[\da-f-]{36}\|X-Tenant\|b\|X-Time\|2026-01-15T12:00:00.000Z\|X-Hook\|1\|Reprise-Replay\|7\/3/,
  )
  expect(origin.requests[0]!.body.toString()).toBe('longer')
  expect(sent).toMatchObject({ request: { body: Buffer.from('longer') } })
})

test('the hook sees what all other steps made', async () => {
  const seen: unknown[] = []
  const { go } = await sending({
    originalTime: 'X-Time',
    hook: { before: ({ headers }) => void seen.push(headers.map(([name]) => name)) },
  })
  await go()
  expect(seen).toStrictEqual([['Host', 'X-Time']])
})

test('a hook may leave a request out; then nothing is sent', async () => {
  const { origin, go } = await sending({ hook: { before: () => ({ skip: 'old' }) } })
  expect(await go()).toStrictEqual({ kind: 'skip', why: 'old' })
  expect(origin.requests).toStrictEqual([])
})

test('a hook may ask once for another try, for which the request is made anew', async () => {
  const { origin, go } = await sending({
    answer: () => plainAnswer('', '409 Not yet'),
    hook: {
      before: (_, { attempt }) => ({ change: { headers: { 'X-Try': String(attempt) } } }),
      after: ({ target }, { status }) => ({ note: `${target} ${status}`, retry: 'if-safe' }),
    },
  })
  expect(await go()).toMatchObject({
    ...{ tries: 2, answer: { status: 409 } },
    notes: ['/things 409', '/things 409', expect.stringContaining('already granted once')],
  })
  expect(origin.requests.map((one) => valueOf(one, 'x-try'))).toStrictEqual(['1', '2'])
})

test('a hook may stop the run behind an answer', async () => {
  const { go } = await sending({ hook: { after: () => ({ stop: 'seen enough' }) } })
  expect(await go()).toMatchObject({ kind: 'answer', stop: 'seen enough' })
})

test('what a hook makes of a field that cannot be written is not sent', async () => {
  const { origin, go } = await sending({
    hook: { before: () => ({ change: { headers: { a: '1\r\n2' } } }) },
  })
  await expect(go()).rejects.toMatchObject({ code: 'hook_failed' })
  expect(origin.requests).toStrictEqual([])
})

test('the login comes first, and its token is in every request', async () => {
  const { answer } = forgetful()
  const { origin, all, go } = await sending({ answer, login: {} })
  await all.begin()
  expect(await go()).toMatchObject({ answer: { status: 200 }, tries: 1 })
  const [login, request] = origin.requests
  expect(login).toMatchObject({ target: '/login', body: Buffer.from('{"user":"a"}') })
  expect(valueOf(login!, 'reprise-replay')).toBe('7/login')
  expect(valueOf(request!, 'authorization')).toBe('Bearer t1')
})

test('a 401 is sent again after a new login, which all share that were answered so', async () => {
  const { state, answer } = forgetful()
  const { origin, all, go } = await sending({ answer, login: {} })
  await all.begin()
  state.known = 'nobody'
  const sent = await Promise.all(Array.from({ length: 8 }, () => go()))
  expect(state.logins).toBe(2)
  for (const one of sent) expect(one).toMatchObject({ answer: { status: 200 } })
  expect(origin.requests.filter(({ target }) => target === '/login')).toHaveLength(2)
  expect(sent[0]).toMatchObject({ tries: 2, notes: ['answered 401: sent again after a new login'] })
})

test('a 401 that stays is what came, after one login; as recorded it is none to begin with', async () => {
  const answer: Answer = ({ target }) =>
    target === '/login' ? plainAnswer('{"token":"t"}') : plainAnswer('', '401 No')
  const { origin, all, go } = await sending({ answer, login: {} })
  await all.begin()
  expect(await go()).toMatchObject({ answer: { status: 401 }, tries: 2 })
  expect(await go({ status: 401 })).toMatchObject({ answer: { status: 401 }, tries: 1, notes: [] })
  expect(origin.requests.filter(({ target }) => target === '/login')).toHaveLength(2)
})

test('without a login a 401 is what came', async () => {
  const { go } = await sending({ answer: () => plainAnswer('', '401 No') })
  expect(await go()).toMatchObject({ answer: { status: 401 }, tries: 1 })
})

test('cookies of a login take the place of those of the same names', async () => {
  const { origin, all, go } = await sending({
    answer: () => plainAnswer('', '204 In', 'Set-Cookie: sid=new; Path=/\r\n'),
    login: {},
  })
  await all.begin()
  await go({}, { fields: ['Host', 'a', 'Cookie', 'lang=de; sid=old'] })
  expect(valueOf(origin.requests[1]!, 'cookie')).toBe('lang=de; sid=new')
})

test('a token may go into another field', async () => {
  const { origin, all, go } = await sending({
    answer: () => plainAnswer('{"id":"$&1"}'),
    login: { place: { in: 'json', pointer: '/id' }, as: { name: 'X-Auth', value: 'key={token}' } },
  })
  await all.begin()
  await go()
  expect(valueOf(origin.requests[1]!, 'x-auth')).toBe('key=$&1')
})

test('of a recorded login the answer is learnt from, and only what was left out is set', async () => {
  const { answer } = forgetful()
  const entry = entryWith({ id: 9, target: '/login' })
  const { origin, all, go, learnt } = await sending({
    answer,
    login: { source: { kind: 'entry', entry } },
  })
  await all.begin()
  expect(learnt).toStrictEqual([[9, '/login', 200]])
  await go({ withheld: ['Authorization'] })
  await go({ status: 401 })
  const [login, left, other] = origin.requests
  expect(valueOf(login!, 'reprise-replay')).toBe('7/9')
  expect(valueOf(left!, 'authorization')).toBe('Bearer t1')
  expect(valueOf(other!, 'authorization')).toBeUndefined()
})

test.each([
  ['refused', plainAnswer('', '403 No'), {}, /POST \/login was answered 403/],
  ['without a token', plainAnswer('{}'), {}, /without a token or a cookie/],
  ['elsewhere', plainAnswer('{}'), { in: 'json', pointer: '/a' }, /no token at 'json \/a'/],
])('a login that fails ends it all: %s', async (_, reply, place, message) => {
  const login = 'in' in place ? { place: place as { in: 'json'; pointer: string } } : {}
  const { all } = await sending({ answer: () => reply, login })
  const failure = await all.begin().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'login_failed', hint: expect.any(String) })
  expect((failure as Error).message).toMatch(message)
})

test('a login without an answer is a login that failed', async () => {
  const answer: Answer = (_, socket) => void socket.destroy()
  const { all } = await sending({ answer, login: {} })
  await expect(all.begin()).rejects.toMatchObject({
    ...{ code: 'login_failed', message: expect.stringContaining('no answer') },
  })
})

test('a rate holds for what is sent and for what is sent again', async () => {
  const { origin, all, go } = await sending({
    answer: () => plainAnswer('', '409 No'),
    hook: { after: () => ({ retry: 'if-safe' }) },
    pace: { speed: null, maxGap: Infinity, rate: 10 },
  })
  const began = performance.now()
  await all.ready(entryWith())
  await go()
  await all.ready(entryWith())
  await go()
  expect(origin.requests).toHaveLength(4)
  expect(performance.now() - began).toBeGreaterThan(295)
})
