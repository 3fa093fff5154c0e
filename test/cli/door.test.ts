import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { run } from '../support/command.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

test.each([
  ['serve', '--listen', '0.0.0.0:0'],
  ['serve', '--listen', ':0'],
  ['serve', '--listen', '[::]:0'],
  ['serve', '--listen', 'example.com:0'],
  ['serve', '--listen', '192.0.2.1:0'],
  ['up', '--serve-listen', '0.0.0.0:0'],
])('%s %s %s does not start where nobody is asked who they are', async (name, flag, listen) => {
  const { code, stdout, stderr } = await injected([name, flag, listen])
  expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`--tokens: expected who may come in, as other machines reach ${flag}`)
})

test('a name that says that it is this machine is held to it', async () => {
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(REBOUND)}` }
  const argv = ['serve', '--database-url', database, '--listen', 'here.localhost:0']
  const { code, stdout, stderr } = await run(argv, { env })
  expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
  expect(stderr).toContain("0.0.0.0 is not this machine's alone")
})

/** A resolver for which every name is every address of this machine. */
const REBOUND = `
  import dns from 'node:dns'
  import { syncBuiltinESMExports } from 'node:module'
  const all = [{ address: '0.0.0.0', family: 4 }]
  dns.lookup = (_, how, done = how) =>
    // From Node 22 on all are asked for.
    how.all ? done(null, all) : done(null, '0.0.0.0', 4)
  syncBuiltinESMExports()`

test('every wrong token is told in one answer, and none is repeated', async () => {
  const hash = 'b'.repeat(64)
  const tokens = [`a:read:${hash}`, `a:admin:${hash}`]
  const wrong = await injected(['serve', '--tokens', 'a:none:cc', 'x', '--entries-order', 'up'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr.match(/--tokens: expected/g)).toHaveLength(2)
  expect(wrong.stderr).toContain('--entries-order')
  const twice = await injected(['serve', '--tokens', ...tokens])
  expect(twice.stderr).toContain("--tokens: expected one token for each name, got two for 'a'")
  expect(twice.stderr).not.toContain(hash)
})

test('a token that is made opens the service that was given its line, from anywhere', async () => {
  const made = await run(['token', 'alice', '--role', 'replay'])
  expect(made).toMatchObject({ code: 0 })
  const [token, line] = made.stdout.split('\n')
  expect(line).toMatch(/^alice:replay:[0-9a-f]{64}$/)
  expect(made.stdout.split(token!)).toHaveLength(2)
  const argv = ['serve', '--database-url', database, '--listen', '0.0.0.0:0']
  const service = await serving(argv, { env: { REPRISE_TOKENS: line! } })
  const { port } = new URL(service.url)
  const streams = `http://127.0.0.1:${port}/api/streams`
  expect((await fetch(streams)).status).toBe(401)
  const headers = { Authorization: `Bearer ${token}` }
  expect((await fetch(streams, { headers })).status).toBe(200)
  expect(service.stderr()).not.toContain(token)
})

test('a token that is generated is shown once, and is another one at each start', async () => {
  const argv = [
    'serve',
    '--database-url',
    database,
    '--listen',
    '0.0.0.0:0',
    '--tokens',
    'generate',
  ]
  const first = await serving(argv)
  const second = await serving(argv)
  const [one, other] = [first, second].map((one) => one.stderr().match(/reprise_[\w-]{43}/g))
  expect(one).toHaveLength(1)
  expect(one).not.toStrictEqual(other)
  const ask = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    return (await fetch(`http://127.0.0.1:${new URL(first.url).port}/api/runs`, { headers })).status
  }
  expect(await ask(one![0])).toBe(200)
  expect(await ask(other![0])).toBe(401)
})

test('reprise token needs to know for whom, and prints JSON if asked', async () => {
  expect((await injected(['token'])).stderr).toContain(
    '--name is missing: expected who gets the token',
  )
  const { stdout } = await injected(['token', 'ci', '--json'])
  expect(JSON.parse(stdout)).toStrictEqual({
    token: expect.stringMatching(/^reprise_[\w-]{43}$/) as string,
    tokens: expect.stringMatching(/^ci:read:[0-9a-f]{64}$/) as string,
  })
})

test.each([
  [
    ['--identity-field', 'X-User'],
    ['--identity-roles', '--serve-trusted-proxies'],
  ],
  [['--identity-groups-field', 'X-Groups'], ['--identity-groups-field']],
  [['--identity-roles', '*=read'], ['--identity-roles']],
  [['--identity-field', 'a b'], ['--identity-field']],
  [
    ['--identity-field', 'X', '--identity-roles', 'a=b', '--serve-trusted-proxies', '1'],
    ['--identity-roles', '--serve-trusted-proxies'],
  ],
])(
  'what does not go together with an identity proxy is told at the start: %j',
  async (argv, told) => {
    const { code, stderr } = await injected(['serve', ...argv])
    expect(code).toBe(2)
    for (const flag of told) expect(stderr).toContain(`${flag}: expected`)
  },
)
