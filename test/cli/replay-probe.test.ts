import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { record, type Said } from '../replayer/recording.ts'
import { stateOrigin } from '../replayer/state/stage.ts'
import { injected } from './injected.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'

const database = await createDatabase()
let streams = 0

const JSON_TYPE = ['Content-Type', 'application/json']
const OLD = '5f0c1a52-7f7e-4f4b-9b55-2a4d3f1f8a11'
const NEW = 'c2b0d6f4-1d3c-4e7e-8a35-b7c6f0d4e922'

const made: Said[] = [
  { target: '/things', answerFields: JSON_TYPE, answerBody: JSON.stringify({ id: OLD, n: 1 }) },
]

function answered(id: string, n: number): Buffer {
  const type = 'Content-Type: application/json\r\n'
  return plainAnswer(JSON.stringify({ id, n }), '201 Made', type)
}

/** A thing was made and the state kept; now its backend makes another id. */
async function stage(said = made) {
  const journal = useJournal(database)
  const stream = `probed-${streams++}`
  const origin = await stateOrigin({ '/state': { things: { [OLD]: { id: OLD, n: 1 } } } })
  origin.states['/things'] = answered(NEW, 1)
  await record(journal, stream, said, origin.url)
  const backend = ['--database-url', database, '--stream', stream, '--base-url', origin.url]
  expect(await injected(['state', ...backend, '--probe', '/state'])).toMatchObject({ code: 0 })
  origin.states['/state'] = { things: { [NEW]: { id: NEW, n: 1 } } }
  const replay = ['replay', ...backend, '--yes']
  return { journal, stream, origin, backend, replay, probed: [...replay, '--probe', 'GET /state'] }
}

test('after a run the state is asked for: restored but for what was made anew', async () => {
  const { probed, origin } = await stage()
  const restored = await injected(probed)
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.stdout).toMatch(
    /^run \d+ done: .*\n  1 as recorded\nGET \/state: restored \(but for 2 aliases\)\nstate restored, compared with /,
  )
  origin.states['/state'] = { things: { [NEW]: { id: NEW, n: 2 } } }
  const differs = await injected([...probed, '--json'])
  expect(differs).toMatchObject({ code: 3 })
  expect(JSON.parse(differs.stdout)).toMatchObject({
    ...{ state: 'done', outcomes: { same: 1 } },
    restored: { outcome: 'differs', probes: [{ differences: [{ recorded: '1', came: '2' }] }] },
  })
})

test('reprise state --compare --run takes out what was made anew in that run', async () => {
  const { replay, backend } = await stage()
  const { stdout } = await injected(replay)
  const id = /^run (\d+)/.exec(stdout)![1]!
  const later = await injected(['state', ...backend, '--compare', '--run', id])
  expect(later).toMatchObject({ code: 0 })
  expect(later.stdout).toContain('GET /state: restored (but for 2 aliases)\nstate restored, ')
  expect(await injected(['state', ...backend, '--compare'])).toMatchObject({ code: 3 })
  const alone = await injected(['state', ...backend, '--probe', '/state', '--run', id])
  expect(alone).toMatchObject({ code: 2 })
  expect(alone.stderr).toContain('--compare: expected it with --run')
})

test('a state that cannot be asked for, and one that is not asked for after a run that stopped: 1', async () => {
  const { probed, replay, origin } = await stage()
  origin.states['/state'] = plainAnswer('', '503 Oops')
  const unknown = await injected(probed)
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stdout).toContain('GET /state: unknown (answered 503)\nstate unknown: ')
  origin.states['/things'] = plainAnswer('', '500 Oops')
  const stopped = await injected([...probed, '--json'])
  expect(stopped).toMatchObject({ code: 1 })
  expect(stopped.stderr).toContain('the state was not asked for: the run did not reach its end\n')
  expect(JSON.parse(stopped.stdout)).toMatchObject({ state: 'stopped', restored: null })
  origin.states['/things'] = answered(NEW, 1)
  expect(JSON.parse((await injected([...replay, '--json'])).stdout)).not.toHaveProperty('restored')
})

test('probes of the file that the proxy shares; a resumed run knows its aliases from before', async () => {
  const second = { target: '/others', status: 200 }
  const { origin, replay } = await stage([...made, second])
  const folder = emptyFolder()
  const config = join(folder, 'reprise.yaml')
  writeFileSync(
    config,
    stringify({ 'state-probe': ['GET /state'], 'state-probe-header': ['X: 1'] }),
  )
  const stopped = await injected([...replay, '--config', config, '--data-dir', folder])
  expect(stopped).toMatchObject({ code: 1 })
  const id = /^run (\d+) stopped/.exec(stopped.stdout)![1]!
  origin.states['/others'] = plainAnswer('', '200 OK')
  const argv = ['replay', '--database-url', database, '--resume', id, '--config', config]
  const resumed = await injected([...argv, '--data-dir', folder])
  expect(resumed.stdout).toContain('GET /state: restored (but for 2 aliases)\nstate restored, ')
  expect(origin.requests.at(-1)!.head).toContain('\r\nX: 1\r\n')
})

test('the end of a run: outcomes, the first differences, how many values were replaced', async () => {
  const { origin, replay, probed } = await stage([
    ...made,
    {
      target: `/things/${OLD}`,
      method: 'PUT',
      status: 200,
      answerFields: JSON_TYPE,
      answerBody: '{"a":1}',
    },
  ])
  const type = 'Content-Type: application/json\r\n'
  origin.states[`/things/${NEW}`] = plainAnswer('{"a":2,"b":3}', '200 OK', type)
  const ran = await injected(replay)
  expect(ran).toMatchObject({ code: 3 })
  expect(ran.stdout.replaceAll(/ +/g, ' ')).toMatch(
    new RegExp(
      `\\n 1 as recorded\\n 1 different\\n differences\\n entry request where recorded came\\n ─.*\\n` +
        ` \\d+ PUT /things/${OLD} body /a 1 2\\n \\d+ PUT /things/${OLD} body /b nothing 3\\n` +
        ` 1 value replaced in 1 request \\(reprise aliases \\d+\\)\\n$`,
    ),
  )
  const told = JSON.parse((await injected([...probed, '--json'])).stdout)
  expect(told).toMatchObject({
    replaced: { values: 1, requests: 1, leftAlone: 0 },
    notAsRecorded: [
      {
        ...{ method: 'PUT', outcome: 'differs', differencesMore: 0 },
        differences: [{ where: 'body /a', recorded: '1', came: '2' }, { where: 'body /b' }],
      },
    ],
    notAsRecordedMore: 0,
  })
})
