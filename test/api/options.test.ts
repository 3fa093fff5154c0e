import { expect, test } from 'vitest'
import { journal, openDatabase, Problem, replay, startRecorder } from '../../api/index.ts'

// Nothing of it is reached: what is wrong is said before anything is opened.
const database = 'postgres://nobody@127.0.0.1:1/nothing'
const upstream = 'http://127.0.0.1:9'

/** The lines of what is wrong with what was given, as JavaScript gives it, which nothing checks. */
async function wrong(call: (options: never) => Promise<unknown>, options: unknown) {
  const error: unknown = await call(options as never).catch((problem: unknown) => problem)
  expect(error).toBeInstanceOf(Problem)
  expect(error).toMatchObject({ code: 'settings_invalid', source: 'user', retryable: false })
  return (error as Problem).message
}

test('everything that is wrong is said at once, by the names of the options', async () => {
  const said = await wrong(startRecorder, {
    ...{ database, upstream: 'ftp://backend', port: 99_999, durability: 'often' },
    ...{ excludePaths: ['/fine', 'login'], shutdownTimeout: 'soon', stream: null },
    ...{ excludePath: [], settings: { 'gate-weit': '1s', 'max-body': 5, durability: 'intent' } },
  })
  const expected = [
    "upstream in startRecorder: expected a URL such as http://127.0.0.1:3000 (http or https), got 'ftp://backend'",
    "host and port in startRecorder: expected HOST:PORT such as 127.0.0.1:8080, got '127.0.0.1:99999'",
    "'durability' in startRecorder: either it or durability",
    "excludePaths in startRecorder: expected a path that begins with / (exact, /prefix/* or glob), got 'login'",
    'shutdownTimeout in startRecorder: expected a time',
    'stream in startRecorder: expected NAME',
    'excludePath in startRecorder: there is no such option; is excludePaths meant?',
    "gate-weit in startRecorder: there is no such setting; is 'gate-wait' meant?",
  ]
  for (const line of expected) expect(said).toContain(line)
  expect(said).toMatch(new RegExp(`^${expected.length} settings are wrong\n`))
})

test('what is missing is said, and what contradicts itself', async () => {
  expect(await wrong(startRecorder, { database })).toBe(
    'upstream in startRecorder is missing: expected http://HOST:PORT',
  )
  expect(
    await wrong(startRecorder, { database, upstream, settings: { 'tls-cert': '/none' } }),
  ).toMatch(/^'tls-cert' in startRecorder: expected/)
  const from = { database, stream: 'shop' }
  expect(
    await wrong(replay, { from, to: upstream, bearer: 'a', headers: { Authorization: 'b' } }),
  ).toBe('bearer in replay: expected one Authorization, and --header gives one too')
  expect(await wrong(replay, { from, to: upstream, onFailure: 'go' })).toBe(
    "onFailure in replay: expected one of stop|continue, got 'go'",
  )
  expect(await wrong(replay, { from, to: upstream, settings: { yes: true } })).toMatch(
    /^yes in replay: there is no such setting/,
  )
})

test('parts of a filter have their names', async () => {
  const from = { database, stream: 'shop' }
  const filter = { method: 'POST', statuses: ['often'], since: new Date(0), paths: ['/a,b'] }
  const said = await wrong(replay, { from, to: upstream, filter })
  expect(said).toContain(
    'filter.method in replay: there is no such option; is filter.methods meant?',
  )
  expect(said).toContain('filter.statuses in replay: expected a status such as 404, 5xx')
  expect(said).toContain('2 settings are wrong')
})

test('a source of entries is asked for where there is none', async () => {
  expect(await wrong(replay, { to: upstream })).toBe(
    'from in replay: expected a recorder, { database, stream } or { file }',
  )
  const expected = 'expected a URL, { url, dataDir }, or what openDatabase() answers'
  // As of a variable that is not set.
  const from = { database: process.env['NO_SUCH_DATABASE'] }
  expect(await wrong(replay, { from, to: upstream })).toBe(
    `database in from of replay: ${expected}`,
  )
  expect(await wrong(journal, {})).toBe(`database in journal: ${expected}`)
  const url = 'mysql://root:geheim@127.0.0.1/journal'
  const said = await wrong(openDatabase, { url })
  expect(said).toMatch(/^the URL of the database: expected a URL such as postgres:/)
  expect(said).not.toContain('geheim')
  // A URL by itself is one, and what is misspelt is not taken for nothing: that would be an ephemeral database.
  expect(await wrong(openDatabase, url)).toBe(said)
  expect(await wrong(openDatabase, { uri: url, datadir: '.' })).toBe(
    '2 settings are wrong\n  uri in openDatabase: there is no such option; is url meant?\n' +
      '  datadir in openDatabase: there is no such option; is dataDir meant?',
  )
})
