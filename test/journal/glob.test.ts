import { expect, test } from 'vitest'
import { openJournal } from '../../journal/postgres/journal.ts'
import { parsePathPattern, pathMatcher } from '../../journal/path-pattern.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'

const database = await createDatabase()

/** What takes a backtracking matcher ages: many ways to part the path, of which none is right. */
const CATASTROPHIC = [
  `/${'*a'.repeat(16)}`,
  `/${'**a'.repeat(15)}b`,
  `/${'*?'.repeat(8)}!`,
  `/${'**/'.repeat(15)}b`,
  `/*a${'?'.repeat(15)}`,
]
const PATHS = ['/' + 'a'.repeat(20_000), '/' + 'a/'.repeat(10_000), '/' + 'ab'.repeat(10_000)]

test.each(CATASTROPHIC)('%s takes no longer than the path is long', (text) => {
  const matches = pathMatcher([parsePathPattern(text)])
  const before = performance.now()
  for (const path of PATHS) matches(path)
  expect(performance.now() - before).toBeLessThan(5_000)
})

test('PostgreSQL answers them as soon', async () => {
  const journal = openJournal({ url: database, secrets: testSecrets })
  try {
    await record(
      journal,
      'long',
      PATHS.map((target) => ({ target })),
    )
    for (const text of CATASTROPHIC) {
      const before = performance.now()
      const filter = { stream: 'long', paths: [parsePathPattern(text)] }
      const found = await journal.list(filter, { order: 'id', limit: 10 })
      expect(performance.now() - before).toBeLessThan(10_000)
      const matching = PATHS.filter(pathMatcher([parsePathPattern(text)]))
      expect(found.map(({ target }) => target)).toStrictEqual(matching)
    }
  } finally {
    await journal.close()
  }
})

test.each([`/${'?'.repeat(17)}`, `/${'*a'.repeat(17)}`, `/${'a'.repeat(500)}`])(
  'more than a pattern needs is refused',
  (text) => {
    expect(() => parsePathPattern(text)).toThrow(/expected (a path of )?at most (16|500)/)
  },
)

test('sixteen wildcards and five hundred characters are enough for anybody', () => {
  expect(parsePathPattern(`/${'*?'.repeat(7)}${'a'.repeat(480)}`).kind).toBe('glob')
  expect(pathMatcher([parsePathPattern('/a/**/b/*/c')])('/a/x/y/b/z/c')).toBe(true)
})
