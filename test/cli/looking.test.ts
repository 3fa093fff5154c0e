import { expect, test } from 'vitest'
import { record, type Said } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()
const url = ['--database-url', database]
let streams = 0

async function recorded(said: readonly Said[]) {
  const stream = `looked-${streams++}`
  const journal = useJournal(database)
  const ids = await record(journal, stream, said)
  return { stream, journal, ids, argv: ['entries', '--stream', stream, ...url] }
}

const json = async (argv: string[]) => {
  const { stdout, code } = await injected([...argv, '--json'])
  return { code, printed: JSON.parse(stdout) as Record<string, never> }
}

test('entries are listed, the latest last, and as the API shows them', async () => {
  const { ids, argv } = await recorded([
    { target: '/a', fields: ['Authorization', 'Bearer planted'] },
    { target: '/b', status: 500, verdict: 'failed' },
    { target: '/c' },
  ])
  const { code, stdout } = await injected([...argv, '--limit', '2'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/id.*method.*target/)
  expect(stdout).not.toContain('/a ')
  expect(stdout.indexOf('/b')).toBeLessThan(stdout.indexOf('/c'))
  const { printed } = await json([...argv, '--status', '5xx'])
  expect(printed).toMatchObject({ entries: [{ id: ids[1], verdict: 'failed', target: '/b' }] })
  const one = await json(['entries', String(ids[0]), ...url])
  expect(one.printed).toMatchObject({
    ...{ id: ids[0], request_body: { encoding: 'utf8', data: '' } },
    ...{ request_headers: [], withheld: ['Authorization'] },
  })
  expect((await injected(['entries', String(ids[1]), ...url])).stdout).toMatch(
    /request +POST \/b\n/,
  )
  expect(await injected(['entries', '999999', ...url])).toMatchObject({
    ...{ code: 4, stderr: expect.stringContaining('[entry_unknown]') as string },
  })
})

test('labels are set and removed, and that stands in the trail', async () => {
  const { ids, argv, journal, stream } = await recorded([{ target: '/a' }, { target: '/b' }])
  const set = [...argv, '--path', '/a', '--set-label', 'bug-1']
  expect(await injected(set)).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('--yes') as string },
  })
  expect(await injected([...set, '--yes'])).toMatchObject({ code: 0, stdout: '1 entry changed\n' })
  expect((await journal.entry(ids[0]!)).label).toBe('bug-1')
  expect((await journal.entry(ids[1]!)).label).toBeNull()
  expect(await json([...argv, '--remove-label', '-y'])).toMatchObject({ printed: { changed: 2 } })
  const { printed } = await json(['trail', '--limit', '2', ...url])
  expect(printed).toMatchObject({
    deeds: [
      { action: 'label', stream, means: 'command_line', role: null, detail: { label: null } },
      { action: 'label', stream, detail: { label: 'bug-1', filter: { paths: ['/a'] } } },
    ],
  })
  const table = await injected(['trail', ...url])
  expect(table.stdout).toMatch(/command_line .*label .*bug-1/)
})

test('labels that are lost to another are counted', async () => {
  const { argv } = await recorded([{ target: '/a' }, { target: '/b' }])
  await injected([...argv, '--path', '/a', '--set-label', 'bug-1', '-y'])
  expect(await injected([...argv, '--set-label', 'bug-2', '-y'])).toMatchObject({
    stdout: '2 entries changed, 1 bore another label\n',
  })
  expect(await json([...argv, '--set-label', 'bug-2', '-y'])).toMatchObject({
    printed: { changed: 2, overwritten: 0 },
  })
  const asking = inject([...argv, '--set-label', 'bug-3'], { terminal: 'yes', columns: 120 })
  await asking.shows(/Label 2 entries of stream .* 'bug-3'\? 2 bear another label, and lose it/)
  asking.type('n')
  expect(await asking.ended).toBe(130)
})

test('the request of one is a command or code that sends it again, without its secrets', async () => {
  const fields = ['Host', 'shop.test', 'Authorization', 'Bearer s3cr3t']
  const { ids } = await recorded([{ target: '/a', fields, body: '{"a":1}' }])
  const copy = (...more: string[]) => injected(['entries', String(ids[0]), ...url, ...more])
  const curl = await copy('--as', 'curl')
  expect(curl.stdout).toMatch(/^curl -X POST 'http:\/\/shop\.test\/a' \\\n/)
  expect(curl.stdout).toContain("-H 'Authorization: AUTHORIZATION_NOT_SHOWN'")
  expect(curl.stdout).toContain(`--data-raw '{"a":1}'\n`)
  expect((await copy('--as', 'httpie')).stdout).toMatch(/^http --ignore-stdin POST /)
  expect((await copy('--as', 'fetch')).stdout).toMatch(/^await fetch\("http:/)
  expect(JSON.parse((await copy('--as', 'curl', '--json')).stdout)).toEqual({
    curl: curl.stdout.trimEnd(),
  })
  expect(await copy('--as', 'curl', '--secrets')).toMatchObject({ code: 2 })
  expect(await injected(['entries', ...url, '--as', 'curl'])).toMatchObject({ code: 2 })
})

test('what comes is followed until it is interrupted', async () => {
  const { argv, journal, stream } = await recorded([{ target: '/before' }])
  const following = inject([...argv, '--follow', '--json'])
  // It may not have begun to look yet.
  await expect
    .poll(
      async () => {
        await record(journal, stream, [{ target: '/after' }])
        return following.stdout()
      },
      { timeout: 30_000, interval: 250 },
    )
    .toMatch(/^\{.*"target":"\/after"/)
  following.interrupt()
  expect(await following.ended).toBe(0)
  expect(following.stdout()).not.toContain('/before')
})

test('a stream is cleared by whoever names it twice, and that stays in the trail', async () => {
  const { journal, stream } = await recorded([{}, {}])
  for (const wrong of [[], ['--confirm', 'another']]) {
    expect(await injected(['clear', stream, ...wrong, ...url])).toMatchObject({
      ...{
        code: 2,
        stderr: expect.stringContaining(`the name of the stream, '${stream}'`) as string,
      },
    })
  }
  expect(await journal.list({ stream }, { order: 'id', limit: 10 })).toHaveLength(2)
  const cleared = await injected(['clear', stream, '--confirm', stream, ...url])
  expect(cleared).toMatchObject({ code: 0, stdout: '2 entries removed\n' })
  expect(await journal.list({ stream }, { order: 'id', limit: 10 })).toEqual([])
  const { printed } = await json(['trail', '--limit', '1', ...url])
  expect(printed).toMatchObject({ deeds: [{ action: 'clear', stream, means: 'command_line' }] })
  expect(await injected(['clear', 'nobody', '--confirm', 'nobody', ...url])).toMatchObject({
    ...{ code: 4, stderr: expect.stringContaining('[stream_unknown]') as string },
  })
})

test('a body is written as it came, and secrets only where that is asked for and noted', async () => {
  const fields = ['Content-Type', 'application/json']
  const body = '{"password":"planted","n":1}'
  const answerBody = Buffer.from([0xff, 0x00, 0x0a])
  const { ids, journal, stream } = await recorded([{ fields, body, answerBody }])
  const id = String(ids[0])
  const key = ['--secret-key', Buffer.alloc(32, 'test').toString('base64')]
  const shown = (...more: string[]) => injected(['entries', id, ...url, ...key, ...more])
  expect((await shown('--body', 'request')).stdout).toBe('{"password":"*******","n":1}')
  const answer = await shown('--body', 'response')
  expect(answer).toMatchObject({ code: 0, stdout: answerBody.toString('utf8') })
  expect(await journal.deeds({ stream, limit: 9 })).toEqual([])
  expect((await shown('--body', 'request', '--secrets')).stdout).toBe(body)
  const { stdout } = await shown('--secrets')
  expect(JSON.parse(stdout)).toMatchObject({ request_body: { encoding: 'utf8', data: body } })
  const deeds = await journal.deeds({ stream, limit: 9 })
  expect(deeds.map(({ action, detail }) => [action, detail['what']])).toEqual([
    ['show_secrets', 'entry'],
    ['show_secrets', 'request body'],
  ])
  const alone = await injected(['entries', '--body', 'request', ...url])
  expect(alone.code).toBe(2)
  expect(alone.stderr).toContain('--body or --secrets')
})
