import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { copyAs, type Copied } from '../../replayer/copies.ts'

const posted: Copied = {
  id: 17,
  method: 'POST',
  target: '/things?a=[1]',
  request_headers: [
    ['Host', 'shop.example:8080'],
    ['X-Quoted', `it's "so" $HOME \\`],
    ['Authorization', null],
    ['X-Empty', ''],
    ['Content-Length', '9'],
  ],
  withheld: [],
  request_body: { encoding: 'utf8', data: `it's\n"so"` },
  request_length: 9,
}

/** What a shell makes of a command, one argument an item. */
async function argumentsOf(command: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    `curl() { for one; do printf '%s\\0' "$one"; done; }\n${command}`,
  ])
  return stdout.split('\0').slice(0, -1)
}

test('a curl command means, to a shell, what was recorded', async () => {
  expect(await argumentsOf(copyAs('curl', posted))).toEqual([
    ...['-X', 'POST', 'http://shop.example:8080/things?a=[1]', '--globoff'],
    ...['-H', `X-Quoted: it's "so" $HOME \\`],
    ...['-H', 'Authorization: AUTHORIZATION_NOT_SHOWN', '-H', 'X-Empty;'],
    ...['--data-raw', `it's\n"so"`],
  ])
})

// Pasted, they are keys: an interrupt leaves the quotes, and what follows is a command.
test.each(['curl', 'httpie'] as const)('nothing that is pasted is a key: %s', async (name) => {
  const data = `a\x03\x15\ntouch /tmp/pwned\n\x1b[201~\r\x7f\x9b1'\\'2\t"é`
  const hostile: Copied = {
    ...posted,
    target: `/\x9b201~'\\`,
    request_headers: [['X-C1', 'a\x9b8\x85']],
    request_body: { encoding: 'utf8', data },
  }
  const command = copyAs(name, hostile)
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  expect(command).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/)
  const words = await argumentsOf(command.replace(/^http /, 'curl '))
  expect(words.at(-1)).toBe(data)
  // oxlint-disable-next-line no-control-regex -- the same
  expect(copyAs('fetch', hostile)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/)
  expect(words).toContain(`http://localhost/\x9b201~'\\`)
})

test('a target of another scheme stays one of HTTP', () => {
  const odd = { ...posted, target: 'file:///etc/passwd' }
  expect(copyAs('curl', odd)).toContain("'http://shop.example:8080file:///etc/passwd'")
})

test('dots in a path are kept, and a body that is no text is a file', async () => {
  const bytes = { encoding: 'base64', data: '/w==' } as const
  const put = { ...posted, target: '/a/../b', request_headers: [], request_body: bytes }
  expect(await argumentsOf(copyAs('curl', put))).toEqual([
    ...['-X', 'POST', 'http://localhost/a/../b', '--path-as-is'],
    ...['--data-binary', '@entry-17-request'],
  ])
  expect(copyAs('httpie', put)).toContain('< entry-17-request')
})

test('code with fetch is code, and asks for the same', async () => {
  let asked: unknown[] = []
  const fetch = (...args: unknown[]) => {
    asked = args
    return Promise.resolve()
  }
  const code = `export const send = async (fetch) => { ${copyAs('fetch', posted)} }`
  const address = `data:text/javascript,${encodeURIComponent(code)}`
  const { send } = (await import(address)) as { send: (ask: typeof fetch) => Promise<void> }
  await send(fetch)
  expect(asked).toEqual([
    'http://shop.example:8080/things?a=[1]',
    {
      method: 'POST',
      headers: [
        ['X-Quoted', `it's "so" $HOME \\`],
        ['Authorization', 'AUTHORIZATION_NOT_SHOWN'],
        ['X-Empty', ''],
      ],
      body: `it's\n"so"`,
    },
  ])
})

test('a secret that was left out has its place, too', () => {
  const withheld = ['X-Api-Key', 'authorization', '(query)', '(body)']
  const copy = copyAs('curl', { ...posted, withheld })
  expect(copy).toContain("-H 'X-Api-Key: X_API_KEY_NOT_SHOWN'")
  expect(copy.match(/authorization/gi)).toHaveLength(2)
  expect(copy).not.toContain('(query)')
})
