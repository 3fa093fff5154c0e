import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePathPattern, pathMatcher } from '../../journal/path-pattern.ts'
import { pathSieveOf } from '../../journal/postgres/path-sieve.ts'
import { UNTOLD, shapesOf } from '../../journal/postgres/shapes.ts'

// What shapes tell of paths is what comparing each of them tells.

const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('api', 'orders', 'items', 'a', 'or', '') },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 120 }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 70_000 }).map((n) => n.toString(16)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('é', 'a\n', '\u0001', 'Ж', '*', '?', 'x'.repeat(300)) },
)
const path = fc.oneof(
  { weight: 9, arbitrary: fc.array(part, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '*', 'x/api/1') },
)
const wild = fc.constantFrom('*', '**', '?', '*', '/', '/', '/**/')
const piece = fc.constantFrom('api', 'orders', 'items', 'or', 'a', '1', '11', '12', '0', 'ff', 'é')
const pattern = fc
  .oneof(
    fc
      .array(fc.oneof(wild, piece), { minLength: 1, maxLength: 7 })
      .map((parts) => `/${parts.join('')}`),
    fc
      .array(fc.oneof(wild, piece), { minLength: 1, maxLength: 4 })
      .map((parts) => `*${parts.join('')}`),
  )
  .map(parsePathPattern)
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 })
const filter = fc.oneof(
  fc.record({ paths: fc.tuple(pattern) }),
  fc.record({ paths: patterns }),
  fc.record({ excludedPaths: patterns }),
  fc.record({ paths: patterns, excludedPaths: patterns }),
)

test('of the paths of a chunk those are left that match, and those of which nothing is told', () => {
  fc.assert(
    fc.property(
      fc.array(path, { maxLength: 300 }),
      fc.array(filter, { minLength: 5, maxLength: 5 }),
      (paths, filters) => {
        const shapes = shapesOf(paths)
        const members = shapes.flatMap((shape) => shape.members)
        expect(members.toSorted((a, b) => a - b)).toStrictEqual([...paths.keys()])
        const untold = shapes.find(({ text }) => text === UNTOLD)?.members ?? []
        for (const one of filters) {
          const sieve = pathSieveOf(one)!
          const left = shapes.flatMap(({ text, members: own, filling }) => {
            const told = sieve.ofShape(text)
            if (told !== 'some') return told === 'all' ? own : []
            return sieve.among(text, filling!).map((place) => own[place]!)
          })
          const isWanted = 'paths' in one ? pathMatcher(one.paths) : () => true
          const isExcluded = pathMatcher('excludedPaths' in one ? one.excludedPaths : [])
          const matching = [...paths.entries()].flatMap(([i, text]) =>
            untold.includes(i) || (isWanted(text) && !isExcluded(text)) ? i : [],
          )
          expect(left.toSorted((a, b) => a - b)).toStrictEqual(matching)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('globs that tell too many places of a path apart leave the rest through, and end soon', () => {
  let random = 1
  const letter = () => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    return 'abc'[(random >>> 16) % 3]!
  }
  const paths = Array.from(
    { length: 4_000 },
    () => `/${Array.from({ length: 200 }, letter).join('')}`,
  )
  const patterns = ['a', 'b', 'c'].map((one) => parsePathPattern(`/**${one}${'?'.repeat(15)}b`))
  const sieve = pathSieveOf({ paths: patterns })!
  const [shape] = shapesOf(paths)
  const left = new Set(
    sieve.among(shape!.text, shape!.filling!).map((place) => shape!.members[place]!),
  )
  const matches = pathMatcher(patterns)
  expect(paths.filter((path, i) => matches(path) && !left.has(i))).toStrictEqual([])
  expect(left.size).toBeGreaterThan(paths.filter(matches).length)
})

test('what is the same in most paths is not stored with each', () => {
  const paths = Array.from({ length: 4_096 }, (_, i) =>
    i % 3 === 0 ? '/api/orders' : `/api/orders/${i * 37}/items/${i % 100}/state`,
  )
  const shapes = shapesOf(paths)
  expect(shapes.map(({ text }) => text)).toHaveLength(2)
  expect(shapes.reduce((sum, { filling }) => sum + (filling?.length ?? 0), 0)).toBeLessThan(
    4_096 * 8,
  )
})

test('paths that have nothing in common have no more shapes than a few', () => {
  const paths = Array.from(
    { length: 4_096 },
    (_, i) =>
      `/${Array.from({ length: 9 }, (__, k) => (i * 2_654_435_761 * (k + 1)) % 97).join('/')}`,
  )
  expect(shapesOf(paths).length).toBeLessThan(257)
})
