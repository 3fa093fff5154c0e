import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseSettings, settingsTable, withDefault } from '../../cli/settings.ts'
import { text } from '../../cli/values.ts'
import { injected } from './injected.ts'

/** The lines of what is wrong, without what is around them. */
async function wrong(argv: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await injected(argv, { env })
  expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('[settings_invalid]')
  return stderr
}

async function settingsFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-settings-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'settings.yaml'), content)
  return join(folder, 'settings.yaml')
}

test('flag goes before environment, that before the file, and that before the default', () => {
  const table = settingsTable({ stream: withDefault(text('NAME', ''), 'default') })
  const file = { name: 'f', values: { stream: 'file' } }
  const env = { REPRISE_STREAM: 'environment' }
  const argv = ['--stream', 'flag']
  expect(parseSettings(table, { argv, env, file }).stream).toBe('flag')
  expect(parseSettings(table, { argv: [], env, file }).stream).toBe('environment')
  expect(parseSettings(table, { argv: [], env: {}, file }).stream).toBe('file')
  expect(parseSettings(table, { argv: [], env: { REPRISE_STREAM: '' } }).stream).toBe('default')
})

test('everything that is wrong is reported at once, with what was expected', async () => {
  const file = await settingsFile('stream: {a: 1}\ncolour: red\nmax-body: lots\n')
  const stderr = await wrong(
    [
      'proxy',
      '--listen',
      '8080',
      '--strem',
      'a',
      'extra',
      '--answer-timeout',
      '5',
      '--config',
      file,
    ],
    { REPRISE_CONNECT_TIMEOUT: 'soon', REPRISE_DURABILITY: 'sometimes' },
  )
  expect(stderr).toContain('10 settings are wrong [settings_invalid]\n')
  const expected = [
    '--strem: there is no such flag; is --stream meant?',
    "'extra' is not expected here",
    "--listen: expected HOST:PORT such as 127.0.0.1:8080, got '8080'",
    "--answer-timeout: expected a time such as 500ms, 10s or 2m (24 days at most), got '5'",
    'REPRISE_CONNECT_TIMEOUT: expected a time',
    "REPRISE_DURABILITY: expected one of async|commit|intent, got 'sometimes'",
    `stream in ${file}: expected NAME`,
    `colour in ${file}: there is no such setting`,
    `max-body in ${file}: expected a size such as 65536, 512KB or 64MB, got 'lots'`,
    '--target is missing: expected http://HOST:PORT',
  ]
  for (const line of expected) expect(stderr).toContain(line)
})

test.each([
  ['--upstream-host', 'a b', "expected keep|target|HOST[:PORT], got 'a b'"],
  ['--upstream-host', 'http://a', 'expected keep|target|HOST[:PORT]'],
  ['--via', 'my proxy', "expected a name, got 'my proxy'"],
  ['--forwarded', 'drop', 'expected one of leave|append|replace'],
  ['--idle-timeout', '0s', "expected TIME (500ms, 10s, 2m) or none, got '0s'"],
  ['--head-timeout', '1ms', 'expected at least 10 ms'],
  ['--max-head', '100', "expected at least 1024 bytes, got '100'"],
  ['--http2', 'maybe', 'expected one of on|off'],
])('of the wire: %s %j is %s', async (flag, value, expected) => {
  const stderr = await wrong(['proxy', '--target', 'http://127.0.0.1:9', flag, value])
  expect(stderr).toContain(`${flag}: ${expected}`)
})

test.each([
  [['--base-url'], '--base-url: expected http://HOST:PORT after it'],
  [['--stream', '--yes'], '--stream: expected NAME after it'],
  [['--stream', '-y'], '--stream: expected NAME after it'],
  [['--base-url', 'backend:3000'], 'expected a URL such as http://127.0.0.1:3000'],
  [['--base-url', 'ftp://a'], '(http or https)'],
  [['--base-url', 'http://me:secret@a'], 'without a user in it'],
  [['--base-url', 'http://a?b=c'], 'without a query'],
  [['--database-url', 'mysql://a/b'], 'expected a URL such as postgres://'],
  [['--id-from', '-1'], "--id-from: expected a whole number from 0, got '-1'"],
  [['--start-from-id', '1.5'], 'expected a whole number'],
  [['--status', '99'], 'expected a status such as 404, 5xx or 400-499'],
  [['--method', 'PO ST'], 'expected a method such as POST'],
  [['--path', 'things'], 'expected a path that begins with /'],
  [['--since', 'yesterday'], 'expected a time such as 2026-01-31T12:00:00Z, or 2h'],
  [['--until', '2026-02-31T99:00'], 'expected a time'],
  [['--since', '99999999d'], 'expected a time'],
  [['--timeout', '10'], 'expected a time such as 500ms'],
  [['--in-doubt', 'maybe'], 'expected one of stop|skip|send'],
  [['--allow-target', 'http://a'], 'expected HOST or HOST:PORT'],
  [['--verdict', 'good'], 'expected one of applied|failed|in_doubt|context'],
  [['--yes=perhaps'], 'expected true or false'],
  [['--__proto__', 'x'], 'there is no such flag'],
])('replay %j is refused with what was expected', async (argv, expected) => {
  expect(await wrong(['replay', ...argv])).toContain(expected)
})

test('a password in a wrong database URL is not repeated', async () => {
  expect(await wrong(['migrate', '--database-url', 'postgre://a:hidden@b/c'])).not.toMatch(/hidden/)
})

test('without a terminal, replay wants its target and its word', async () => {
  expect(await wrong(['replay'])).toMatch(
    /--base-url is missing: expected http.*\n.*--yes: expected it/,
  )
  const asked = await wrong(['replay', '--interactive', '--base-url', 'http://127.0.0.1:1'])
  expect(asked).toContain('--interactive: expected a terminal to ask on')
})

test('a file that is no YAML, not there, or no settings is refused by its name', async () => {
  const broken = await settingsFile('stream: [')
  expect(await wrong(['migrate', '--config', broken])).toContain(
    `${broken}: expected a file of YAML`,
  )
  expect(await wrong(['migrate', '--config', 'no-such.yaml'])).toContain(
    'no-such.yaml: there is no such file',
  )
  expect(await wrong(['migrate', '--config'])).toContain('--config: expected FILE after it')
  const list = await settingsFile('- a')
  expect(await wrong(['migrate', `--config=${list}`])).toContain(
    "expected settings as 'name: value'",
  )
})

test('a file may hold settings of every command, and no others', async () => {
  const file = await settingsFile('target: http://a\ndatabase-ulr: x\n')
  const stderr = await wrong(['migrate'], { REPRISE_CONFIG: file })
  expect(stderr).toContain(
    `database-ulr in ${file}: there is no such setting; is database-url meant?`,
  )
  expect(stderr).not.toContain('target')
})

test('lists come with commas, after one flag, by several flags, and as lists of a file', async () => {
  const file = await settingsFile('exclude-paths: [/a, /b/*]\nrecord-methods: post\n')
  const { proxySettings } = await import('../../cli/proxy-settings.ts')
  const argv = [
    '--exclude-paths',
    '/a',
    '/b',
    '--record-methods=post,put',
    '--exclude-paths',
    '/c,/d',
  ]
  const flags = parseSettings(proxySettings, { argv, env: {} })
  expect(flags['exclude-paths'].map((one) => one.text)).toStrictEqual(['/a', '/b', '/c', '/d'])
  expect(flags['record-methods']).toStrictEqual(['POST', 'PUT'])
  const values = { 'exclude-paths': ['/a', '/b/*'], 'record-methods': 'post' }
  const fromFile = parseSettings(proxySettings, { argv: [], env: {}, file: { name: file, values } })
  expect(fromFile['exclude-paths'].map((one) => one.text)).toStrictEqual(['/a', '/b/*'])
  expect(fromFile['record-methods']).toStrictEqual(['POST'])
})

test('moments without a zone are UTC, and 2h is two hours ago', async () => {
  const { filterSettings } = await import('../../cli/filter-settings.ts')
  const at = (since: string) =>
    parseSettings(filterSettings, { argv: ['--since', since], env: {} }).since
  expect(at('2026-01-31')).toBe(Date.UTC(2026, 0, 31) * 1000)
  expect(at('2026-01-31T12:00')).toBe(Date.UTC(2026, 0, 31, 12) * 1000)
  expect(at('2026-01-31T12:00:00+02:00')).toBe(Date.UTC(2026, 0, 31, 10) * 1000)
  const ago = Date.now() * 1000 - at('2h')!
  expect(Math.abs(ago - 7_200e6)).toBeLessThan(10e6)
})

test('an unknown command is refused, with a near one', async () => {
  expect(await injected(['repaly'])).toStrictEqual({
    code: 2,
    stdout: '',
    stderr:
      "reprise: there is no command 'repaly'; is 'replay' meant?\n  'reprise --help' lists them\n",
  })
  expect(await injected(['help', 'nothing'])).toMatchObject({ code: 2, stdout: '' })
  expect(await injected(['constructor'])).toMatchObject({ code: 2, stdout: '' })
})

test.each([[['--help']], [['-h']], [['help']], [[]]])('%j shows every command', async (argv) => {
  const { code, stdout, stderr } = await injected(argv)
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' })
  const names = ['up', 'proxy', 'replay', 'in-doubt', 'audit', 'serve', 'simulator', 'migrate']
  for (const name of [...names, 'demo']) {
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  }
})

test('the help of a command has each setting with its default and its variable', async () => {
  const { code, stdout } = await injected(['proxy', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain(
    '  --listen HOST:PORT\n      where clients connect; port 0 takes a free one\n' +
      '      (default: 127.0.0.1:8080; REPRISE_LISTEN)',
  )
  expect(stdout).toContain('REPRISE_DATABASE_URL or DATABASE_URL')
  const headings = stdout.match(/^[A-Z][^:\n]+:$/gm)
  expect(headings).toEqual([...new Set(headings)])
  expect(headings).toEqual(expect.arrayContaining(['On the wire:', 'What is recorded:']))
  const [top] = stdout.split('TLS to clients:')
  expect(top).toContain('  --target ')
  expect((await injected(['help', 'proxy'])).stdout).toBe(stdout)
  expect((await injected(['replay', '-h'])).stdout).toContain('Exit codes: 0 every')
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(160)
})

test('the version is that of the package', async () => {
  const { code, stdout } = await injected(['--version'])
  expect({ code, stdout }).toStrictEqual({ code: 0, stdout: 'reprise 0.1.0\n' })
})

test('a variable that is a slip away from a setting is named, others are not', async () => {
  const { stderr } = await injected(['proxy', '--listen', '8080'], {
    env: {
      ...{ REPRISE_DATABASE_UR: 'x', REPRISE_TARGTE: 'x', REPRISE_CONFIG: '' },
      ...{
        REPRISE_PORT: 'tcp://10.0.0.1:80',
        REPRISE_SERVICE_HOST: '10.0.0.1',
        REPRISE_TARGET: 'x',
      },
    },
  })
  expect(stderr.split('\n').filter((line) => line.includes('is no setting'))).toStrictEqual([
    'reprise: REPRISE_DATABASE_UR is no setting; is REPRISE_DATABASE_URL meant?',
    'reprise: REPRISE_TARGTE is no setting; is REPRISE_TARGET meant?',
  ])
})
