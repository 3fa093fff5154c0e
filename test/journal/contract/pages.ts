import { describe, expect, test } from 'vitest'
import type { EntryOrder, Journal } from '../../../journal/contract.ts'
import type { EntrySummary, NewEntry } from '../../../journal/entry.ts'
import { NOON, append, newEntry, recorded } from '../entries.ts'

export function declarePages(journal: () => Journal): void {
  describe('the order of a stream', () => {
    test('is by the start of the answer, or by the arrival of what was never answered', async () => {
      const at = (arrived: number, answered: number | null) => ({
        arrivedAt: NOON + arrived,
        answeredAt: answered === null ? null : NOON + answered,
      })
      const { stream } = await recorded(journal(), [
        newEntry(1, at(0, 90)),
        newEntry(2, at(10, 20)),
        newEntry(3, { ...at(15, null), response: null }),
        newEntry(4, at(30, 31)),
      ])
      const listed = await journal().list({ stream }, { order: 'order', limit: 9 })
      expect(listed.map(({ number }) => number)).toEqual([3, 2, 4, 1])
    })

    test('of equal moments is the order in which they were appended', async () => {
      const { stream, recorder } = await recorded(journal(), ties([1, 2, 3]))
      await append(journal(), stream, recorder, ties([4, 5]))
      const listed = await journal().list({ stream }, { order: 'order', limit: 9 })
      expect(listed.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
    })
  })

  describe('pages', () => {
    const orders: EntryOrder[] = ['order', '-order', 'id', '-id']

    test.for(orders)('in %s, whatever their size, show each entry once', async (order) => {
      const { stream } = await recorded(journal(), shuffledWithTies())
      const whole = await journal().list({ stream }, { order, limit: 100 })
      expect(whole.map(keyOf(order))).toEqual(whole.map(keyOf(order)).sort(ascending(order)))
      expect(whole).toHaveLength(24)
      for (const limit of [1, 4, 5, 24]) {
        expect(await pagesOf(journal(), stream, order, limit)).toEqual(whole)
      }
    })

    test('tell nothing of the bodies but their length, and agree with the entry', async () => {
      const { stream, ids } = await recorded(journal(), [newEntry(1)])
      const [listed] = await journal().list({ stream }, { order: 'order', limit: 1 })
      const {
        requestBody,
        responseBody,
        clientForm: _,
        ...summary
      } = await journal().entry(ids[0]!)
      expect(listed).toEqual(summary)
      expect([listed?.requestLength, listed?.responseLength]).toEqual([
        requestBody.length,
        responseBody?.length,
      ])
    })

    test('go on from where they were, though entries came in meanwhile', async () => {
      const { stream, recorder } = await recorded(journal(), [
        newEntry(1),
        newEntry(2),
        newEntry(3),
      ])
      const [first] = await journal().list({ stream }, { order: '-order', limit: 1 })
      await append(journal(), stream, recorder, [newEntry(4)])
      const next = await journal().list({ stream }, { order: '-order', limit: 9, after: first! })
      expect(next.map(({ number }) => number)).toEqual([2, 1])
    })
  })

  describe('an entry', () => {
    test('is found by its id in whatever stream it is', async () => {
      const one = await recorded(journal(), [newEntry(1)])
      const other = await recorded(journal(), [newEntry(1)])
      expect(await journal().entry(one.ids[0]!)).toMatchObject({ stream: one.stream })
      expect(await journal().entry(other.ids[0]!)).toMatchObject({ stream: other.stream })
    })

    test.for([0, -1, 2 ** 53 - 1, 1e300, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'that is not there is unknown: %s',
      async (id) => {
        await expect(journal().entry(id)).rejects.toMatchObject({
          code: 'entry_unknown',
          source: 'user',
          retryable: false,
        })
      },
    )
  })
}

function ties(numbers: number[]): NewEntry[] {
  return numbers.map((number) => newEntry(number, { arrivedAt: NOON, answeredAt: NOON + 1 }))
}

/** 24 entries whose order is not that of their ids, four to each moment, over several weeks. */
function shuffledWithTies(): NewEntry[] {
  return Array.from({ length: 24 }, (_, i) => {
    const at = NOON + ((i * 7) % 6) * 5 * 86_400_000_000
    return newEntry(i + 1, { arrivedAt: at, answeredAt: at + 1 })
  })
}

async function pagesOf(
  journal: Journal,
  stream: string,
  order: EntryOrder,
  limit: number,
): Promise<EntrySummary[]> {
  const all: EntrySummary[] = []
  for (;;) {
    const after = all.at(-1)
    const page = await journal.list({ stream }, { order, limit, ...(after && { after }) })
    all.push(...page)
    if (page.length < limit || all.length > 100) return all
  }
}

function keyOf(order: EntryOrder): (entry: EntrySummary) => number[] {
  return ({ orderedAt, id }) => (order.endsWith('order') ? [orderedAt, id] : [id])
}

function ascending(order: EntryOrder): (a: number[], b: number[]) => number {
  const sign = order.startsWith('-') ? -1 : 1
  return (a, b) => {
    const at = a.findIndex((value, i) => value !== b[i])
    return at === -1 ? 0 : sign * (a[at]! - b[at]!)
  }
}
