import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePathPattern, pathMatcher } from '../../journal/path-pattern.ts'
import { adminUrl, query } from '../support/database.ts'

const matches = (pattern: string, path: string) => pathMatcher([parsePathPattern(pattern)])(path)

describe('a path pattern', () => {
  test.for<[pattern: string, kind: string, matching: string[], other: string[]]>([
    ['/', 'exact', ['/'], ['/a', '', '//']],
    ['/api', 'exact', ['/api'], ['/api/', '/apis', '/API', 'x/api', '/api\n']],
    ['/api/*', 'prefix', ['/api/', '/api/a', '/api/a/b', '/api/\n'], ['/api', '/apis', '/x/api/']],
    ['/api*', 'prefix', ['/api', '/apis', '/api/a'], ['/ap']],
    ['/api/', 'prefix', ['/api/', '/api/a/b'], ['/api']],
    ['*', 'prefix', ['/', '/a/b', '*', ''], []],
    ['/*', 'prefix', ['/', '/a/b'], ['*']],
    ['/a/*/c', 'glob', ['/a/b/c', '/a//c'], ['/a/b/b/c', '/a/c', '/a/b/c/']],
    ['/a/*/*', 'glob', ['/a/b/c', '/a//'], ['/a/b', '/a/b/c/d']],
    ['/a/**', 'glob', ['/a/', '/a/b/c', '/a/\n'], ['/a']],
    ['/**/c', 'glob', ['/a/c', '/a/b/c', '//c'], ['/c', '/a/cc']],
    ['/a?c', 'glob', ['/abc', '/a.c', '/a\xe9c'], ['/ac', '/a/c', '/abbc']],
    ['/a.c', 'exact', ['/a.c'], ['/abc']],
    ['/a(b)[c]{1}|^$+\\', 'exact', ['/a(b)[c]{1}|^$+\\'], ['/abc', '/a']],
    ['/%2Fa', 'exact', ['/%2Fa'], ['//a', '/%2fa']],
  ])('%s is %s', ([pattern, kind, matching, other]) => {
    expect(parsePathPattern(pattern).kind).toBe(kind)
    for (const path of matching) expect([path, matches(pattern, path)]).toEqual([path, true])
    for (const path of other) expect([path, matches(pattern, path)]).toEqual([path, false])
  })

  test.for(['', 'api', '?', 'http://a/b', '/a b', ' /a', '/a\n', '/a\t', '.*'])(
    'is refused for %j, saying what was expected',
    (text) => {
      expect(() => parsePathPattern(text)).toThrow(/expected a path that begins with \//)
    },
  )

  test('of several matches when any does, and of none never', () => {
    const matcher = pathMatcher(['/a', '/b/*'].map(parsePathPattern))
    expect(['/a', '/b/c', '/c', '/a/b'].map(matcher)).toEqual([true, true, false, false])
    expect(pathMatcher([])('/')).toBe(false)
  })

  test('means the same to PostgreSQL as here', async () => {
    const alphabet = [...'/*?aA.\\|()[]{}^$+-:=!<>#&~@,;\'"%_ \xe9\xff\x7f\n1d'.split('')]
    const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 })
    const pattern = text.map((tail) => `/${tail.replaceAll(/\s/g, '')}`)
    // Half of the paths are made from the pattern, so that matches are not rare.
    const path = fc.tuple(pattern, text, fc.boolean()).map(([p, filler, close]) => ({
      pattern: p,
      path: close ? p.replaceAll(/\*+|\?/g, filler.slice(0, 2)) : `/${filler}`,
    }))
    const cases = fc.sample(path, { numRuns: 3_000, seed: 7 })
    const answers = await query<{ is_match: boolean }>(
      adminUrl(),
      `select path ~ regex as is_match
       from unnest($1::text[], $2::text[]) with ordinality as c(path, regex, n) order by n`,
      [cases.map((c) => c.path), cases.map((c) => parsePathPattern(c.pattern).regex)],
    )
    const differing = cases.filter((c, i) => matches(c.pattern, c.path) !== answers[i]!.is_match)
    expect(differing).toEqual([])
    const matched = answers.filter((answer) => answer.is_match).length
    expect(matched).toBeGreaterThan(500)
    expect(matched).toBeLessThan(2_500)
  })
})
