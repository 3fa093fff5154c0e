import fc from 'fast-check'
import type { Placed } from '../../../replayer/order/placed.ts'

/** An entry for the tests of the order; of one clock, no lane and no values unless they say so. */
export function placed(
  id: number,
  arrivedAt: number,
  orderedAt: number,
  more: Partial<Placed> = {},
): Placed {
  const none = { lane: null, uses: [], produces: [], ends: [] }
  return { id, arrivedAt, orderedAt, clock: 'a', ...none, ...more }
}

/** As a stream has them. */
export function inOrder(entries: readonly Placed[]): Placed[] {
  return entries.toSorted((a, b) => a.orderedAt - b.orderedAt || a.id - b.id)
}

/** Whether e must wait for f while f is unfinished, word by word as the rules are told. */
export function mustWait(e: Placed, f: Placed, tolerance: number): boolean {
  const isEarlier = f.orderedAt < e.orderedAt || (f.orderedAt === e.orderedAt && f.id < e.id)
  if (!isEarlier) return false
  if (e.uses.some((value) => f.produces.includes(value))) return true
  if (e.ends.some((value) => f.uses.includes(value))) return true
  if (e.lane !== null && f.lane !== null && e.lane !== f.lane) return false
  return f.orderedAt < e.arrivedAt + (e.clock === f.clock ? 0 : tolerance)
}

const fewOf = (values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 })

/** Any history: clocks, lanes and values that meet often, moments that are often equal. */
export const anyHistory: fc.Arbitrary<Placed[]> = fc
  .array(
    fc.record({
      arrivedAt: fc.nat(60),
      took: fc.oneof(fc.nat(5), fc.nat(40)),
      clock: fc.constantFrom('a', 'a', 'b', 'c'),
      lane: fc.constantFrom(null, 'x', 'y', 'z'),
      uses: fewOf(['1', '2', '3']),
      produces: fewOf(['1', '2', '3']),
      ends: fewOf(['1', '2', '3']),
    }),
    { maxLength: 40 },
  )
  .map((raw) =>
    inOrder(
      raw.map(({ took, ...one }, i) => placed(i + 1, one.arrivedAt, one.arrivedAt + took, one)),
    ),
  )
