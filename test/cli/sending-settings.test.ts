import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sendingRules } from '../../cli/sending-rules.ts'
import { sendingContradictions, sendingSettings } from '../../cli/sending-settings.ts'
import { parseSettings } from '../../cli/settings.ts'
import { entryWith } from '../replayer/sending/entries.ts'
import { emptyFolder } from '../support/folder.ts'

const folder = '/nowhere'

function parsed(argv: readonly string[], env: Record<string, string> = {}, values?: unknown) {
  const file = values === undefined ? {} : { file: { name: 'f', values } }
  return parseSettings(sendingSettings, { argv, env, ...file }, sendingContradictions)
}

function rules(argv: readonly string[], env?: Record<string, string>, values?: unknown) {
  const entry = async (id: number) => entryWith({ id })
  return sendingRules(parsed(argv, env, values), { folder, entry })
}

function fileWith(content: string): string {
  const file = join(emptyFolder(), 'secret')
  writeFileSync(file, content)
  return file
}

test('without settings all goes as it was recorded, as fast as it can', async () => {
  expect(await rules([])).toStrictEqual({
    credentials: { fields: [], cookies: new Map() },
    ...{ nonces: null, originalTime: null, hook: null, login: null },
    pace: { speed: null, maxGap: Infinity, rate: null },
    retry: { retries: 2, idempotent: 'never', maxBackoff: 60_000 },
  })
})

test('pace, retries, nonces and times', async () => {
  const argv = ['--speed', '10x', '--max-gap', '5s', '--rate', '30/m', '--retries', '5']
  const more = ['--retry-idempotent', '--max-backoff', '2m', '--nonces', 'new']
  expect(await rules([...argv, ...more, '--original-time', 'X-Time'])).toMatchObject({
    ...{ nonces: ['Idempotency-Key'], originalTime: 'X-Time' },
    pace: { speed: 10, maxGap: 5000, rate: 0.5 },
    retry: { retries: 5, idempotent: 'again', maxBackoff: 120_000 },
  })
  const fields = ['--nonces', 'new', '--nonce-fields', 'X-A,X-B']
  expect(await rules(fields)).toMatchObject({ nonces: ['X-A', 'X-B'] })
})

test('fields may have commas, and an empty one is one to be taken away', async () => {
  const expected = [
    { name: 'Accept', value: 'a, b' },
    { name: 'X-Old', value: null },
  ]
  const lists = [
    await rules(['--header', 'Accept: a, b', '--header', 'X-Old:']),
    await rules(['--header', 'Accept: a, b', 'X-Old:']),
    await rules([], { REPRISE_HEADER: 'Accept: a, b\nX-Old:' }),
    await rules([], {}, { header: ['Accept: a, b', 'X-Old:'] }),
  ]
  for (const { credentials } of lists) expect(credentials.fields).toStrictEqual(expected)
})

test('secrets come from a flag, the environment or a file', async () => {
  const token = [{ name: 'Authorization', value: 'Bearer t0k' }]
  const user = [{ name: 'Authorization', value: 'Basic YTpi' }]
  const fieldsOf = async (argv: string[], env = {}) => (await rules(argv, env)).credentials.fields
  expect(await fieldsOf(['--bearer', 't0k'])).toStrictEqual(token)
  expect(await fieldsOf([], { REPRISE_BEARER: 't0k' })).toStrictEqual(token)
  expect(await fieldsOf(['--bearer-file', fileWith('t0k\n')])).toStrictEqual(token)
  expect(await fieldsOf(['--basic', 'a:b'])).toStrictEqual(user)
  expect(await fieldsOf(['--basic-file', fileWith('a:b\r\n')])).toStrictEqual(user)
})

test('a login is a recorded one, or one of the user’s with its body from a file', async () => {
  expect((await rules(['--login', '17'])).login).toMatchObject({
    ...{ source: { kind: 'entry', entry: { id: 17 } }, place: null },
  })
  const argv = [
    '--login',
    'post /login?a',
    '--login-token',
    'json /t',
    '--login-as',
    'X-T: {token}',
  ]
  const { login } = await rules([...argv, '--login-body', fileWith('{"a":1}')])
  expect(login).toMatchObject({
    ...{ place: { in: 'json', pointer: '/t' }, as: { name: 'X-T', value: '{token}' } },
    source: { request: { method: 'POST', target: '/login?a', body: Buffer.from('{"a":1}') } },
  })
  const typeOf = async (...argv: string[]) => {
    const source = (await rules(['--login', 'POST /l', ...argv])).login!.source
    return source.kind === 'request' ? source.request.fields.join(' ') : ''
  }
  const form = fileWith('user=a&password=b')
  expect(await typeOf('--login-body', fileWith('{}'))).toContain('Content-Type application/json')
  expect(await typeOf('--login-body', form)).toContain('application/x-www-form-urlencoded')
  expect(await typeOf('--login-body', form, '--login-type', 'text/x')).toContain('Type text/x')
  expect(await typeOf()).toBe('Accept */* Content-Length 0')
})

test('a hook that is not there is told before anything is sent', async () => {
  await expect(rules(['--hook', 'gone.mjs'])).rejects.toMatchObject({ code: 'hook_failed' })
})

test.each([
  [['--header', 'Accept'], "--header: expected 'NAME: VALUE', and found no colon"],
  [['--header', 'A b: c'], "--header: expected a field's name (RFC 9110), got 'A b'"],
  [['--header', 'A: \u20ac'], '--header: expected a value without line breaks'],
  [['--header', 'content-length: 5'], 'expected another field than content-length'],
  [['--bearer', 'a b'], '--bearer: expected a token: printable ASCII without spaces'],
  [['--bearer-file', '/nowhere/token'], "got '/nowhere/token': it is not there"],
  [['--basic', 'user'], '--basic: expected USER:PASSWORD'],
  [['--login', 'login'], "such as 'POST /login', got 'login'"],
  [['--login', 'POST login'], "such as 'POST /login', got 'POST login'"],
  [['--login', 'POST /l', '--login-token', '/t'], 'expected where the token stands'],
  [['--login', 'POST /l', '--login-as', 'X-T: t'], 'with {token} in the value'],
  [['--nonces', 'new', '--nonce-fields', 'a b'], "a field's name"],
  [['--original-time', 'X Time'], "a field's name"],
  [['--speed', '0x'], "expected a speed such as 1x, 10x or 0.5x, got '0x'"],
  [['--speed', '10'], "got '10'"],
  [['--rate', '0/s'], "expected a rate such as 50/s, 100/m or 0.5/s, got '0/s'"],
  [['--rate', '5'], "got '5'"],
])('%j is told: %s', (argv, message) => {
  expect(() => parsed(argv)).toThrow(message)
})

test.each([
  [['--bearer', 't', '--basic', 'a:b'], '--bearer: expected one Authorization, and --basic'],
  [['--bearer', 't', '--header', 'authorization: x'], 'one Authorization, and --header'],
  [['--login-token', 'json /t'], '--login-token: expected --login beside it'],
  [['--login', '5', '--login-body', '/dev/null'], '--login-body: expected a --login of your own'],
  [['--login', 'POST /l', '--login-type', 'a/b'], '--login-type: expected --login-body beside it'],
  [['--max-gap', '5s'], '--max-gap: expected --speed beside it'],
  [['--nonce-fields', 'X-A'], '--nonce-fields: expected --nonces new beside it'],
  [['--retries', '0', '--retry-idempotent'], '--retry-idempotent: expected --retries of 1 or more'],
])('%j contradicts itself: %s', (argv, message) => {
  expect(() => parsed(argv)).toThrow(message)
})

test('no secret is in what is told', () => {
  const wrong = ['--bearer', 's3cret here', '--basic', 's3cret', '--header', 'X: s3cret\u20ac']
  try {
    parsed(wrong)
    expect.unreachable()
  } catch (error) {
    expect((error as Error).message).toContain('3 settings are wrong')
    expect((error as Error).message).not.toContain('s3cret')
  }
})
