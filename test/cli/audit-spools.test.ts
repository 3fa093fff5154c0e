import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NewRecord } from '../../journal/entry.ts'
import { createDatabase } from '../support/database.ts'
import { LEASE, newEntry, recorderOf } from '../journal/entries.ts'
import { auditStage, slotOf, type Printed } from './audit-stage.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const stage = () => auditStage(database)

test('what waits in a spool that was left is not missing: it ends with 3, twice', async () => {
  const staged = await stage()
  await staged.entries([1])
  const waiting = [2, 4].map((number): NewRecord => {
    return { kind: 'entry', entry: newEntry(number), had: 'nothing' }
  })
  const folder = await slotOf(staged, 7, [...waiting, staged.unrecorded('status', [3, 5, 6, 7])])
  for (const _ of ['once', 'again']) {
    const { code, printed, recorder } = await staged.json()
    expect(code).toBe(3)
    expect(recorder.sum).toMatchObject({ forwarded: 7, recorded: 1, waiting: 6, missing: 0 })
    expect(printed.spools).toMatchObject([{ folder, state: 'left', records: 3, damaged: 0 }])
  }
  const { stdout } = await staged.text()
  expect(stdout).toContain(`spool ${folder}: left by a process that died, 3 records wait (`)
  expect(stdout).toMatch(/but not all is recorded: 3 waiting in spools\.\n$/)
})

test('the ledger of a process that died tells of numbers that the journal never heard of', async () => {
  const staged = await stage()
  await staged.entries([1])
  await slotOf(staged, 3, [])
  const { code, recorder } = await staged.json()
  expect(code).toBe(1)
  // Its lease has not run out yet: that nobody has its spool says more.
  expect(recorder).toMatchObject({ state: 'alive', presence: 'ended', lastNumber: 3 })
  expect(recorder.missing).toStrictEqual([{ first: 2, last: 3, after: null, before: null }])
})

test('a spool that is in use belongs to a recorder that runs, however silent', async () => {
  const staged = await stage()
  await staged.entries([1, 3])
  await staged.journal.renew(staged.stream, staged.info.id, 0, {
    ...{ lastNumber: 3, spooledRecords: 0, spooledBytes: 0 },
  })
  await slotOf(staged, 5, [], 'running')
  const { code, printed, recorder } = await staged.json()
  expect(code).toBe(0)
  expect(recorder).toMatchObject({ state: 'silent', presence: 'running', lastNumber: 5 })
  expect(recorder.sum).toMatchObject({ underWay: 3, missing: 0 })
  expect(printed.spools).toMatchObject([{ state: 'running', records: null, bytes: null }])
})

test('a running recorder that last said to have something in its spool: 3', async () => {
  const { entries, journal, stream, info, text } = await stage()
  await entries([1])
  const standing = { lastNumber: 3, spooledRecords: 2, spooledBytes: 99 }
  await journal.renew(stream, info.id, LEASE, standing)
  const { code, stdout } = await text()
  expect(code).toBe(3)
  expect(stdout).toContain('2 records in its spool when it last said so\n')
  expect(stdout).toContain('2 waiting in spools. 2 mutations of running recorders under way.\n')
})

test('a spool for another journal is said and not counted', async () => {
  const staged = await stage()
  await staged.entries([1])
  await staged.retire(1)
  const folder = await slotOf(staged, 9, [staged.unrecorded('status', [9])])
  writeFileSync(join(folder, 'journal'), '00000000-0000-0000-0000-000000000000\n')
  const { code, stdout } = await staged.text()
  expect(code).toBe(0)
  expect(stdout).toContain(`spool ${folder}: for another journal, not counted here\n`)
})

test('a recorder that only its spool knows is audited too', async () => {
  const staged = await stage()
  await staged.retire(0)
  const info = recorderOf(staged.stream)
  await slotOf({ ...staged, info }, 3, [staged.unrecorded('status', [1, 2])])
  const { code, printed } = await staged.json()
  expect(code).toBe(1)
  expect(printed.recorders[1]).toMatchObject({
    recorder: info.id,
    sum: { forwarded: 3, waiting: 2, missing: 1 },
  })
})

test('without --stream every stream is audited, and --spool-dir names the spools', async () => {
  const staged = await stage()
  const other = await stage()
  for (const one of [staged, other]) {
    await one.entries([1])
    await one.retire(1)
  }
  await slotOf(other, 1, [other.unrecorded('status', [1])])
  const argv = ['audit', '--database-url', database, '--data-dir', staged.dataDir, '--json']
  const spools = ['--spool-dir', join(other.dataDir, 'spool')]
  const { stdout } = await injected([...argv, ...spools])
  const printed = JSON.parse(stdout) as Printed
  const streams = printed.recorders.map(({ stream }) => stream)
  expect(streams).toEqual(expect.arrayContaining([staged.stream, other.stream]))
  expect(printed.spools).toMatchObject([{ stream: other.stream, state: 'left', records: 1 }])
})
