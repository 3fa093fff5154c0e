import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderedAt, pathOf } from '../../journal/entry.ts'
import { describeFilter, parseStatusRange } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'

describe('the path of a target', () => {
  test.for<[target: string, path: string]>([
    ['/a/b?c=/d?e', '/a/b'],
    ['/', '/'],
    ['/?', '/'],
    ['//a', '//a'],
    ['/a%3Fb', '/a%3Fb'],
    ['/http://x/y', '/http://x/y'],
    ['http://h:80/a?b', '/a'],
    ['HTTPS://h/a/', '/a/'],
    ['http://h', '/'],
    ['http://h?a=/b', '/'],
    ['*', '*'],
    ['h:443', 'h:443'],
    ['', ''],
    ['?a', ''],
  ])('%j is %j', ([target, path]) => {
    expect(pathOf(target)).toBe(path)
  })
})

test('an exchange stands in the order where its answer began, else where it arrived', () => {
  expect(orderedAt({ arrivedAt: 5, answeredAt: 9 })).toBe(9)
  expect(orderedAt({ arrivedAt: 5, answeredAt: 0 })).toBe(0)
  expect(orderedAt({ arrivedAt: 5, answeredAt: null })).toBe(5)
})

test('exchanges that did not overlap keep their order', () => {
  const exchange = fc.tuple(fc.nat(50), fc.option(fc.nat(20))).map(([arrivedAt, took]) => ({
    arrivedAt,
    answeredAt: took === null ? null : arrivedAt + took,
  }))
  fc.assert(
    fc.property(exchange, exchange, (a, b) => {
      fc.pre(a.answeredAt !== null && a.answeredAt < b.arrivedAt)
      expect(orderedAt(a)).toBeLessThan(orderedAt(b))
    }),
  )
})

describe('a status range', () => {
  test.for<[text: string, from: number, to: number]>([
    ['404', 404, 404],
    ['5xx', 500, 599],
    ['1XX', 100, 199],
    ['400-499', 400, 499],
    ['200-200', 200, 200],
  ])('%s', ([text, from, to]) => {
    expect(parseStatusRange(text)).toEqual({ from, to })
  })

  test.for([
    '',
    '4',
    '0xx',
    '6xx',
    '600',
    '099',
    '499-400',
    '200-',
    '-200',
    '4xx-5xx',
    ' 200',
    '200\n',
    '٤٠٤',
  ])('is refused for %j, saying what was expected', (text) => {
    expect(() => parseStatusRange(text)).toThrow(/expected a status such as 404, 5xx or 400-499/)
  })
})

test('a filter is described in the words that it was written in', () => {
  const filter = {
    stream: 's',
    ids: [7, 4],
    before: { orderedAt: 5, id: 9 },
    idFrom: 3,
    paths: [parsePathPattern('/a/*')],
    excludedPaths: [parsePathPattern('/b')],
    statuses: [parseStatusRange('5xx'), parseStatusRange('404')],
  }
  expect(describeFilter(filter)).toEqual({
    stream: 's',
    ids: [7, 4],
    before: { orderedAt: 5, id: 9 },
    idFrom: 3,
    paths: ['/a/*'],
    excludedPaths: ['/b'],
    statuses: ['500-599', '404-404'],
  })
  expect(describeFilter({})).toEqual({})
})
