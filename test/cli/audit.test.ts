import { expect, test } from 'vitest'
import type { RecorderInfo } from '../../journal/standing.ts'
import type { NewRecord } from '../../journal/entry.ts'
import { createDatabase, query } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'
import { LEASE, NOON, body, newEntry, newStream, type EntryChanges } from '../journal/entries.ts'
import { auditStage, type Printed } from './audit-stage.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const stage = (changes: Partial<RecorderInfo> = {}) => auditStage(database, changes)

const IN_DOUBT: EntryChanges = {
  verdict: 'in_doubt',
  cause: 'timeout',
  delivery: 'whole',
  response: null,
}

test('a sum that holds is shown with its reasons, and ends with 0', async () => {
  const { entries, records, unrecorded, retire, text, stream, info } = await stage()
  await entries([1, 2, 5, 6])
  await entries([3], IN_DOUBT)
  await records(unrecorded('status', [4, 8]), unrecorded('opted_out', [7]))
  await retire(8)
  const { code, stdout } = await text()
  expect(code).toBe(0)
  expect(stdout).toBe(
    `stream ${stream}\n` +
      `  recorder ${info.id} on build-7, commit, stopped, started 2026-11-23 12:00:00.000Z, numbers 1 to 8\n` +
      '    forwarded 8 = recorded 4 + excluded 3 (opted_out 1, status 2) + in doubt 1 + lost 0\n' +
      `    1 of those in doubt unsettled: reprise in-doubt --stream '${stream}'\n` +
      'The sum holds, and nothing is missing.\n',
  )
})

test('what is missing of a recorder that ended is shown with its times, and ends with 1', async () => {
  const { entries, close, text, json } = await stage()
  await entries([2, 5])
  await close(7)
  const { code, printed, recorder } = await json()
  expect({ code, verdict: printed.verdict }).toStrictEqual({ code: 1, verdict: 'broken' })
  const at = (number: number) => new Date((NOON + number * 1_000) / 1_000).toISOString()
  expect(recorder).toMatchObject({ state: 'closed', presence: 'ended', lastNumber: 7 })
  expect(recorder.missing).toStrictEqual([
    { first: 1, last: 1, after: null, before: at(2) },
    { first: 3, last: 4, after: at(2), before: at(5) },
    { first: 6, last: 7, after: at(5), before: null },
  ])
  const { stdout } = await text()
  expect(stdout).toContain(
    'forwarded 7 = recorded 2 + excluded 0 + in doubt 0 + lost 0 + MISSING 5\n',
  )
  expect(stdout).toMatch(/missing: 3 to 4, given between 2026-11-23 12:00.* and 2026-11-23 12:00/)
  expect(stdout).toContain('what was to be recorded was not acknowledged')
  expect(stdout).toMatch(/\nThe sum does NOT hold: 5 missing\.\n$/)
})

test.each([
  ['async', 'waiting to be stored when it ended, answered or not'],
  ['intent', 'not yet forwarded when it ended'],
] as const)('of %s it says what the missing numbers were', async (durability, words) => {
  const { entries, close, text } = await stage({ durability })
  await entries([1])
  await close(2)
  expect(await text()).toMatchObject({ code: 1, stdout: expect.stringContaining(words) as string })
})

test('what a running recorder has not handed over is under way, not missing', async () => {
  const { entries, journal, stream, info, text, json } = await stage()
  await entries([1, 3])
  const standing = { lastNumber: 5, spooledRecords: 0, spooledBytes: 0 }
  await journal.renew(stream, info.id, LEASE, standing)
  const { code, recorder } = await json()
  expect(code).toBe(0)
  expect(recorder).toMatchObject({ presence: 'running', missing: [] })
  expect(recorder.underWay.map(({ first, last }) => [first, last])).toStrictEqual([
    [2, 2],
    [4, 5],
  ])
  expect((await text()).stdout).toMatch(
    /nothing is missing\. 3 mutations of running recorders under way\.\n$/,
  )
  await journal.renew(stream, info.id, 0, standing)
  const silent = await json()
  expect(silent).toMatchObject({ code: 1, recorder: { state: 'silent', presence: 'ended' } })
  expect((await text()).stdout).toContain('if it still runs, audit again')
})

test('a request that is under way in a real proxy is no loss, and its answer completes the sum', async () => {
  const stream = newStream()
  const origin = await startRawOrigin((noted) =>
    noted.target === '/held' ? undefined : plainAnswer('', '201 Made'),
  )
  const proxy = await startRecorder(origin.url, useJournal(database), { stream })
  const held = fetch(`${proxy.url}/held`, { method: 'POST' })
  await origin.request(0)
  await fetch(`${proxy.url}/other`, { method: 'POST' })
  const argv = [
    'audit',
    '--database-url',
    database,
    '--stream',
    stream,
    '--data-dir',
    emptyFolder(),
  ]
  const during = await injected([...argv, '--json'])
  expect(during.code).toBe(0)
  expect((JSON.parse(during.stdout) as Printed).recorders[0]!.sum).toMatchObject({
    ...{ forwarded: 2, recorded: 1, underWay: 1, missing: 0, total: 2 },
  })
  for (const socket of origin.sockets) socket.write(plainAnswer('', '404 None'))
  expect((await held).status).toBe(404)
  await proxy.close(1_000)
  const { code, stdout } = await injected(argv)
  expect(code).toBe(0)
  expect(stdout).toContain(
    'forwarded 2 = recorded 1 + excluded 1 (status 1) + in doubt 0 + lost 0\n',
  )
})

test('what was lost is counted: the sum holds, and it ends with 3', async () => {
  const { entries, records, unrecorded, retire, text } = await stage()
  await entries([1])
  await records(unrecorded('lost', [2, 3]))
  await retire(3)
  const { code, stdout } = await text()
  expect(code).toBe(3)
  expect(stdout).toContain('= recorded 1 + excluded 0 + in doubt 0 + lost 2\n')
  expect(stdout).toMatch(/\nThe sum holds, but not all is recorded: 2 lost and counted\.\n$/)
})

test('what was announced and left open has its place, and is said', async () => {
  const { entries, records, journal, stream, info, json, text } = await stage({
    durability: 'intent',
  })
  await entries([1])
  const { arrivedAt, sender, request } = newEntry(2)
  await records({ kind: 'intent', intent: { number: 2, arrivedAt, sender, request } })
  expect(await json()).toMatchObject({ code: 0, recorder: { sum: { open: 1, total: 2 } } })
  await journal.renew(stream, info.id, 0, { lastNumber: 2, spooledRecords: 0, spooledBytes: 0 })
  expect((await text()).stdout).toContain('1 announced and left open: in doubt as soon as')
})

test('a number in two places breaks the sum', async () => {
  const { entries, records, unrecorded, retire, json, text } = await stage()
  await entries([1, 2])
  // The key of an entry has its arrival in it, and a reason has a table of its own.
  await entries([2], { arrivedAt: NOON + 900_000_000 })
  await records(unrecorded('status', [1]), unrecorded('lost', [1]))
  await retire(2)
  const { code, recorder } = await json()
  expect(code).toBe(1)
  expect(recorder).toMatchObject({ duplicates: [1, 2], sum: { forwarded: 2, total: 5 } })
  expect((await text()).stdout).toContain('forwarded 2, BUT 5 = recorded 3 + excluded 1')
})

test('a body that was changed is named, inline or in pieces, and ends with 1', async () => {
  const { entries, records, retire, json, text, stream, info, journal } = await stage()
  await entries([1, 2])
  const piece = (position: number): NewRecord => ({
    kind: 'chunk',
    chunk: {
      number: 3,
      arrivedAt: NOON,
      side: 'response',
      position,
      bytes: Buffer.from(`p${position}`),
      secrets: [],
    },
  })
  const large = body('p0p1', { bytes: Buffer.alloc(0), chunks: 2 })
  await records(piece(0), piece(1))
  await entries([3], { arrivedAt: NOON, response: { body: large } })
  await retire(3)
  expect(await json()).toMatchObject({ code: 0, recorder: { damaged: [] } })
  const listed = await journal.list({ stream }, { order: 'id', limit: 9 })
  const values = [stream, info.id]
  await query(
    database,
    `update reprise.entry set request_body = 'other' where stream = $1 and recorder = $2 and number = 2`,
    values,
  )
  await query(
    database,
    `update reprise.body_chunk set bytes = 'px' where stream = $1 and position = 1`,
    [stream],
  )
  const { code, recorder } = await json()
  expect(code).toBe(1)
  expect(recorder.damaged).toStrictEqual([
    { entry: listed[1]!.id, side: 'request' },
    { entry: listed[2]!.id, side: 'response' },
  ])
  await query(database, `delete from reprise.body_chunk where stream = $1 and position = 1`, [
    stream,
  ])
  expect((await json()).recorder.damaged).toHaveLength(2)
  const { stdout } = await text()
  expect(stdout).toContain(`the request body of entry ${listed[1]!.id} is damaged\n`)
  expect(stdout).toMatch(/does NOT hold: 2 bodies damaged\.\n$/)
})

test('JSON has every term, of a recorder without a number too', async () => {
  const { retire, json, stream, info } = await stage({ durability: 'async' })
  await retire(0)
  const { code, printed } = await json()
  expect(code).toBe(0)
  expect(printed).toStrictEqual({
    verdict: 'whole',
    recorders: [
      {
        ...{ stream, recorder: info.id, host: 'build-7', durability: 'async', state: 'stopped' },
        ...{ presence: 'ended', startedAt: '2026-11-23T12:00:00.000Z' },
        ...{ firstNumber: null, lastNumber: 0 },
        sum: {
          ...{ forwarded: 0, recorded: 0, excluded: {}, inDoubt: 0, lost: 0, open: 0, waiting: 0 },
          ...{ underWay: 0, missing: 0, total: 0 },
        },
        ...{ unsettled: 0, context: 0, missing: [], underWay: [], duplicates: [], damaged: [] },
        saidSpooled: { records: 0, bytes: 0 },
      },
    ],
    spools: [],
  })
})

test('an unknown stream, no PostgreSQL and wrong settings have codes of their own', async () => {
  const at = ['--data-dir', emptyFolder()]
  const unknown = await injected(['audit', '--database-url', database, '--stream', 'none', ...at])
  expect(unknown).toMatchObject({ code: 4, stdout: '' })
  expect(unknown.stderr).toContain('[stream_unknown]')
  const away = ['--database-url', 'postgres://a@127.0.0.1:1/b', '--database-wait', '0s']
  expect(await injected(['audit', ...away, ...at])).toMatchObject({ code: 4, stdout: '' })
  expect(await injected(['audit', '--strem', 'a'])).toMatchObject({ code: 2, stdout: '' })
  expect((await injected(['audit', '--help'])).stdout).toContain('Exit codes: 0 the sum holds')
})
