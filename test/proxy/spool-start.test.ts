import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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

/** A folder in which a proxy left two entries, because the journal was away. */
async function dirtySpool(journal = stubJournal()) {
  const spoolDir = emptyFolder()
  const { proxy, send, id } = await startOn(spoolDir, journal)
  await send('/0')
  journal.leave()
  await send('/1')
  await send('/2')
  await proxy.close(0)
  expect(proxy.problems.at(-1)).toMatch(/^2 records stay in the spool .* until the next start$/)
  return { spoolDir, journal, id }
}

const stored = ({ batches, owners }: StubJournal) =>
  batches.flatMap((batch, i) =>
    batch.map((record) => [owners[i], record.kind === 'entry' && record.entry.request.target]),
  )

const slot = (spoolDir: string, n = 0) => join(spoolDir, STREAM, String(n))

const ledgers = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('ledger.'))

describe('a proxy that starts where another one left entries in the spool', () => {
  test('moves them before its own, as the recorder that they are of', async () => {
    const { spoolDir, journal, id } = await dirtySpool()
    journal.comeBack()
    const { proxy, send, id: ownId } = await startOn(spoolDir, journal)
    await send('/3')
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal)).toEqual([
      [id, '/0'],
      [id, '/1'],
      [id, '/2'],
      [ownId, '/3'],
    ])
    expect(journal.ended).toEqual([{ id, lastNumber: 3, how: 'dead' }])
    await proxy.close(1_000)
    expect(ledgers(slot(spoolDir))).toEqual([])
  })

  test('starts without the journal, and spools behind them', async () => {
    const { spoolDir, journal, id } = await dirtySpool()
    const { proxy, send, id: ownId } = await startOn(spoolDir, journal)
    expect(proxy.health()).toMatchObject({ state: 'spooling', spool: { records: 2 } })
    await send('/3')
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal).slice(1)).toEqual([
      [id, '/1'],
      [id, '/2'],
      [ownId, '/3'],
    ])
    expect(journal.enrolled.map(({ id }) => id)).toContain(ownId)
    expect(journal.ended).toEqual([{ id, lastNumber: 3, how: 'dead' }])
  })

  test('makes known to the journal who recorded without ever having reached it', async () => {
    const { spoolDir, journal } = await dirtySpool()
    const second = await startOn(spoolDir, journal)
    await second.send('/3')
    await second.proxy.close(0)
    expect(journal.enrolled.map(({ id }) => id)).not.toContain(second.id)
    journal.comeBack()
    const third = await startOn(spoolDir, journal)
    await eventually(() => third.proxy.health()!.state === 'ok')
    expect(journal.enrolled.map(({ id }) => id)).toContain(second.id)
    expect(journal.ended.map(({ id, lastNumber }) => [id, lastNumber])).toContainEqual([
      second.id,
      1,
    ])
    expect(stored(journal).at(-1)).toEqual([second.id, '/3'])
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
    journal.comeBack()
    const { proxy } = await startOn(spoolDir, journal)
    await eventually(() => proxy.health()!.state === 'ok')
    expect(stored(journal).slice(1)).toEqual([
      [id, '/1'],
      [id, '/2'],
    ])
  })

  test('does not move them to another journal that it reaches later either', async () => {
    const { spoolDir } = await dirtySpool()
    const other = stubJournal('other')
    other.leave()
    const { proxy, send } = await startOn(spoolDir, other)
    await send('/3')
    other.comeBack()
    await eventually(() => /for another journal/.test(proxy.health()!.journalProblem ?? ''))
    expect(proxy.health()).toMatchObject({ state: 'spooling', spool: { records: 3 } })
    expect(other.batches).toEqual([])
  })

  test('takes over what is in the slots of others that are gone, and of no one who runs', async () => {
    const spoolDir = emptyFolder()
    const journal = stubJournal()
    const first = await startOn(spoolDir, journal)
    const second = await startOn(spoolDir, journal)
    const running = await startOn(spoolDir, journal)
    journal.breakOff()
    await second.send('/second')
    await second.proxy.close(0)
    await running.send('/running')
    await first.proxy.close(0)
    journal.comeBack()
    const next = await startOn(spoolDir, journal)
    await eventually(() => next.proxy.problems.some((text) => /^moved 1 records/.test(text)))
    expect(stored(journal)).toContainEqual([second.id, '/second'])
    await eventually(() => running.proxy.health()!.state === 'ok')
    expect(stored(journal).filter(([id]) => id === running.id)).toEqual([[running.id, '/running']])
    expect(ledgers(slot(spoolDir, 1))).toEqual([])
    expect(ledgers(slot(spoolDir, 2))).toEqual([`ledger.${running.id}`])
    expect(journal.ended.map(({ id }) => id)).not.toContain(running.id)
  })
})

describe('a proxy whose spool was never used', () => {
  test('does not start without the journal: the settings may be wrong; and leaves nothing behind', async () => {
    const spoolDir = emptyFolder()
    const journal = stubJournal()
    journal.leave()
    await expect(startOn(spoolDir, journal)).rejects.toMatchObject({ code: 'journal_unreachable' })
    expect(existsSync(slot(spoolDir))).toBe(false)
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
