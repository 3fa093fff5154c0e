import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ddmin, type Shrunk } from '../../../replayer/reproduce/ddmin.ts'

/** Needs of each place: only of earlier ones, as in a recording. */
type Graph = readonly (readonly number[])[]

const graphs = (length: number): fc.Arbitrary<Graph> =>
  fc.tuple(
    ...Array.from({ length }, (_, i) =>
      i === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(i - 1), { maxLength: 2 }),
    ),
  )

/** Places, or none where there are none. */
const some = (length: number, most: number): fc.Arbitrary<number[]> =>
  length === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(length - 1), { maxLength: most })

const lists = fc.integer({ min: 0, max: 24 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    graph: graphs(length),
    kept: some(length, 2),
    culprits: fc.array(some(length, 5), { minLength: 1, maxLength: 3 }),
  }),
)

type Fails = (part: readonly number[]) => boolean

interface Watched extends Shrunk {
  tried: (readonly number[])[]
}

async function shrink(
  length: number,
  graph: Graph,
  kept: readonly number[],
  fails: Fails,
): Promise<Watched> {
  const tried: (readonly number[])[] = []
  const shrunk = await ddmin({
    ...{ length, kept, needs: (place) => graph[place]! },
    fails: (part) => {
      tried.push(part)
      return Promise.resolve(fails(part) ? 'fails' : 'passes')
    },
  })
  return { ...shrunk, tried }
}

function isClosed(part: readonly number[], graph: Graph): boolean {
  return part.every((place) => graph[place]!.every((one) => part.includes(one)))
}

function withNeeded(places: readonly number[], graph: Graph): Set<number> {
  const all = new Set(places)
  for (const place of all) for (const one of graph[place]!) all.add(one)
  return all
}

/** Without a place and all that needs it. */
function without(part: readonly number[], place: number, graph: Graph): number[] {
  return part.filter((one) => !withNeeded([one], graph).has(place))
}

function expectSound(
  { part, how, tried }: Watched,
  { length, graph, kept }: { length: number; graph: Graph; kept: readonly number[] },
  fails: Fails,
): void {
  expect(how).toBe('smallest')
  expect(fails(part)).toBe(true)
  expect(isClosed(part, graph)).toBe(true)
  expect(tried.every((one) => isClosed(one, graph))).toBe(true)
  expect(new Set(tried.map(String)).size).toBe(tried.length)
  expect(tried.length).toBeLessThanOrEqual(length ** 2 + 3 * length + 1)
  const fixed = withNeeded(kept, graph)
  expect(part).toEqual(expect.arrayContaining([...fixed]))
  for (const place of part) {
    if (!fixed.has(place)) expect(fails(without(part, place, graph))).toBe(false)
  }
}

test('where any of some sets makes it fail, one of them with its needs is what is left', async () => {
  await fc.assert(
    fc.asyncProperty(lists, async ({ length, graph, kept, culprits }) => {
      const fails: Fails = (part) =>
        culprits.some((set) => set.every((place) => part.includes(place)))
      const shrunk = await shrink(length, graph, kept, fails)
      expectSound(shrunk, { length, graph, kept }, fails)
      const possible = culprits.map((set) => withNeeded([...set, ...kept], graph).size)
      expect(possible).toContain(shrunk.part.length)
    }),
    { numRuns: 1_000 },
  )
})

test('whatever makes it fail, nothing can be taken away from what is left', async () => {
  await fc.assert(
    fc.asyncProperty(lists, fc.integer(), async ({ length, graph, kept }, seed) => {
      const fails: Fails = (part) => part.length === length || hash(part, seed) % 3 === 0
      expectSound(await shrink(length, graph, kept, fails), { length, graph, kept }, fails)
    }),
    { numRuns: 1_000 },
  )
})

function hash(part: readonly number[], seed: number): number {
  let sum = seed >>> 0
  for (const place of part) sum = Math.imul(sum ^ (place + 1), 0x01000193) >>> 0
  return sum
}

test('of a thousand, two that stand apart are found in few trials', async () => {
  const graph = Array.from({ length: 1_000 }, (): number[] => [])
  const fails: Fails = (part) => part.includes(17) && part.includes(801)
  const { part, tried } = await shrink(1_000, graph, [], fails)
  expect(part).toEqual([17, 801])
  expect(tried.length).toBeLessThan(100)
})

test('told to stop, it answers the smallest that had failed by then', async () => {
  const answers = ['passes', 'fails', 'fails', 'stop'] as const
  const parts: (readonly number[])[] = []
  const shrunk = await ddmin({
    ...{ length: 16, kept: [], needs: () => [] },
    fails: (part) => Promise.resolve(answers[parts.push(part) - 1] ?? 'fails'),
  })
  expect(parts).toHaveLength(4)
  expect(shrunk).toEqual({ how: 'stopped', part: parts[2] })
})
