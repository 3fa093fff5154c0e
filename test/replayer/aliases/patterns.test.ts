import { expect, test } from 'vitest'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { Chance } from '../../loop/chance.ts'
import { entryOf, Play, type Said } from './exchanges.ts'

// A small value that no name explains is an id where producer and consumer repeat themselves.

function observed(said: readonly Said[]): Patterns {
  const patterns = new Patterns()
  for (const [i, one] of said.entries()) patterns.observe(entryOf({ id: i + 1, ...one }))
  return patterns
}

/** Creates one thing after the other, each used by `use` at once. */
function repeated(times: number, id: (n: number) => unknown, use: (n: number) => Said): Said[] {
  return Array.from({ length: times }, (_, n): Said[] => [
    { target: '/rpc/make', answer: { seq: id(n) } },
    use(n),
  ]).flat()
}

const inBody = (id: (n: number) => unknown) => (n: number) => ({
  target: '/rpc/take',
  body: { it: id(n) },
})

/** What `/rpc/take` sends for 5, which came back as 8. */
function taken(patterns: Patterns, body: unknown = { it: 5, other: 5 }): string {
  const play = new Play({ patterns })
  play.go({ target: '/rpc/make', answer: { seq: 5 } }, { answer: { seq: 8 } })
  return play.go({ target: '/rpc/take', body }).body
}

test('numbers that are used as soon as they were made, again and again', () => {
  const id = (n: number) => n + 1
  expect(taken(observed(repeated(40, id, inBody(id))))).toBe('{"it":8,"other":5}')
})

test('thin-sown numbers need fewer repetitions', () => {
  const id = (n: number) => 1000 + n * n * 977
  expect(taken(observed(repeated(4, id, inBody(id))))).toBe('{"it":8,"other":5}')
})

test.each<[string, Said[]]>([
  [
    'too few',
    repeated(
      2,
      (n) => n + 1,
      inBody((n) => n + 1),
    ),
  ],
  [
    'small quantities, all of which are ids as well',
    repeated(
      60,
      (n) => n + 1,
      inBody((n) => 1 + (n % 5)),
    ),
  ],
  [
    'some that nobody made',
    repeated(
      40,
      (n) => n + 1,
      inBody((n) => (n % 3 === 0 ? 500 + n : n + 1)),
    ),
  ],
  [
    'positions: each the one that is made next',
    repeated(
      40,
      (n) => n + 1,
      inBody((n) => n + 2),
    ),
  ],
])('nothing is shown by %s', (_, said) => {
  expect(taken(observed(said))).toBe('{"it":5,"other":5}')
})

test('numbers drawn from all that there are show nothing, however often', () => {
  const shown = Array.from({ length: 100 }, (_, seed) => {
    const chance = new Chance(seed)
    const said = repeated(
      20 + chance.below(150),
      (n) => n + 1,
      inBody((n) => 1 + chance.below(n + 1)),
    )
    return taken(observed(said))
  })
  expect(shown.filter((body) => body !== '{"it":5,"other":5}')).toEqual([])
})

test('the memory of the pass is bounded', () => {
  const patterns = new Patterns()
  for (let n = 0; n < 3000; n++) {
    patterns.observe(
      entryOf({
        target: `/a${'b'.repeat(n % 50)}c${n}x`,
        body: { [`k${n}`]: n },
        answer: { [`m${n}`]: n },
      }),
    )
  }
  expect(patterns.size).toBeLessThanOrEqual(2 * 2000 + 2000)
})
