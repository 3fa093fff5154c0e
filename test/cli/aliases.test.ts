import { expect, test } from 'vitest'
import { record, type Said } from '../replayer/recording.ts'
import { run } from '../support/command.ts'
import { injected } from './injected.ts'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { testKey } from '../support/secrets.ts'

const database = await createDatabase()
let streams = 0

const JSON_TYPE = ['Content-Type', 'application/json']
const RECORDED = 'rEc0rdEd9sKq3Zt7Bw5Yx1L'
const CAME = 'cAm3Ag41nH8v2Qm6Jd4Pn0R'

/** A thing with an id and a token is made, changed, and numbered with what looks like its id. */
const things: Said[] = [
  {
    target: '/things',
    answerFields: JSON_TYPE,
    answerBody: JSON.stringify({ id: 17, token: RECORDED }),
  },
  {
    ...{ target: '/things/17', method: 'PUT', status: 200 },
    fields: ['Content-Type', 'application/json', 'X-Token', RECORDED, 'Content-Length', '15'],
    body: JSON.stringify({ quantity: 17 }),
  },
]

async function replayed() {
  const stream = `aliases-${streams++}`
  const ids = await record(useJournal(database), stream, things)
  const origin = await startRawOrigin(({ method }) =>
    method === 'POST'
      ? plainAnswer(
          JSON.stringify({ id: 23, token: CAME }),
          '201 Made',
          'Content-Type: application/json\r\n',
        )
      : plainAnswer('', '200 OK'),
  )
  const argv = ['--database-url', database, '--stream', stream, ...testKey]
  const ran = await injected(['replay', ...argv, '--base-url', origin.url, '--yes'])
  expect(ran).toMatchObject({ code: 0 })
  expect(origin.requests[1]).toMatchObject({ target: '/things/23' })
  const id = Number(/^run (\d+) /.exec(ran.stdout)![1])
  return { id, ids, argv, origin }
}

test('the newest run of a stream: each alias in a line, secrets not shown', async () => {
  const { id, ids, argv, origin } = await replayed()
  const told = await run(['aliases', ...argv])
  expect(told).toMatchObject({ code: 0 })
  expect(told.stderr).toBe(`run ${id} of stream ${argv[3]}, sent to ${origin.url}\n`)
  expect(told.stdout).toMatch(/^number +recorded +came +entry +request +place\n/)
  expect(told.stdout).toMatch(new RegExp(`\\n +0 +17 +23 +${ids[0]} +POST /things +json /id\\n`))
  expect(told.stdout).toMatch(/\(a secret\) +\(a secret\) .* json \/token\n/)
  expect(told.stdout).not.toMatch(/rEc0|cAm3/)
  // As in reprise.yaml, which all commands share: a run is of one stream, whichever stands there.
  const named = await injected(['aliases', String(id), ...argv])
  expect(named).toMatchObject({ code: 0, stdout: told.stdout })
})

test('--explain: where each was used, and what was left alone and why', async () => {
  const { id, ids, argv } = await replayed()
  const told = await injected(['aliases', String(id), ...argv.slice(0, 2), '--explain'])
  expect(told).toMatchObject({ code: 0 })
  const { stdout } = told
  expect(stdout).toContain(
    `0: 17 -> 23\n  made by entry ${ids[0]}: POST /things: json /id\n  used by entry ${ids[1]}: path 2\n`,
  )
  expect(stdout).toContain(`  used by entry ${ids[1]}: header x-token\n`)
  expect(stdout).toContain(`left alone\n  entry ${ids[1]}: json /quantity: 17 (a small value: `)
  expect(stdout).not.toMatch(/rEc0|cAm3/)
})

test('--entry and --json tell one entry as one document; --limit says what it leaves out', async () => {
  const { id, ids, argv } = await replayed()
  const run17 = ['aliases', '--run', String(id), ...argv.slice(0, 2), '--json']
  const one = await injected([...run17, '--entry', String(ids[1])])
  expect(JSON.parse(one.stdout)).toMatchObject({
    ...{ run: id, stream: argv[3], aliases: [], aliasesMore: false },
    used: [
      { entry: ids[1], place: 'path 2', value: '17', producer: ids[0], from: 'json /id' },
      { place: 'header x-token', value: null, from: 'json /token' },
    ],
    leftAlone: [{ entry: ids[1], place: 'json /quantity', value: '17' }],
  })
  const first = await injected([...run17, '--limit', '1'])
  expect(JSON.parse(first.stdout)).toMatchObject({
    aliases: [{ number: 0, recorded: '17', came: '23', producer: { entry: ids[0] } }],
    ...{ aliasesMore: true, leftAlone: [], used: [] },
  })
  const rest = await injected([...run17, '--after', '0', '--explain'])
  expect(JSON.parse(rest.stdout)).toMatchObject({
    aliases: [{ number: 1, recorded: null, came: null, uses: [{ entry: ids[1] }] }],
    aliasesMore: false,
  })
})

test('a stream that was not replayed, a run that is not there, words that make no sense', async () => {
  const stream = `aliases-${streams++}`
  await record(useJournal(database), stream, things)
  const argv = ['aliases', '--database-url', database]
  const none = await injected([...argv, '--stream', stream])
  expect(none).toMatchObject({ code: 4, stdout: '' })
  expect(none.stderr).toContain(`stream ${stream} was not replayed yet [run_unknown]`)
  expect(await injected([...argv, '999999'])).toMatchObject({ code: 4, stdout: '' })
  const wrong = await injected([...argv, '1', '2', '--entry', '1', '--after', '1'])
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain("'2' is not expected here")
  expect(wrong.stderr).toContain('--after: expected either it or --entry')
})
