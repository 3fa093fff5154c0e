import { describe, expect, test } from 'vitest'
import { Problem } from '../../../journal/problem.ts'
import { parseCompareRules, parseLearned } from '../../../replayer/compare/parse-rules.ts'
import {
  parsePointerPattern,
  isAt,
  isWithin,
  pointerTo,
} from '../../../replayer/compare/pointer-pattern.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { comparedJson, told } from './answers.ts'

test('without any, the usual ones hold', () => {
  for (const nothing of [undefined, null, {}]) {
    expect(parseCompareRules(nothing)).toStrictEqual(DEFAULT_RULES)
  }
})

test.each<[string, unknown, string]>([
  [
    'no map',
    [1],
    'rules: expected a map of headers, more-headers, bodies, shapes, unordered, ignore, got [1]',
  ],
  ['an unknown rule', { ignor: [] }, 'rules.ignor: there is no such rule; expected one of '],
  ['no list', { headers: 'ETag' }, 'rules.headers: expected a list, got "ETag"'],
  [
    'no field',
    { headers: ['E Tag'] },
    'rules.headers[0]: expected the name of a field such as ETag, got "E Tag"',
  ],
  [
    'an unknown shape',
    { shapes: ['times'] },
    'rules.shapes[0]: expected one of time, duration, age, id, got "times"',
  ],
  ['bodies', { bodies: 'no' }, 'rules.bodies: expected compared or left, got "no"'],
  [
    'a pointer',
    { unordered: ['a'] },
    "rules.unordered[0]: expected a JSON pointer (RFC 6901) such as /items/*/updatedAt, got 'a'",
  ],
  [
    'an unordered with more',
    { unordered: [{ pointer: '/a', of: 1 }] },
    'rules.unordered[0]: expected a JSON pointer, or pointer and on, got ',
  ],
  [
    'nothing to ignore',
    { ignore: [{}] },
    'rules.ignore[0]: expected one of header, pointer, value, line, body, and on, got {}',
  ],
  [
    'two things to ignore',
    { ignore: [{ header: 'A', line: 'b' }] },
    'rules.ignore[0]: expected one of header,',
  ],
  [
    'more than that',
    { ignore: [{ header: 'A', to: 'b' }] },
    'rules.ignore[0]: expected one of header,',
  ],
  ['a text', { ignore: ['/a'] }, 'rules.ignore[0]: expected one of header,'],
  ['a number', { ignore: [{ line: 1 }] }, 'rules.ignore[0]: line: expected a text, got 1'],
  ['half a body', { ignore: [{ body: 'half' }] }, 'rules.ignore[0]: body: expected all, got half'],
  [
    'an expression',
    { ignore: [{ value: '(' }] },
    'rules.ignore[0]: expected a regular expression: ',
  ],
  [
    'a path',
    { ignore: [{ on: 'GET things', header: 'a' }] },
    'rules.ignore[0]: expected a path that begins with /',
  ],
  [
    'a method',
    { ignore: [{ on: 'GET /a /b', header: 'a' }] },
    "rules.ignore[0]: expected a path, or METHOD and a path, got 'GET /a /b'",
  ],
])('wrong ones are told with what was expected: %s', (_, value, message) => {
  expect(() => parseCompareRules(value, 'rules.')).toThrow(message)
})

test('all wrong ones are told at once', () => {
  const wrong = { bodies: 1, headers: [1, 'a', 2], ignore: [{ line: '[' }] }
  const error = thrown(() => parseCompareRules(wrong, 'rules.'))
  expect(error).toBeInstanceOf(Problem)
  expect(error).toMatchObject({ code: 'settings_invalid', source: 'user' })
  expect(error.message.split('\n')).toStrictEqual([
    '4 rules are wrong',
    '  rules.headers[0]: expected the name of a field such as ETag, got 1',
    '  rules.headers[2]: expected the name of a field such as ETag, got 2',
    '  rules.bodies: expected compared or left, got 1',
    expect.stringContaining('  rules.ignore[0]: expected a regular expression: ') as string,
  ])
  expect(() => parseLearned({ noise: [{ header: '' }] }, 'noise.yaml: ')).toThrow(
    'noise.yaml: noise[0]: expected the name of a field such as ETag, got ""',
  )
})

describe('what is ignored', () => {
  const recorded = {
    items: [
      { n: 1, v: 1 },
      { n: 2, v: 1 },
    ],
    meta: { a: 1 },
    'a/b': 'tmp-1',
  }
  const came = {
    items: [
      { n: 1, v: 9 },
      { n: 3, v: 9 },
    ],
    meta: { b: 1 },
    'a/b': 'tmp-2',
  }
  const left = (...ignore: unknown[]) => told(comparedJson(recorded, came, { ignore }))
  const ALL = left()

  test.each<[unknown, number]>([
    [{ pointer: '/items/*/v' }, 2],
    [{ pointer: '/items/0/v' }, 1],
    [{ pointer: '/**/v' }, 2],
    [{ pointer: '/items' }, 3],
    [{ pointer: '/meta' }, 2],
    [{ pointer: '/meta/*' }, 2],
    [{ pointer: '/a~1b' }, 1],
    [{ value: '^tmp-\\d$' }, 1],
    [{ value: '^\\d$' }, 3],
    [{ pointer: '' }, 6],
    [{ body: 'all' }, 6],
    [{ on: 'PUT /things/*', pointer: '/meta' }, 2],
    [{ on: '/things/7', pointer: '/meta' }, 2],
    [{ on: 'GET /things/*', pointer: '/meta' }, 0],
    [{ on: '/other', body: 'all' }, 0],
    [{ pointer: '/item' }, 0],
  ])('%j', (rule, ignored) => {
    expect(ALL).toHaveLength(6)
    expect(left(rule)).toHaveLength(6 - ignored)
  })
})

test('patterns of places', () => {
  const at = (pattern: string, place: string) => {
    const steps = parsePointerPattern(place).steps
    return [
      isAt(parsePointerPattern(pattern), steps),
      isWithin(parsePointerPattern(pattern), steps),
    ]
  }
  expect(at('/a/*', '/a/b')).toStrictEqual([true, true])
  expect(at('/a/*', '/a/b/c')).toStrictEqual([false, true])
  expect(at('/a/*', '/a')).toStrictEqual([false, false])
  expect(at('/**', '')).toStrictEqual([true, true])
  expect(at('/**/x/**/y', '/x/y')).toStrictEqual([true, true])
  expect(at('/**/x/**/y', '/a/x/b/c/y')).toStrictEqual([true, true])
  expect(at('/**/x', '/a/b')).toStrictEqual([false, false])
  expect(pointerTo(['a/b', '~', ''])).toBe('/a~1b/~0/')
})

function thrown(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
