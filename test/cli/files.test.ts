import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { simulator } from '../simulator/client.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()
let streams = 0

function stage() {
  const folder = emptyFolder()
  const at = ['--database-url', database, '--data-dir', folder]
  const stream = `filed-${streams++}`
  return {
    ...{ stream, journal: useJournal(database), in: (name: string) => join(folder, name) },
    cli: (...argv: string[]) => injected([...argv, ...at]),
    piped: (...argv: string[]) => inject([...argv, ...at]),
  }
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<void> {
  await fetch(url + path, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
}

test('what was imported is replayed as what it was exported from, ids made anew included', async () => {
  const { stream, journal, cli, in: file } = stage()
  const backend = await simulator({ ids: 'random' })
  const proxy = await startRecorder(backend.url, journal, { stream })
  for (const command of ['restart wifi', 'blink led']) {
    const made = await fetch(`${proxy.url}/api/commands`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ command }),
    })
    const {
      command: { id },
    } = (await made.json()) as { command: { id: string } }
    await call(proxy.url, 'PATCH', `/api/commands/${id}`, { state: 'done' })
  }
  await proxy.close(1_000)
  const copy = `${stream}-copy`
  expect(await cli('export', file('a.reprise.jsonl'), '--stream', stream)).toMatchObject({
    ...{ code: 0, stdout: expect.stringMatching(/^4 entries of stream/) as string },
  })
  expect(await cli('import', file('a.reprise.jsonl'), '--stream', copy)).toMatchObject({
    code: 0,
    stdout: `4 entries imported into stream ${copy}\n`,
  })
  const runs = []
  for (const from of [stream, copy]) {
    backend.reboot()
    const argv = ['replay', '--stream', from, '--base-url', backend.url, '--yes', '--json']
    const { code, stdout } = await cli(...argv)
    const { planned, outcomes, replaced } = JSON.parse(stdout) as Record<string, unknown>
    runs.push({ code, planned, outcomes, replaced })
  }
  expect(runs[0]).toMatchObject({ code: 0, planned: 4, outcomes: { same: 4 } })
  expect(runs[1]).toEqual(runs[0])
})

test('a selection goes to a file, packed or plain, or to standard output and in from standard input', async () => {
  const { stream, journal, cli, piped, in: file } = stage()
  await record(journal, stream, [
    { target: '/a' },
    { target: '/b' },
    { method: 'PUT', target: '/c' },
  ])
  const some = ['--stream', stream, '--path', '/a', '/c']
  await cli('export', file('some.jsonl.gz'), ...some)
  await cli('export', file('some.jsonl'), ...some)
  const { stdout, stderr } = await cli('export', '-', ...some)
  expect(stderr).toContain(`2 entries of stream ${stream} written to -`)
  expect(readFileSync(file('some.jsonl'), 'utf8')).toBe(stdout)
  expect(gunzipSync(readFileSync(file('some.jsonl.gz'))).toString()).toBe(stdout)
  const running = piped('import', '-', '--stream', `${stream}-in`)
  running.type(stdout)
  running.end()
  expect(await running.ended).toBe(0)
  expect(running.stdout()).toContain('2 entries imported')
  expect(await cli('import', file('some.jsonl.gz'))).toMatchObject({ code: 0 })
  const entries = await journal.list({ stream: 'some' }, { order: 'order', limit: 9 })
  expect(entries.map(({ target }) => target)).toEqual(['/a', '/c'])
  expect((await journal.deeds({ limit: 2 })).map(({ action }) => action)).toEqual([
    'import',
    'import',
  ])
})

test('wrong uses get one error that says what to do', async () => {
  const { stream, journal, cli, in: file } = stage()
  await record(journal, stream, [{ target: '/a' }])
  const from = ['--stream', stream]
  const wrong: [argv: string[], code: number, says: RegExp][] = [
    [['export'], 2, /--file is missing/],
    [['export', file('x'), ...from, '--path', '/none'], 4, /\[selection_empty\]/],
    [['export', file('no/x'), ...from], 4, /there is no such file or folder \[file_unusable\]/],
    [['export', file('x'), ...from, '--format', 'har2'], 2, /--format: expected one of reprise/],
    [['import', file('none')], 4, /\[file_unusable\]/],
    [['import', '-'], 2, /--stream is missing/],
  ]
  for (const [argv, code, says] of wrong) {
    const ran = await cli(...argv)
    expect(ran).toMatchObject({ code })
    expect(ran.stderr).toMatch(says)
  }
  writeFileSync(file('other.jsonl'), '{"version":"1.2"}\n')
  const { code, stderr } = await cli('import', file('other.jsonl'))
  expect(code).toBe(4)
  expect(stderr).toMatch(/other.jsonl, line 1: expected .* \[file_invalid\]\n {2}see docs/)
})

test('two files are told apart by what was asked and answered', async () => {
  const { stream, journal, cli, in: file } = stage()
  const json = (value: unknown) => ({
    answerFields: ['Content-Type', 'application/json'],
    answerBody: JSON.stringify(value),
  })
  const one = { target: '/things', body: 'a', ...json({ name: 'a', tags: ['x', 'y'] }) }
  const gone = { method: 'DELETE', target: '/things/4' }
  await record(journal, stream, [one, gone, { target: '/same' }])
  await record(journal, `${stream}-b`, [
    { ...one, ...json({ name: 'b', tags: ['x'] }) },
    { target: '/same' },
    { method: 'PUT', target: '/things/9' },
  ])
  await cli('export', file('a.jsonl'), '--stream', stream)
  await cli('export', file('b.jsonl'), '--stream', `${stream}-b`)
  // No PostgreSQL is asked for that.
  const same = await injected(['diff', file('a.jsonl'), file('a.jsonl')])
  expect(same).toMatchObject({ code: 0, stdout: '0 added, 0 removed, 0 changed, 3 the same\n' })
  const { code, stdout } = await injected(['diff', file('a.jsonl'), file('b.jsonl')])
  expect(code).toBe(1)
  expect(stdout).toBe(
    [
      '~ POST /things (line 3 of A, line 3 of B)',
      '    body /name: "a" -> "b"',
      '    body /tags/1: "y" -> nothing',
      '- DELETE /things/4 (line 4 of A)',
      '+ PUT /things/9 (line 5 of B)',
      '1 added, 1 removed, 1 changed, 1 the same',
      '',
    ].join('\n'),
  )
  const printed = await injected(['diff', file('a.jsonl'), file('b.jsonl'), '--json'])
  expect(JSON.parse(printed.stdout)).toMatchObject({
    ...{ added: [{ line: 5 }], removed: [{ line: 4 }], same: 1 },
    changed: [{ lineA: 3, lineB: 3, differences: [{ where: 'body /name' }, {}] }],
  })
})

test('a stream is told apart from a file of it, and from another stream', async () => {
  const { stream, journal, cli, piped, in: file } = stage()
  const ids = await record(journal, stream, [
    { target: '/a', body: 'password=one&name=ada', ...FORM },
    { method: 'PUT', target: '/b' },
  ])
  const of = `stream:${stream}`
  await cli('export', file('a.jsonl'), '--stream', stream)
  const same = '0 added, 0 removed, 0 changed, 2 the same\n'
  expect(await cli('diff', file('a.jsonl'), of)).toMatchObject({ code: 0, stdout: same })
  expect(await cli('diff', of, of, '--secrets', 'sealed')).toMatchObject({ code: 0, stdout: same })
  const [, , third] = [...ids, ...(await record(journal, stream, [{ target: '/c' }]))]
  expect(await cli('diff', file('a.jsonl'), of)).toMatchObject({
    ...{
      code: 1,
      stdout: `+ POST /c (entry ${third} of B)\n1 added, 0 removed, 0 changed, 2 the same\n`,
    },
  })
  expect(await cli('diff', file('a.jsonl'), of, '--path', '/a', '/b')).toMatchObject({ code: 0 })
  await record(journal, `${stream}-b`, [
    { target: '/a', body: 'password=two&name=ada', ...FORM },
    { method: 'PUT', target: '/b', status: 200 },
    { target: '/c' },
  ])
  const other = await cli('diff', of, `${of}-b`, '--json')
  expect(JSON.parse(other.stdout)).toMatchObject({
    ...{ added: [], removed: [], same: 2 },
    changed: [{ entryA: ids[1], differences: [{ where: 'status', recorded: '201', came: '200' }] }],
  })
  const key = ['--secrets', 'sealed', '--secret-key', testKey]
  const secrets = await cli('diff', of, `${of}-b`, ...key, '--path', '/a')
  expect(secrets.stdout).toMatch(/^~ POST \/a .*\n {4}request body: \(a secret\) -> \(a secret\)/)
  expect(await cli('diff', of, 'stream:none')).toMatchObject({ code: 4 })
  expect(await cli('diff', of, of, '--path', '/none')).toMatchObject({ code: 4 })
  const running = piped('diff', '-', '-')
  running.end()
  expect(await running.ended).toBe(2)
  expect(running.stderr()).toContain('standard input is A already')
})

test('of long streams every entry is found by its id, also behind the last one that is compared', async () => {
  const { stream, journal, cli } = stage()
  const all = Array.from({ length: 600 }, (_, i) => ({ target: `/${i}` }))
  const ids = await record(journal, stream, all)
  await record(journal, `${stream}-b`, [{ ...all[0]!, status: 200 }, ...all.slice(1, -1)])
  const { stdout } = await cli('diff', `stream:${stream}`, `stream:${stream}-b`, '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ removed: [{ entry: ids[599] }], changed: [{ entryA: ids[0] }], same: 598 },
  })
})

const testKey = Buffer.alloc(32, 'test').toString('base64')
const FORM = { fields: ['Content-Type', 'application/x-www-form-urlencoded'] }
