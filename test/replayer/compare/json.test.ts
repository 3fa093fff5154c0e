import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aliases, comparedJson, told } from './answers.ts'

describe('the same JSON', () => {
  test.each([
    ['members in another order', '{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1}'],
    ['numbers written otherwise', '[1, 1.0, 100, 0.5, -0, 12e-1]', '[1.0, 1, 1e2, 5E-1, 0, 1.2]'],
    ['large numbers', '[12345678901234567890, 1e400]', '[1234567890123456789e1, 10e399]'],
    ['long fractions', '0.10000000000000000000', '1e-1'],
    ['texts with escapes', '"caf\\u00e9\\/"', '"café/"'],
    ['a byte order mark', '\ufeff{"a": 1, "b": 2}', '\ufeff{"b":2,"a":1}'],
    ['a member named __proto__', '{"__proto__": {"a": 1}}', '{"__proto__": {"a": 1.0}}'],
  ])('%s', (_, recorded, came) => {
    expect(comparedJson(recorded, came)).toMatchObject({ outcome: 'same', differences: [] })
  })

  test('of any value, however its numbers and members are written', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const spaced = JSON.stringify(turned(JSON.parse(text)), null, 1)
        expect(told(comparedJson(text, spaced))).toStrictEqual([])
      }),
    )
  })
})

/** With the members of every map in the reverse order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  const pairs = Object.entries(value).reverse()
  const map = Object.create(null) as Record<string, unknown>
  for (const [key, one] of pairs) map[key] = turned(one)
  return map
}

describe('a difference is told by its place', () => {
  test.each<[string, unknown, unknown, string[]]>([
    ['another value', { a: [{ n: 1 }] }, { a: [{ n: 2 }] }, ['body /a/0/n 1 -> 2']],
    ['a text and a number', { n: 17 }, { n: '17' }, ['body /n 17 -> "17"']],
    ['a text and null', { n: 'x' }, { n: null }, ['body /n "x" -> null']],
    [
      'a time and null',
      { at: '2026-01-15T12:00:00Z' },
      { at: null },
      ['body /at "2026-01-15T12:00:00Z" -> null'],
    ],
    ['a member gone', { a: 1, b: { c: 2 } }, { a: 1 }, ['body /b {"c":2} -> null']],
    ['a member added', {}, { 'a/b~': false }, ['body /a~1b~0 null -> false']],
    ['items gone', [1, 2, 3], [1], ['body /1 2 -> null', 'body /2 3 -> null']],
    ['an item added', [], [['x']], ['body /0 null -> ["x"]']],
    ['a list and a map', { a: [] }, { a: {} }, ['body /a [] -> {}']],
    ['all of it', '1', '2', ['body 1 -> 2']],
    [
      'neighbours of 64 bits',
      '{"id": 9007199254740993}',
      '{"id": 9007199254740992}',
      ['body /id 9007199254740993 -> 9007199254740992'],
    ],
    ['one that is no JSON', '{"a": 1}', '{"a": 1', ['body line 1 {"a": 1} -> {"a": 1']],
  ])('%s', (_, recorded, came, expected) => {
    const comparison = comparedJson(recorded, came)
    expect(told(comparison)).toStrictEqual(expected)
    expect(comparison.outcome).toBe('differs')
  })

  test('many are bounded in number and in length', () => {
    const list = (text: string) => Array.from({ length: 500 }, (_, i) => `${text}${i}`.repeat(500))
    const { differences, unlisted } = comparedJson(list('a'), list('b'))
    expect(differences).toHaveLength(50)
    expect(unlisted).toBe(450)
    for (const { recorded } of differences) expect(recorded).toHaveLength(200)
    const nested = JSON.stringify({ big: list('a') })
    expect(comparedJson(nested, '{}').differences[0]!.recorded!.length).toBeLessThanOrEqual(200)
  })

  test('of what is nested deeper than anybody reads, it is said that it was not compared', () => {
    const deep = (leaf: number) => `${'['.repeat(5000)}${leaf}${']'.repeat(5000)}`
    const { outcome, uncompared, detail } = comparedJson(deep(1), deep(2))
    expect(outcome).toBe('same')
    expect(uncompared).toHaveLength(1)
    expect(detail).toMatch(/^not compared: body \/0\/0.*: nested too deep$/)
  })
})

describe('generated values', () => {
  const explains = aliases({ a7: 'b9', '17': '42', k1: 'k2' })

  test('are explained wherever they stand', () => {
    const recorded = {
      ...{ id: 'a7', n: 17, url: 'http://h/things/a7?of=17', text: 'thing a7 (17).' },
      byId: { a7: { id: 'a7' } },
    }
    const came = {
      ...{ id: 'b9', n: 42, url: 'http://h/things/b9?of=42', text: 'thing b9 (42).' },
      byId: { b9: { id: 'b9' } },
    }
    const comparison = comparedJson(recorded, came, undefined, explains)
    expect(told(comparison)).toStrictEqual([])
    expect(comparison.explained).toStrictEqual({ alias: 6 })
  })

  test.each<[string, unknown, unknown]>([
    ['another value than the new one', { id: 'a7' }, { id: 'b8' }],
    ['one beside another text', { t: 'a7 new' }, { t: 'b9 old' }],
    ['one of another type', { n: 17 }, { n: '42' }],
    ['other marks between', { t: 'a7/17' }, { t: 'b9-42' }],
    ['a name that is gone', { byId: { a7: 1 } }, { byId: {} }],
  ])('are not: %s', (_, recorded, came) => {
    expect(comparedJson(recorded, came, undefined, explains).outcome).toBe('differs')
  })

  test('are asked for by place', () => {
    const asked: string[] = []
    comparedJson(
      { a: [{ b: 'one two' }] },
      { a: [{ b: 'one 2' }] },
      undefined,
      (place, then, now) => {
        asked.push(`${place} ${then} ${now}`)
        return null
      },
    )
    expect(asked).toStrictEqual(['body /a/0/b one two one 2', 'body /a/0/b two 2'])
  })
})

describe('arrays in any order', () => {
  const rules = { unordered: ['/items', { on: 'PUT /things/*', pointer: '/**/tags' }] }
  const of = (...items: unknown[]) => ({ items })

  test('have the same items, and as many of each', () => {
    expect(comparedJson(of(1, 'a', 1, { b: 2 }), of({ b: 2 }, 1, 'a', 1), rules).outcome).toBe(
      'same',
    )
    expect(told(comparedJson(of(1, 1, 2), of(1, 2, 2), rules))).toStrictEqual([
      'body /items/1 1 -> 2',
    ])
    expect(told(comparedJson(of(1), of(2, 1), rules))).toStrictEqual(['body /items/1 null -> 2'])
    expect(comparedJson({ a: [{ tags: [1, 2] }] }, { a: [{ tags: [2, 1] }] }, rules).outcome).toBe(
      'same',
    )
  })

  test('may hold generated values, each counted once', () => {
    const recorded = of({ id: 'a7', n: 1 }, { id: 'k1', n: 2 })
    const came = of({ id: 'k2', n: 2 }, { id: 'b9', n: 1 })
    const { outcome, explained } = comparedJson(
      recorded,
      came,
      rules,
      aliases({ a7: 'b9', k1: 'k2' }),
    )
    expect({ outcome, explained }).toStrictEqual({ outcome: 'same', explained: { alias: 2 } })
  })

  test('elsewhere are compared by position', () => {
    expect(comparedJson({ other: [1, 2] }, { other: [2, 1] }, rules).outcome).toBe('differs')
    const elsewhere = { unordered: [{ on: '/a', pointer: '/items' }] }
    expect(comparedJson(of(1, 2), of(2, 1), elsewhere).outcome).toBe('differs')
  })

  test('that are long cost no more than their length', () => {
    const items = Array.from({ length: 20_000 }, (_, i) => ({ i }))
    const began = process.cpuUsage()
    const found = comparedJson(of(...items), of(...items.toReversed()), rules)
    expect(found.outcome).toBe('same')
    // In µs of this process: others may have the processor.
    expect(process.cpuUsage(began).user).toBeLessThan(2_000_000)
  })
})
