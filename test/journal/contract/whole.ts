import { describe, expect, test } from 'vitest'
import type { EntryCursor, Journal, WholePage } from '../../../journal/contract.ts'
import type { Entry } from '../../../journal/entry.ts'
import type { EntryFilter } from '../../../journal/filter.ts'
import { LEASE, NOON, append, body, newEntry, newStream, recorded, recorderOf } from '../entries.ts'

export function declareWhole(journal: () => Journal): void {
  async function pagesOf(filter: EntryFilter, size: Omit<WholePage, 'after'>): Promise<Entry[][]> {
    const pages: Entry[][] = []
    let after: EntryCursor | undefined
    for (;;) {
      const page = await journal().entries(filter, { ...size, ...(after && { after }) })
      if (page.length === 0) return pages
      pages.push(page)
      const { orderedAt, id } = page.at(-1)!
      after = { orderedAt, id }
    }
  }

  describe('whole entries', () => {
    test('come page by page in the order of the stream, each as it is read alone', async () => {
      const { stream, ids } = await recorded(journal(), [
        newEntry(1, { arrivedAt: NOON, answeredAt: NOON + 90 }),
        newEntry(2, { arrivedAt: NOON + 10, answeredAt: NOON + 20 }),
        newEntry(3, { arrivedAt: NOON + 30, answeredAt: null, response: null }),
        newEntry(4, { arrivedAt: NOON + 40, answeredAt: NOON + 90, request: { body: body('') } }),
        newEntry(5, { arrivedAt: NOON + 50, answeredAt: NOON + 91 }),
      ])
      const pages = await pagesOf({ stream }, { limit: 2, bytes: 1_000 })
      expect(pages.map((page) => page.map(({ number }) => number))).toEqual([[2, 3], [1, 4], [5]])
      for (const entry of pages.flat()) expect(entry).toEqual(await journal().entry(entry.id))
      expect(pages.flat().map(({ id }) => id)).toEqual([1, 2, 0, 3, 4].map((i) => ids[i]))
    })

    test('come from the end too, in pages that end as others do', async () => {
      const { stream } = await recorded(journal(), [
        newEntry(1, { arrivedAt: NOON, answeredAt: NOON + 90 }),
        newEntry(2, { arrivedAt: NOON + 10, answeredAt: NOON + 20 }),
        newEntry(3, { arrivedAt: NOON + 40, answeredAt: NOON + 90 }),
        newEntry(4, { arrivedAt: NOON + 50, answeredAt: NOON + 91 }),
      ])
      const numbersOf = async (size: Omit<WholePage, 'after'>) =>
        (await pagesOf({ stream }, size)).map((page) => page.map(({ number }) => number))
      expect(await numbersOf({ order: '-order', limit: 3, bytes: 1_000 })).toEqual([[4, 3, 1], [2]])
      expect(await numbersOf({ order: '-order', limit: 3, bytes: 1 })).toEqual([[4], [3], [1], [2]])
    })

    test('stand behind a place where that is asked for, but for context', async () => {
      const { stream, ids } = await recorded(journal(), [
        newEntry(1, { arrivedAt: NOON, answeredAt: NOON + 10, verdict: 'context' }),
        newEntry(2, { arrivedAt: NOON, answeredAt: NOON + 20 }),
        newEntry(3, { arrivedAt: NOON, answeredAt: NOON + 20 }),
        newEntry(4, { arrivedAt: NOON, answeredAt: NOON + 30 }),
      ])
      const after = { orderedAt: NOON + 20, id: ids[1]! }
      const numbersOf = async (filter: EntryFilter) =>
        (await pagesOf(filter, { limit: 9, bytes: 1_000 })).flat().map(({ number }) => number)
      expect(await numbersOf({ stream, after })).toEqual([3, 4])
      expect(await numbersOf({ stream, after, context: 'also' })).toEqual([1, 3, 4])
    })

    test('end a page behind the entry that fills it, so that each page has one', async () => {
      const sized = (number: number, asked: number, answered: number) =>
        newEntry(number, {
          request: { body: body(Buffer.alloc(asked, 1)) },
          response: { body: body(Buffer.alloc(answered, 2)) },
        })
      const { stream } = await recorded(journal(), [
        sized(1, 50, 49),
        sized(2, 0, 1),
        sized(3, 500, 0),
        sized(4, 0, 0),
        sized(5, 99, 0),
        sized(6, 99, 0),
        sized(7, 0, 0),
      ])
      const pages = await pagesOf({ stream }, { limit: 9, bytes: 100 })
      const numbers = pages.map((page) => page.map(({ number }) => number))
      expect(numbers).toEqual([[1, 2], [3], [4, 5, 6], [7]])
      expect((await pagesOf({ stream }, { limit: 9, bytes: 1 })).length).toBeGreaterThan(4)
    })

    test('are those that the filter says', async () => {
      const { stream } = await recorded(journal(), [
        newEntry(1),
        newEntry(2, { verdict: 'failed' }),
        newEntry(3),
      ])
      const pages = await pagesOf({ stream, verdicts: ['applied'] }, { limit: 1, bytes: 1 })
      expect(pages.flat().map(({ number }) => number)).toEqual([1, 3])
      expect(await pagesOf({ stream: newStream() }, { limit: 1, bytes: 1 })).toEqual([])
    })
  })

  describe('the recorders of a stream', () => {
    test('are told with their hosts, also one that recorded nothing or has ended', async () => {
      const stream = newStream()
      const one = recorderOf(stream, { host: 'a' })
      const two = recorderOf(stream, { host: 'b', startedAt: NOON + 1 })
      for (const recorder of [one, two, recorderOf(newStream())]) {
        await journal().enrol(recorder, LEASE)
      }
      await append(journal(), stream, one.id, [newEntry(1)])
      await journal().retire(stream, one.id, { lastNumber: 1, spooledRecords: 0, spooledBytes: 0 })
      expect(await journal().recorders(stream)).toEqual([
        { id: one.id, host: 'a' },
        { id: two.id, host: 'b' },
      ])
      expect(await journal().recorders(newStream())).toEqual([])
      expect(await journal().recorders('\0')).toEqual([])
    })
  })
}
