import { expect, test } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { compare } from '../../../replayer/compare/compare.ts'
import { noiseBetween, withoutDuplicates } from '../../../replayer/compare/learned-noise.ts'
import { noiseFile, parseLearned } from '../../../replayer/compare/parse-rules.ts'
import { DEFAULT_RULES, withLearned } from '../../../replayer/compare/rules.ts'
import { aliases, answerWith, entryWith, JSON_TYPE, NOW, told, type SaidAnswer } from './answers.ts'

const asked = { method: 'PUT', target: '/things/7?x=1' }
const learn = (first: SaidAnswer, second: SaidAnswer, pairs: Record<string, string> = {}) =>
  noiseBetween(answerWith(first), answerWith(second), { asked, at: NOW, explains: aliases(pairs) })
const json = (value: unknown): SaidAnswer => ({ fields: JSON_TYPE, body: JSON.stringify(value) })
const text = (body: string): SaidAnswer => ({ fields: ['Content-Type', 'text/plain'], body })

test('what differs between two fresh targets is noise, told by its place', () => {
  const first = json({
    seed: 0.1,
    list: [
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ],
    id: 'x1',
    same: 1,
  })
  const second = json({
    seed: 0.7,
    list: [
      { id: 'c', n: 1 },
      { id: 'd', n: 2 },
    ],
    id: 'y2',
    same: 1,
  })
  expect(learn(first, second, { x1: 'y2' })).toStrictEqual([
    { on: 'PUT /things/*', pointer: '/seed' },
    { on: 'PUT /things/*', pointer: '/list/*/id' },
  ])
})

test.each<[string, SaidAnswer, SaidAnswer, unknown[]]>([
  ['a field', { fields: ['Link', '<a>'] }, { fields: ['Link', '<b>'] }, [{ header: 'link' }]],
  ['a member', json({}), json({ a: 1 }), [{ pointer: '/a' }]],
  [
    'lines',
    text('load: 0.1 (a+b)\nx'),
    text('load: 2.55 (a+b)\nx'),
    [{ line: '^load: .* \\(a\\+b\\)$' }],
  ],
  ['a line more', text('x'), text('x\nmore of it'), [{ line: '^more of it$' }]],
  ['text that has nothing in common', text('abc'), text('xyz'), [{ body: 'all' }]],
  ['bytes', { body: Buffer.from([0]) }, { body: Buffer.from([0, 1]) }, [{ body: 'all' }]],
  ['more than can be listed', json(Array(90).fill(1)), json(Array(90).fill(2)), [{ body: 'all' }]],
  ['nothing', json({ at: '2026-02-20T17:00:00Z' }), json({ at: '2026-02-20T18:00:00Z' }), []],
  ['another status', { status: 200 }, { status: 500 }, []],
])('%s', (_, first, second, places) => {
  expect(learn(first, second)).toStrictEqual(
    places.map((place) => ({ on: 'PUT /things/*', ...(place as object) })),
  )
})

test('it is kept as YAML or JSON, and taken out of comparisons from then on', () => {
  const rules = withoutDuplicates([
    ...learn(json({ seed: 1, n: 1 }), json({ seed: 2, n: 1 })),
    ...learn(json({ seed: 3 }), json({ seed: 4 })),
    ...learn(text('load: 1/2\nok'), text('load: 2/2\nok')),
  ])
  expect(rules).toHaveLength(2)
  const saved = stringify(noiseFile(rules))
  const loaded = parseLearned(parseDocument(saved).toJS(), 'noise.yaml: ')
  expect(loaded).toStrictEqual(rules)
  expect(parseLearned(JSON.parse(JSON.stringify(noiseFile(rules))))).toStrictEqual(rules)
  const learned = withLearned(DEFAULT_RULES, loaded)
  const of = (recorded: SaidAnswer, came: SaidAnswer) =>
    compare(entryWith(recorded), answerWith(came), learned, () => null, NOW)
  const found = of(json({ seed: 7, n: 1 }), json({ seed: 8, n: 2 }))
  expect(told(found)).toStrictEqual(['body /n 1 -> 2'])
  expect(found.explained).toStrictEqual({ learned: 1 })
  expect(of(text('load: 5/2\nok'), text('load: 9/2\nok')).explained).toStrictEqual({ learned: 2 })
})
