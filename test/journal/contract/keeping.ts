import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { LEASE, NOON, append, newEntry, newStream, recorded, recorderOf } from '../entries.ts'

export function declareKeeping(journal: () => Journal): void {
  const numbersLabelled = async (stream: string, label: string) => {
    const listed = await journal().list({ stream, labels: [label] }, { order: 'id', limit: 99 })
    return listed.map(({ number }) => number)
  }

  describe('a label', () => {
    test('is set on what the filter selects and on nothing else', async () => {
      const { stream, ids } = await recorded(journal(), [newEntry(1), newEntry(2), newEntry(3)])
      const bystander = await recorded(journal(), [newEntry(1)])
      expect(await journal().label({ stream, idFrom: ids[1]! }, 'été \'";--')).toBe(2)
      expect(await numbersLabelled(stream, 'été \'";--')).toEqual([2, 3])
      expect((await journal().entry(bystander.ids[0]!)).label).toBeNull()
    })

    test('is replaced, and taken away with null', async () => {
      const { stream, ids } = await recorded(journal(), [newEntry(1), newEntry(2)])
      await journal().label({ stream }, 'old')
      expect(await journal().labels({ stream })).toEqual([{ label: 'old', count: 2 }])
      expect(await journal().label({ stream, idTo: ids[0]! }, 'new')).toBe(1)
      expect(await journal().labels({ stream })).toEqual([
        { label: 'new', count: 1 },
        { label: 'old', count: 1 },
      ])
      expect(await journal().labels({ stream, idTo: ids[0]! })).toEqual([
        { label: 'new', count: 1 },
      ])
      expect(await journal().label({ stream, labels: ['old'] }, null)).toBe(1)
      expect(await numbersLabelled(stream, 'new')).toEqual([1])
      expect((await journal().entry(ids[1]!)).label).toBeNull()
    })

    test('stays when the entry is appended again', async () => {
      const { stream, recorder, ids } = await recorded(journal(), [newEntry(1)])
      await journal().label({ stream }, 'kept')
      await append(journal(), stream, recorder, [newEntry(1)])
      expect((await journal().entry(ids[0]!)).label).toBe('kept')
    })

    test('that PostgreSQL cannot hold is refused as such', async () => {
      const { stream } = await recorded(journal(), [newEntry(1)])
      await expect(journal().label({ stream }, 'a\0b')).rejects.toMatchObject({
        code: 'input_invalid',
        source: 'user',
        retryable: false,
      })
    })
  })

  describe('clearing', () => {
    test('removes the entries, runs and attempts of that stream only', async () => {
      const { stream, recorder, ids } = await recorded(journal(), [newEntry(1), newEntry(2)])
      const bystander = await recorded(journal(), [newEntry(1)])
      const run = await startRun(journal(), stream, ids[0]!)
      const kept = await startRun(journal(), bystander.stream, bystander.ids[0]!)
      expect(await journal().clear(stream)).toBe(2)
      expect(await journal().count({ stream })).toEqual({})
      await expect(journal().entry(ids[0]!)).rejects.toMatchObject({ code: 'entry_unknown' })
      await expect(journal().run(run)).rejects.toMatchObject({ code: 'run_unknown' })
      expect(await journal().count({ stream: bystander.stream })).toEqual({ applied: 1 })
      expect((await journal().run(kept)).outcomes).toEqual({ sending: 1 })
      await append(journal(), stream, recorder, [newEntry(3)])
      expect(await journal().count({ stream })).toEqual({ applied: 1 })
    })

    test.for(['none such', `' or true --`, '%', '\0', ''])('%j removes nothing', async (text) => {
      const { stream } = await recorded(journal(), [newEntry(1)])
      expect(await journal().clear(text)).toBe(0)
      expect(await journal().count({ stream })).toEqual({ applied: 1 })
    })
  })

  describe('streams', () => {
    const find = async (stream: string) =>
      (await journal().streams()).find((summary) => summary.stream === stream)

    test('tell what they hold, from when to when, and the newest target first', async () => {
      const { stream } = await recorded(journal(), [
        newEntry(1, { arrivedAt: NOON + 9 }),
        newEntry(2, { arrivedAt: NOON + 5, verdict: 'failed' }),
        newEntry(3, { arrivedAt: NOON + 7 }),
      ])
      for (const [target, startedAt] of [
        ['http://new', NOON + 9],
        ['http://old', NOON - 9],
      ] as const) {
        const recorder = recorderOf(stream, { target, startedAt })
        await journal().enrol(recorder, LEASE)
        await append(journal(), stream, recorder.id, [newEntry(1, { arrivedAt: NOON + 6 })])
      }
      await journal().enrol(
        recorderOf(stream, { target: 'http://none', startedAt: NOON + 99 }),
        LEASE,
      )
      expect(await find(stream)).toEqual({
        stream,
        unsettled: 0,
        bodyBytes: 85,
        targets: ['http://new', 'http://127.0.0.1:3000', 'http://old'],
        entries: 5,
        byVerdict: { applied: 4, failed: 1 },
        firstAt: NOON + 5,
        lastAt: NOON + 9,
      })
    })

    test('are there from the first recorder on, before any entry', async () => {
      const stream = newStream()
      await journal().enrol(recorderOf(stream), LEASE)
      expect(await find(stream)).toMatchObject({ entries: 0, byVerdict: {}, firstAt: null })
    })
  })
}

async function startRun(journal: Journal, stream: string, entry: number): Promise<number> {
  const run = { stream, target: 'http://t', selection: {}, planned: 1 }
  const driving = await journal.startRun(run, LEASE)
  const begun = [{ position: 0, entry }]
  await journal.note(driving, { begun, withdrawn: [], ended: [], aliases: [] }, LEASE)
  return driving.run
}
