import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RecorderInfo } from '../../journal/standing.ts'
import { recorderClock } from '../../proxy/clock.ts'
import { createEnrolment } from '../../proxy/enrolment.ts'
import { Identity } from '../../proxy/identity.ts'
import { beginLedger } from '../../proxy/ledger.ts'
import { claimSlot, setJournal } from '../../proxy/slots.ts'
import { recorderOf } from '../journal/entries.ts'
import { entryRecord } from '../journal/records.ts'
import { eventually } from '../support/between.ts'
import { emptyFolder } from '../support/folder.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { recordingOptions, startRecorder } from '../support/recorder.ts'
import { stubJournal, type StubJournal } from '../support/stub-journal.ts'

const STREAM = 'test'

/** A proxy on a folder and a journal, and a way to send a mutation through it. */
async function startOn(spoolDir: string, journal: StubJournal) {
  const origin = await startRawOrigin()
  const recording = recordingOptions({ spoolDir, spoolLimit: 1_000_000, slowCommit: 100 })
  const proxy = await startRecorder(origin.url, journal, { recording, stream: STREAM })
  const send = async (target: string) => {
    const answer = await fetch(proxy.url + target, { method: 'POST', body: 'x' })
    expect(await answer.text()).toBe('ok')
  }
  return { proxy, send, id: proxy.health()!.recorder }
}

/**
 * A folder in which a recorder of the journal `stub` left two entries when it was killed, just
 * after it had given a third number.
 */
async function dirtySpool(...recorders: RecorderInfo[]) {
  const spoolDir = emptyFolder()
  const all = recorders.length === 0 ? [recorderOf(STREAM)] : recorders
  await leaveSlot(spoolDir, all, stubJournal())
  return { spoolDir, journal: stubJournal(), id: all[0]!.id }
}

/** What recorders leave in the first slot that is free. */
async function leaveSlot(
  spoolDir: string,
  recorders: RecorderInfo[],
  journal: StubJournal,
  lostByTheDisk = 0,
) {
  const slot = await claimSlot(spoolDir, STREAM, 1_000_000, () => {})
  for (const info of recorders) {
    const ledger = beginLedger(slot.folder, info)
    setJournal(slot, 'stub')
    const records = [1, 2].map((number) => entryRecord(number)).map((one) => journal.seal(one))
    await slot.spool.append(records.map((record) => ({ recorder: info.id, record })))
    ledger.note({ lastNumber: 3, spooled: slot.spool.next + lostByTheDisk, moved: 0 })
    ledger.close()
  }
  await slot.spool.close()
}

const stored = ({ batches, owners }: StubJournal) =>
  batches.flatMap((batch, i) =>
    batch.map((record) => [owners[i], record.kind === 'entry' && record.entry.request.target]),
  )

const slotOf = (spoolDir: string, n = 0) => join(spoolDir, STREAM, String(n))

const ledgers = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('ledger.'))

describe('a proxy that starts where another one left entries in the spool', () => {
  test('moves them before its own, as the recorder that they are of', async () => {
    const { spoolDir, journal, id } = await dirtySpool()
    const { proxy, send, id: ownId } = await startOn(spoolDir, journal)
    await send('/own')
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal)).toEqual([
      [id, '/things/1'],
      [id, '/things/2'],
      [ownId, '/own'],
    ])
    expect(journal.ended).toEqual([{ id, lastNumber: 3, how: 'dead' }])
    await proxy.close(1_000)
    expect(ledgers(slotOf(spoolDir))).toEqual([])
  })

  test('starts without the journal, and spools behind them', async () => {
    const { spoolDir, journal, id } = await dirtySpool()
    journal.leave()
    const { proxy, send, id: ownId } = await startOn(spoolDir, journal)
    expect(proxy.health()).toMatchObject({ state: 'spooling', spool: { records: 2 } })
    await send('/own')
    expect(ledgers(slotOf(spoolDir))).toHaveLength(2)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal).map(([owner]) => owner)).toEqual([id, id, ownId])
    expect(journal.ended).toEqual([{ id, lastNumber: 3, how: 'dead' }])
    expect(ledgers(slotOf(spoolDir))).toEqual([`ledger.${ownId}`])
  })

  test('makes known to the journal all who recorded, for some may never have reached it', async () => {
    const [first, second] = [recorderOf(STREAM), recorderOf(STREAM)]
    const { spoolDir, journal } = await dirtySpool(first, second)
    const { proxy } = await startOn(spoolDir, journal)
    await eventually(() => proxy.health()!.state === 'ok')
    expect(journal.enrolled).toEqual(expect.arrayContaining([first, second]))
    expect(stored(journal).map(([owner]) => owner)).toEqual([
      ...[first.id, first.id, second.id, second.id],
    ])
    expect(new Set(journal.ended.map(({ id }) => id))).toEqual(new Set([first.id, second.id]))
  })

  test('refuses to move them to another journal, and keeps them for the right one', async () => {
    const { spoolDir, journal, id } = await dirtySpool()
    const other = stubJournal('other')
    await expect(startOn(spoolDir, other)).rejects.toMatchObject({
      code: 'spool_unavailable',
      source: 'user',
      message: expect.stringContaining('2 records for another journal') as string,
    })
    expect(other.batches).toEqual([])
    const { proxy } = await startOn(spoolDir, journal)
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal).map(([owner]) => owner)).toEqual([id, id])
  })

  test('does not move them to another journal that it reaches later either', async () => {
    const { spoolDir, journal } = await dirtySpool()
    const other = stubJournal('other')
    other.leave()
    const { proxy, send } = await startOn(spoolDir, other)
    await send('/own')
    other.comeBack()
    await eventually(() => /for another journal/.test(proxy.health()!.journalProblem ?? ''))
    expect(proxy.health()).toMatchObject({ state: 'spooling', spool: { records: 3 } })
    expect([other.batches, journal.batches]).toEqual([[], []])
  })

  test('takes over what is in the slots of others that are gone, and of no one who runs', async () => {
    const spoolDir = emptyFolder()
    const journal = stubJournal()
    const first = await startOn(spoolDir, journal)
    const running = await startOn(spoolDir, stubJournal())
    const gone = recorderOf(STREAM)
    await leaveSlot(spoolDir, [gone], journal)
    await first.proxy.close(1_000)
    const { proxy } = await startOn(spoolDir, journal)
    await eventually(() => proxy.problems.some((text) => text.startsWith('moved 2 records')))
    expect(stored(journal).map(([owner]) => owner)).toEqual([gone.id, gone.id])
    expect(journal.ended).toContainEqual({ id: gone.id, lastNumber: 3, how: 'dead' })
    expect(ledgers(slotOf(spoolDir, 1))).toEqual([`ledger.${running.id}`])
    await running.send('/running')
    expect(running.proxy.health()!.state).toBe('ok')
  })
})

describe('a proxy whose spool was never used', () => {
  test('does not start without the journal: the settings may be wrong; and leaves nothing behind', async () => {
    const spoolDir = emptyFolder()
    const journal = stubJournal()
    journal.leave()
    await expect(startOn(spoolDir, journal)).rejects.toMatchObject({ code: 'journal_unreachable' })
    expect(existsSync(slotOf(spoolDir))).toBe(false)
    journal.comeBack()
    const { send } = await startOn(spoolDir, journal)
    await send('/1')
  })

  test('says where it cannot be kept', async () => {
    await expect(startOn('/proc/none', stubJournal())).rejects.toMatchObject({
      code: 'spool_unavailable',
      source: 'user',
    })
  })
})

test('a spool that ends before its ledger says so was damaged: what is missing proves nothing', async () => {
  const spoolDir = emptyFolder()
  const gone = recorderOf(STREAM)
  await leaveSlot(spoolDir, [gone], stubJournal(), 4)
  const journal = stubJournal()
  const { proxy } = await startOn(spoolDir, journal)
  await eventually(() => proxy.health()!.state === 'ok')
  expect(journal.ended).toEqual([{ id: gone.id, lastNumber: 3, how: 'damaged' }])
  expect(proxy.problems.join('\n')).toMatch(/4 spooled records are missing in .*: the disk did not/)
})

test('whoever was fenced goes on before the dead are closed, whose spool is not moved yet', async () => {
  const { spoolDir, id } = await dirtySpool()
  const journal = stubJournal()
  const slot = await claimSlot(spoolDir, STREAM, 1_000_000, () => {})
  onTestFinished(() => slot.spool.close())
  const { id: _, ...info } = recorderOf(STREAM)
  const identity = new Identity(info, slot.folder, () => {})
  const enrolment = createEnrolment({
    ...{ journal, stream: STREAM, identity, clock: recorderClock(), lease: 1_000, spoolDir, slot },
    ...{ onRefused: () => {}, say: () => {} },
  })
  await enrolment.enrol()
  const before = identity.id
  await enrolment.succeed()
  expect(journal.ended).toEqual([{ id: before, lastNumber: 0, how: 'succeeded' }])
  await enrolment.closeFormer()
  expect(journal.ended.map((ended) => ended.id)).toEqual([before, id])
})
