import { describe, expect, test } from 'vitest'
import type { EntryCursor, Journal } from '../../../journal/contract.ts'
import type { NewEntry } from '../../../journal/entry.ts'
import { body, LEASE, newEntry, recorded } from '../entries.ts'

const SECOND = 1_000_000
const NOON = Date.UTC(2026, 10, 23, 12) * 1000

const saying = (number: number, said: string): NewEntry =>
  newEntry(number, { request: { body: body(said) }, response: { body: body('') } })

export function declareLooking(journal: () => Journal): void {
  describe('a search', () => {
    test('goes window by window, and finds what a filter by the same text finds', async () => {
      const said = Array.from({ length: 23 }, (_, i) => (i % 5 === 2 ? 'needle' : 'hay'))
      const { stream } = await recorded(
        journal(),
        said.map((one, i) => saying(i + 1, one)),
      )
      const filter = { stream, text: 'needle' }
      const all = await journal().list(filter, { order: '-order', limit: 99 })
      expect(all).toHaveLength(5)
      for (const [limit, window] of [
        [99, 4],
        [1, 99],
        [2, 7],
        [99, 23],
        [99, 99],
      ] as const) {
        const found = []
        let scanned = 0
        let after: EntryCursor | null = null
        do {
          const page = { order: '-order', limit, window, ...(after && { after }) } as const
          const part = await journal().search(filter, page)
          expect(part.scanned).toBeLessThanOrEqual(window)
          expect(part.entries.length).toBeLessThanOrEqual(limit)
          found.push(...part.entries)
          scanned += part.scanned
          after = part.next
        } while (after !== null)
        expect({ limit, window, found, scanned }).toEqual({
          ...{ limit, window, found: all, scanned: 23 },
        })
      }
    })

    test('looks only at what the rest of the filter leaves', async () => {
      const { stream } = await recorded(journal(), [saying(1, 'needle'), saying(2, 'needle')])
      const filter = { stream, text: 'needle', paths: [] }
      const page = { order: 'order', limit: 9, window: 9 } as const
      expect(await journal().search(filter, page)).toEqual({ entries: [], scanned: 0, next: null })
    })
  })

  describe('a timeline', () => {
    const at = (number: number, seconds: number, verdict: NewEntry['verdict']) =>
      newEntry(number, { arrivedAt: NOON + seconds * SECOND, verdict })

    test('counts by verdict in spans of equal length, without a gap', async () => {
      const { stream } = await recorded(journal(), [
        at(1, 0, 'applied'),
        at(2, 0.999999, 'failed'),
        at(3, 1, 'applied'),
        at(4, 3.5, 'applied'),
      ])
      expect(await journal().timeline({ stream }, 4)).toEqual({
        ...{ since: NOON, step: SECOND, next: null },
        spans: [{ applied: 1, failed: 1 }, { applied: 1 }, {}, { applied: 1 }],
      })
      expect(await journal().timeline({ stream, verdicts: ['failed'] }, 4)).toMatchObject({
        spans: [{ failed: 1 }],
      })
      expect(await journal().timeline({ stream }, 3)).toMatchObject({
        ...{ step: 2 * SECOND, spans: [{ applied: 2, failed: 1 }, { applied: 1 }] },
      })
    })

    test('covers the time that the filter says, whatever arrived', async () => {
      const { stream } = await recorded(journal(), [at(1, 5, 'applied'), at(2, 60, 'applied')])
      const between = { stream, since: NOON, until: NOON + 10 * SECOND }
      expect(await journal().timeline(between, 10)).toEqual({
        ...{ since: NOON, step: SECOND, next: null },
        spans: [{}, {}, {}, {}, {}, { applied: 1 }, {}, {}, {}, {}],
      })
      const upsideDown = { stream, since: NOON, until: NOON - 1 }
      expect((await journal().timeline(upsideDown, 10)).spans).toEqual([])
      expect((await journal().timeline({ stream: 'none such' }, 10)).spans).toEqual([])
    })
  })

  test('attempts of an entry are those of all runs, the latest first', async () => {
    const { stream, ids } = await recorded(journal(), [newEntry(1), newEntry(2)])
    const runs = []
    for (const entry of [ids[0]!, ids[0]!, ids[1]!]) {
      const run = { stream, target: 'http://a', selection: {}, planned: 1 }
      const driving = await journal().startRun(run, LEASE)
      const begun = [{ position: 3, entry }]
      await journal().note(driving, { begun, withdrawn: [], ended: [], aliases: [] }, LEASE)
      runs.push(driving.run)
    }
    const of = async (limit: number) =>
      (await journal().attemptsOf({ stream, id: ids[0]! }, limit)).map(({ run }) => run)
    expect(await of(9)).toEqual([runs[1], runs[0]])
    expect(await of(1)).toEqual([runs[1]])
    const [attempt] = await journal().attemptsOf({ stream, id: ids[1]! }, 1)
    const [same] = await journal().attempts(await journal().run(runs[2]!), { limit: 1 })
    expect(attempt).toEqual(same)
  })
}
