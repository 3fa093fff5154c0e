import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record } from '../replayer/recording.ts'
import { inject } from './injected.ts'

const [ENTER, DOWN, CTRL_C] = ['\r', '\u001b[B', '\u0003']
let streams = 0
const databases = { many: await createDatabase(), one: await createDatabase() }

async function recorded(database = databases.many) {
  const stream = `asked-${streams++}`
  const said = ['/1', '/2', '/3'].map((target) => ({ target, body: `{"of":"${target}"}` }))
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  await record(useJournal(database), stream, said, origin.url)
  const argv = ['replay', '--database-url', database, '--stream', stream, '--base-url', origin.url]
  return { stream, origin, argv, sent: () => origin.requests.map((one) => one.target) }
}

test('--interactive shows each request and sends it on y; Enter and n do not', async () => {
  const { argv, sent } = await recorded()
  const asked = inject([...argv, '--interactive'], { terminal: 'yes' })
  const first = await asked.shows(/1 of 3: entry \d+[^]*Send it\? \(y\)es, \(n\)o, \(a\)ll/)
  expect(first).toMatch(/request +POST \/1\n +body +{"of":"\/1"}\n +recorded +201 OK \(applied\)/)
  asked.type(`y${ENTER}`)
  expect(await asked.shows(/2 of 3[^]*Send it\?/)).toContain('✔ 201, as recorded')
  asked.type(ENTER)
  expect(await asked.shows(/3 of 3[^]*Send it\?/)).toContain('– not sent')
  asked.type(`n${ENTER}`)
  expect(await asked.ended).toBe(0)
  expect(asked.stdout()).toMatch(
    /run \d+ done: 1 of 3 sent to .*\n {2}1 as recorded\n {2}2 left out\n/,
  )
  expect(sent()).toStrictEqual(['/1'])
})

test('a sends all the rest without another question', async () => {
  const { argv, sent } = await recorded()
  const asked = inject([...argv, '-i'], { terminal: 'yes' })
  await asked.shows(/1 of 3[^]*Send it\?/)
  asked.type(`n${ENTER}`)
  await asked.shows(/2 of 3[^]*Send it\?/)
  asked.type(`all${ENTER}`)
  expect(await asked.ended).toBe(0)
  expect(sent()).toStrictEqual(['/2', '/3'])
})

test('what is none of the answers is asked again', async () => {
  const { argv, sent } = await recorded()
  const asked = inject([...argv, '--interactive'], { terminal: 'yes' })
  await asked.shows(/1 of 3[^]*Send it\?/)
  asked.type(`maybe${ENTER}`)
  await asked.shows(/expected y, n, a or q/)
  asked.type(CTRL_C)
  expect(await asked.ended).toBe(130)
  expect(sent()).toStrictEqual([])
})

test.each([
  ['q', `q${ENTER}`, 1, 'stopped'],
  ['Ctrl-C', CTRL_C, 130, 'interrupted'],
])('%s ends the run and says what was sent and what was not', async (_, keys, code, state) => {
  const { argv, sent } = await recorded()
  const asked = inject([...argv, '--interactive'], { terminal: 'yes' })
  await asked.shows(/1 of 3[^]*Send it\?/)
  asked.type(`y${ENTER}`)
  await asked.shows(/2 of 3[^]*Send it\?/)
  asked.type(keys)
  expect(await asked.ended).toBe(code)
  expect(asked.stdout()).toMatch(new RegExp(`run \\d+ ${state}: 1 of 3 sent to `))
  expect(asked.stdout()).toContain('  1 as recorded\n  2 not reached\n')
  expect(sent()).toStrictEqual(['/1'])
})

test('without --yes a run is asked for once, and no is the default', async () => {
  const { argv, sent, origin } = await recorded()
  const declined = inject(argv, { terminal: 'yes' })
  await declined.shows(new RegExp(`Send 3 entries of stream .* to ${origin.url}\\?`))
  declined.type(ENTER)
  expect(await declined.ended).toBe(130)
  expect(declined.stderr()).toContain('Nothing was sent.')
  const agreed = inject(argv, { terminal: 'yes', columns: 200 })
  await agreed.shows(/Send 3 entries/)
  agreed.type('y')
  expect(await agreed.ended).toBe(0)
  expect(sent()).toHaveLength(3)
  expect(agreed.stderr()).toMatch(/█{40} 3\/3\n$/)
})

test('the wizard asks for stream, filter, target and mode, and runs what was agreed', async () => {
  const { stream, origin, sent } = await recorded(databases.one)
  const argv = ['replay', '--database-url', databases.one]
  const asked = inject(argv, { terminal: 'yes', columns: 100 })
  await asked.shows(new RegExp(`Which stream\\?[^]*${stream}[^]*3 entries, ${origin.url}`))
  asked.type(ENTER)
  await asked.shows(/Which entries\? 3 match[^]*go on with these[^]*methods +all/)
  asked.type(DOWN + DOWN + ENTER)
  await asked.shows(/Paths, such as/)
  asked.type(`nowhere${ENTER}`)
  await asked.shows(/expected a path that begins with \//)
  asked.type('\u0015')
  asked.type(`/1 /3${ENTER}`)
  await asked.shows(/Which entries\? 2 match[^]*paths +\/1 \/3/)
  asked.type(ENTER)
  await asked.shows(/Where to\?/)
  asked.type(ENTER)
  const preview = await asked.shows(/How\?[^]*dry run[^]*step by step[^]*all/)
  expect(preview).toMatch(/id +method +target +bytes +status\n.*\n.*POST +\/1 .*\n.*POST +\/3 /)
  asked.type(DOWN + DOWN + ENTER)
  await asked.shows(/Send 2 entries of stream/)
  asked.type('y')
  expect(await asked.ended).toBe(0)
  expect(sent()).toStrictEqual(['/1', '/3'])
  expect(asked.stdout()).toMatch(/^run \d+ done: 2 of 2 sent to /)
})

test('the wizard takes what flags gave, refuses a foreign target, and leaves on Ctrl-C', async () => {
  const { stream, sent } = await recorded()
  const flags = ['--stream', stream, '--method', 'POST', '--id-from', '1']
  const argv = ['replay', '--database-url', databases.many, ...flags]
  const asked = inject(argv, { terminal: 'yes', columns: 100 })
  await asked.shows(/Which entries\? 3 match[^]*methods +POST[^]*ids +1-/)
  asked.type(ENTER)
  await asked.shows(/Where to\?/)
  asked.type(`\u0015http://192.0.2.1${ENTER}`)
  await asked.shows(/neither on this machine nor a recorded upstream/)
  asked.type(CTRL_C)
  expect(await asked.ended).toBe(130)
  expect(asked.stderr()).toContain('Left. Nothing was sent.')
  expect(sent()).toStrictEqual([])
})
