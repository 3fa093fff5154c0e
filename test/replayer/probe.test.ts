import { describe, expect, test } from 'vitest'
import type { EntrySummary } from '../../journal/entry.ts'
import { judge } from '../../replayer/probe.ts'
import {
  fillPath,
  fillText,
  needsBody,
  parsePathTemplate,
  parseTemplate,
  secretIn,
  Unfillable,
} from '../../replayer/probe-template.ts'
import { testSecrets } from '../support/secrets.ts'

const entry = (target: string, fields: string[] = []) =>
  ({ target, requestHeaders: fields }) as unknown as EntrySummary

const filled = (template: string, target = '/a?b=c', json: unknown = null, fields: string[] = []) =>
  fillPath(parsePathTemplate(template), { entry: entry(target, fields), json })

describe('a path template', () => {
  test.each([
    ['{target}', '/things/%C3%A9?x=1&y', '/things/%C3%A9?x=1&y'],
    ['{path}', '/things/1?x=1', '/things/1'],
    ['{target}', 'http://a.example/things?x=1', '/things?x=1'],
    ['{path}/state', '/things/1?x=1', '/things/1/state'],
    ['/by-name/{query:n}', '/a?m=1&n=a+b%2Fc%C3%A9', '/by-name/a%20b%2Fc%C3%A9'],
    ['/find?of={query:a b}', '/a?a+b=%26', '/find?of=%26'],
  ])('%s of %s is %s', (template, target, expected) => {
    expect(filled(template, target)).toBe(expected)
  })

  test.each([
    ['/{json:/id}', { id: 7 }, '/7'],
    ['/{json:/a/0/b~1c~0d}', { a: [{ 'b/c~d': 'x y/z' }] }, '/x%20y%2Fz'],
    ['/{json:}', 'whole', '/whole'],
    ['/{json:/on}', { on: false }, '/false'],
    ['/{json:/name}', { name: 'é?' }, '/%C3%A9%3F'],
  ])('%s of %j is %s', (template, json, expected) => {
    expect(filled(template, '/', json)).toBe(expected)
  })

  test('takes fields as their bytes', () => {
    expect(filled('/{header:x-key}', '/', null, ['X-Key', 'a\xe9'])).toBe('/a%E9')
  })

  test('knows what would be a secret', () => {
    const secret = (text: string) => secretIn(parsePathTemplate(text), testSecrets)
    expect(secret('/{header:X-Key}/{path}')).toBeUndefined()
    expect(secret('/{path}/{header:Cookie}')).toBe('{header:Cookie}')
    expect(secret('/a?b={query:user[Password]}')).toBe('{query:user[Password]}')
    expect(secret('/{json:/id_token/0}')).toBe('{json:/id_token/0}')
    expect(secret('/{json:/id}/{query:id}')).toBeUndefined()
  })

  test.each([
    ['/{json:/id}', '/', {}, 'nothing there'],
    ['/{json:/a/length}', '/', { a: [1] }, 'nothing there'],
    ['/{json:/toString}', '/', {}, 'nothing there'],
    ['/{json:/a}', '/', { a: { b: 1 } }, 'no text, truth value or (exact) number'],
    ['/{json:/a}', '/', { a: null }, 'no text'],
    ['/{json:/a}', '/', { a: 2 ** 60 }, 'no text'],
    ['/{json:/a}', '/', { a: '' }, 'is empty'],
    ['/{json:/a}/x', '/', { a: '..' }, "is '..'"],
    ['/{query:a}', '/b?aa=1', null, 'no such parameter'],
    ['/{query:a}', '/b?a', null, 'is empty'],
    ['/{header:x}', '/', null, 'no such field'],
    ['{target}', '*', null, 'is no path'],
  ])('%s of %s with %j cannot be filled: %s', (template, target, json, why) => {
    expect(() => filled(template, target, json)).toThrow(Unfillable)
    expect(() => filled(template, target, json)).toThrow(why)
  })

  test.each(['', 'things', '/a b', '/a#b', '/é', '{json:/id}', '{header:x}/a'])(
    '%j is refused',
    (text) => {
      expect(() => parsePathTemplate(text)).toThrow(/^expected a path such as '\{target\}'/)
    },
  )

  test.each([
    '/{id}',
    '/{json:id}',
    '/{json:/~2}',
    '/{json}',
    '/{query:}',
    '/{header}',
    '/{path:1}',
  ])('%j names nothing that an entry has', (text) => {
    expect(() => parsePathTemplate(text)).toThrow(/^expected \{target\}, \{path\}, \{json:/)
  })
})

describe('a text template', () => {
  test('keeps braces that hold no name, and encodes nothing', () => {
    const template = parseTemplate('{"name": "{json:/name}", "in": {}}')
    expect(needsBody(template)).toBe(true)
    const text = fillText(template, { entry: entry('/'), json: { name: 'é/ü' } })
    expect(text.toString()).toBe('{"name": "é/ü", "in": {}}')
  })

  test('of which nothing is left cannot be filled', () => {
    const template = parseTemplate('{query:a}')
    expect(() => fillText(template, { entry: entry('/?a='), json: null })).toThrow(Unfillable)
    expect(needsBody(template)).toBe(false)
  })
})

test.each([
  ['PUT', 200, 'holds', 'applied'],
  ['POST', 204, 'holds', 'applied'],
  ['PUT', 404, 'holds', 'not_applied'],
  ['PUT', 410, 'holds', 'not_applied'],
  ['PUT', 200, 'lacks', 'not_applied'],
  ['PUT', 200, 'unread', 'in_doubt'],
  ['DELETE', 200, 'holds', 'not_applied'],
  ['DELETE', 200, 'lacks', 'applied'],
  ['DELETE', 200, 'unread', 'in_doubt'],
  ['DELETE', 404, 'holds', 'applied'],
  ['DELETE', 410, 'holds', 'applied'],
  ['PUT', 301, 'holds', 'in_doubt'],
  ['PUT', 401, 'holds', 'in_doubt'],
  ['DELETE', 500, 'holds', 'in_doubt'],
] as const)('%s, asked about with %d whose body %s it: %s', (method, status, content, outcome) => {
  expect(judge(method, status, content).outcome).toBe(outcome)
})
