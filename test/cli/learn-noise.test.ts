import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { record, type Said } from '../replayer/recording.ts'
import { run } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
let streams = 0

const TYPE = 'Content-Type: application/json\r\n'
const IDS = ['5f0c1a52-7f7e-4f4b-9b55-2a4d3f1f8a11', 'c2b0d6f4-1d3c-4e7e-8a35-b7c6f0d4e922']
const OLD = '0b9d3e1c-66a2-4c0e-8f51-93d27aa4c7f0'

/** Things are made with ids; each answer says how busy its backend is, which nobody recorded. */
const said: Said[] = [
  { answerFields: ['Content-Type', 'application/json'], answerBody: made(OLD, 0.5) },
  {
    ...{ target: `/things/${OLD}`, method: 'PUT', status: 200 },
    answerFields: ['Content-Type', 'application/json'],
    answerBody: made(OLD, 0.25),
  },
]

function made(id: string, load: number): string {
  return JSON.stringify({ id, self: `/things/${id}`, load, size: 3 })
}

function backend(place: 0 | 1): Answer {
  let asked = 0
  return ({ method }) =>
    plainAnswer(
      made(IDS[place]!, ++asked / 8 + place / 16),
      method === 'POST' ? '201 Made' : '200 OK',
      TYPE,
    )
}

async function stage(first: Answer = backend(0), second: Answer = backend(1)) {
  const stream = `noise-${streams++}`
  await record(useJournal(database), stream, said)
  const [one, other] = [await startRawOrigin(first), await startRawOrigin(second)]
  const file = join(emptyFolder(), 'noise.yaml')
  const argv = ['replay', '--database-url', database, '--stream', stream, '--yes']
  const to = [...argv, '--base-url', one.url]
  const learn = [...to, '--second-url', other.url, '--learn-noise', file]
  return { stream, one, other, file, to, learn }
}

test('what differs between two fresh backends is kept, and is no difference from then on', async () => {
  const { file, learn, to, other } = await stage()
  writeFileSync(file, stringify({ noise: [{ header: 'x-node' }] }))
  const learned = await run(learn)
  expect(learned).toMatchObject({ code: 0 })
  expect(learned.stdout).toMatch(/^run \d+ done: 2 of 2 [^]*\nrun \d+ done: 2 of 2 /)
  expect(learned.stdout).toContain(
    `\n2 rules of noise learned from 2 pairs of answers; ${file} has 3\n`,
  )
  expect(other.requests.map(({ target }) => target)).toStrictEqual(['/things', `/things/${IDS[1]}`])
  expect(parse(readFileSync(file, 'utf8'))).toStrictEqual({
    noise: [
      { header: 'x-node' },
      { on: 'POST /things', pointer: '/load' },
      { on: 'PUT /things/*', pointer: '/load' },
    ],
  })
  expect(await injected(to)).toMatchObject({ code: 3 })
  expect(await injected([...to, '--noise', file])).toMatchObject({ code: 0 })
  const again = await injected([...learn, '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ learned: [], compared: 2, file, rules: 3 })
})

test('runs that do not match teach nothing: what was there stays', async () => {
  const differing = await stage(backend(0), ({ method }) =>
    method === 'POST' ? plainAnswer(made(IDS[1]!, 1), '201 Made', TYPE) : plainAnswer('', '204 No'),
  )
  const { code, stderr } = await injected(differing.learn)
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /nothing was learned: the runs do not match; were both backends fresh\?\n  entry \d+: answered 200 and 204\n/,
  )
  expect(existsSync(differing.file)).toBe(false)
  const stopped = await stage(() => plainAnswer('', '500 Oops'))
  const ended = await injected(stopped.learn)
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.stderr).toMatch(/nothing was learned: run \d+ did not reach its end\n/)
  expect(stopped.other.requests).toStrictEqual([])
})

test.each<[string, string[], string]>([
  [
    'no second backend',
    ['--learn-noise', 'f'],
    '--second-url is missing: expected http://HOST:PORT with',
  ],
  [
    'no file',
    ['--second-url', 'http://127.0.0.1:2'],
    '--learn-noise is missing: expected FILE with',
  ],
  [
    'the same backend twice',
    ['--learn-noise', 'f', '--second-url', 'http://127.0.0.1:1'],
    '--second-url: expected another backend than --base-url',
  ],
  [
    'a run that goes on',
    ['--learn-noise', 'f', '--second-url', 'http://127.0.0.1:2', '--resume', '1'],
    '--learn-noise: expected either it or --resume',
  ],
])('wrong settings: %s', async (_, flags, message) => {
  const argv = ['replay', '--database-url', database, '--base-url', 'http://127.0.0.1:1', '--yes']
  const { code, stdout, stderr } = await injected([...argv, ...flags])
  expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})
