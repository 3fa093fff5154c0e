import { expect, test } from 'vitest'
import {
  admitted,
  arrived,
  MOST_ARRIVALS,
  NO_ARRIVALS,
  waitingCount,
} from '../../dashboard/journal/arrivals.ts'
import type { Row } from '../../dashboard/journal/row.ts'

const rows = (...ids: number[]) => ids.map((id) => ({ id }) as Row)
const upTo = (n: number) => rows(...Array.from({ length: n }, (_, i) => i + 1))

test('what comes stands above what came before, once', () => {
  const first = arrived(NO_ARRIVALS, rows(1, 2), 'shown')!
  expect(arrived(first, rows(2, 3), 'shown')!.shown).toEqual(rows(3, 2, 1))
})

test('what waits is shown above the rest when it is wanted', () => {
  const shown = arrived(NO_ARRIVALS, rows(1), 'shown')!
  const waiting = arrived(shown, rows(2, 3), 'waiting')!
  expect(waiting.shown).toEqual(rows(1))
  expect(waitingCount(waiting)).toBe(2)
  expect(admitted(waiting)).toEqual({ shown: rows(3, 2, 1), waiting: [], beyond: 0 })
})

test('no more than so many are kept; what waits beyond is still counted', () => {
  expect(arrived(NO_ARRIVALS, upTo(MOST_ARRIVALS + 1), 'shown')).toBeNull()
  const waiting = arrived(NO_ARRIVALS, upTo(MOST_ARRIVALS + 7), 'waiting')!
  expect(waiting.waiting).toHaveLength(MOST_ARRIVALS)
  expect(waitingCount(waiting)).toBe(MOST_ARRIVALS + 7)
  expect(admitted(waiting)).toBeNull()
})
