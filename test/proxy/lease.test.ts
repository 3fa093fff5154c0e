import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Standing } from '../../journal/standing.ts'
import type { JournalWriter } from '../../journal/contract.ts'
import { Problem } from '../../journal/problem.ts'
import { keepLease } from '../../proxy/lease.ts'
import { appendAll, auditOf, enrolled, expectAudit, intentRecord } from '../journal/records.ts'
import { eventually } from '../support/between.ts'
import { createDatabase, query } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { recordingOptions, startRecorder, useJournal } from '../support/recorder.ts'

const LEASE = 3_000

const STANDING: Standing = { lastNumber: 7, spooledRecords: 1, spooledBytes: 2 }

describe('the heartbeat of a recorder', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }),
  )
  afterEach(() => void vi.useRealTimers())

  function beating(isKnown: true | false = true) {
    const onClosed = vi.fn<() => void>()
    let id = 'one'
    const said: string[] = []
    const renew = vi.fn<JournalWriter['renew']>(() => Promise.resolve())
    const closeExpired = vi.fn<JournalWriter['closeExpired']>(() =>
      Promise.resolve({ recorders: [], inDoubt: 0 }),
    )
    const onAway = vi.fn<(problem: Problem) => void>()
    const onFenced = vi.fn<() => Promise<void>>(() => {
      id = 'two'
      return Promise.resolve()
    })
    const heartbeat = keepLease({
      ...{
        journal: { renew, closeExpired } as unknown as JournalWriter,
        stream: 's',
        lease: LEASE,
      },
      ...{ onAway, onFenced, currentId: () => id, standing: () => STANDING },
      ...{ isKnown: () => isKnown, onClosed },
      say: (message) => said.push(message),
    })
    return { heartbeat, renew, closeExpired, onAway, onFenced, onClosed, said }
  }

  const beats = (count: number) => vi.advanceTimersByTimeAsync((count * LEASE) / 3)

  const away = () =>
    new Problem('journal_unreachable', 'gone', { source: 'journal', retryable: true })

  test('prolongs its lease three times in its length, with how it stands', async () => {
    const { heartbeat, renew } = beating()
    await beats(6)
    expect(renew).toHaveBeenCalledTimes(6)
    expect(renew).toHaveBeenCalledWith('s', 'one', LEASE, STANDING)
    heartbeat.stop()
    await beats(6)
    expect(renew).toHaveBeenCalledTimes(6)
  })

  test('closes those whose lease ran out, once it has been there for a lease itself', async () => {
    const { heartbeat, closeExpired, said } = beating()
    await beats(2)
    expect(closeExpired).not.toHaveBeenCalled()
    closeExpired.mockResolvedValueOnce({ recorders: ['x'], inDoubt: 3 })
    await beats(2)
    expect(closeExpired).toHaveBeenCalledTimes(2)
    expect(closeExpired).toHaveBeenCalledWith('s', 'one')
    expect(said).toEqual([expect.stringMatching(/^closed a recorder .* in doubt \(3\)/)])
    heartbeat.stop()
  })

  test('after an outage gives the others the length of a lease to prolong theirs', async () => {
    const { heartbeat, renew, closeExpired, onAway } = beating()
    await beats(4)
    const before = closeExpired.mock.calls.length
    const problem = away()
    renew.mockRejectedValueOnce(problem)
    await beats(1)
    expect(onAway).toHaveBeenCalledExactlyOnceWith(problem)
    await beats(2)
    expect(closeExpired).toHaveBeenCalledTimes(before)
    await beats(1)
    expect(closeExpired).toHaveBeenCalledTimes(before + 1)
    heartbeat.stop()
  })

  test('that was held up itself does the same: PostgreSQL, or the whole machine, may have been', async () => {
    const { heartbeat, renew, closeExpired } = beating()
    await beats(4)
    const before = closeExpired.mock.calls.length
    let answer = () => {}
    renew.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    await beats(6)
    answer()
    await beats(2)
    expect(closeExpired).toHaveBeenCalledTimes(before)
    await beats(2)
    expect(closeExpired.mock.calls.length).toBeGreaterThan(before)
    heartbeat.stop()
  })

  test('that finds itself closed says so, and goes on as who it is then', async () => {
    const { heartbeat, renew, onAway, onFenced } = beating()
    renew.mockRejectedValueOnce(new Problem('recorder_fenced', 'closed', { source: 'journal' }))
    await beats(1)
    expect(onFenced).toHaveBeenCalledTimes(1)
    await beats(1)
    expect(renew).toHaveBeenLastCalledWith('s', 'two', LEASE, STANDING)
    expect(onAway).not.toHaveBeenCalled()
    heartbeat.stop()
  })

  test('does not beat again before the one under way is over, nor after it was stopped', async () => {
    const { heartbeat, renew } = beating()
    let answer = () => {}
    renew.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    await beats(5)
    expect(renew).toHaveBeenCalledTimes(1)
    heartbeat.stop()
    answer()
    await beats(5)
    expect(renew).toHaveBeenCalledTimes(1)
  })

  test('does not beat for a recorder that the journal does not know yet', async () => {
    const { heartbeat, renew } = beating(false)
    await beats(5)
    expect(renew).not.toHaveBeenCalled()
    heartbeat.stop()
  })

  test('tells when it closed others, whose spools may be free now', async () => {
    const { heartbeat, closeExpired, onClosed } = beating()
    closeExpired.mockResolvedValueOnce({ recorders: ['gone'], inDoubt: 0 })
    await beats(6)
    expect(onClosed).toHaveBeenCalledTimes(1)
    heartbeat.stop()
  })
})

describe('on a real journal', async () => {
  const url = await createDatabase()

  async function running(stream: string, lease: number) {
    const journal = useJournal(url)
    const origin = await startRawOrigin()
    const recording = recordingOptions({ lease, durability: 'intent' })
    const proxy = await startRecorder(origin.url, journal, { stream, recording })
    return { journal, proxy, id: proxy.health()!.recorder }
  }

  test('a recorder that runs keeps its lease and tells its last number', async () => {
    const { journal, proxy, id } = await running('alive', 600)
    const until = async () => {
      const rows = await query<{ until: Date }>(
        url,
        'select lease_until as until from reprise.recorder where id = $1',
        [id],
      )
      return rows[0]!.until.getTime()
    }
    const first = await until()
    await fetch(proxy.url, { method: 'POST', body: 'x' })
    await eventually(async () => (await until()) > first)
    await eventually(async () => {
      const [row] = await query<{ last: string }>(
        url,
        'select last_number as last from reprise.recorder where id = $1',
        [id],
      )
      return row!.last === '1'
    })
    // Between two heartbeats a machine may be slower than so short a lease is long.
    await eventually(
      async () => (await auditOf(journal, { stream: 'alive', id })).state === 'alive',
    )
  })

  test('one that starts closes those that are dead, and one that runs those that die', async () => {
    const stream = 'dying'
    const other = useJournal(url)
    const dead = await enrolled(other, { stream }, 0)
    await appendAll(other, dead, [intentRecord(1)])
    const { journal, proxy } = await running(stream, 300)
    await expectAudit(journal, dead, { state: 'closed', inDoubt: 1, open: 0 })
    const dying = await enrolled(other, { stream }, 0)
    await appendAll(other, dying, [intentRecord(1)])
    await vi.waitFor(() => expectAudit(journal, dying, { state: 'closed', inDoubt: 1, open: 0 }), {
      timeout: 50_000,
    })
    const told = () => proxy.problems.filter((text) => text.startsWith('closed a recorder'))
    await eventually(() => told().length >= 2)
    expect(told()).toHaveLength(2)
  })
})
