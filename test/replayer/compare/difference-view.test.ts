import { expect, test } from 'vitest'
import type { Found } from '../../../replayer/compare/difference.ts'
import { differenceLines, explainedWords } from '../../../replayer/compare/difference-view.ts'

const found = (changes: Partial<Found>): Found => ({
  ...{ differences: [], unlisted: 0, explained: {}, uncompared: [], ...changes },
})

test('one line a difference, recorded -> came', () => {
  const differences = [
    { where: 'status', recorded: '200', came: '201' },
    { where: 'body /a', recorded: '"x\u001b[31m"', came: null },
    { where: 'body line 3', recorded: null, came: '' },
  ]
  expect(differenceLines(found({ differences, uncompared: ['body: cut'] }))).toStrictEqual([
    'status: 200 -> 201',
    'body /a: "x·[31m" -> nothing',
    'body line 3: nothing -> (empty)',
    'not compared: body: cut',
  ])
})

test('it is bounded in lines and in width, and says what it leaves out', () => {
  const one = () => ({ where: 'body /a', recorded: 'x'.repeat(200), came: '' })
  const lines = differenceLines(
    found({ differences: Array.from({ length: 50 }, one), unlisted: 7 }),
    { line: 40 },
    3,
  )
  expect(lines).toHaveLength(4)
  expect(lines[3]).toBe('and 54 more')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40)
})

test('what was explained, in words', () => {
  expect(explainedWords({ alias: 2, time: 1, ignored: 1 })).toBe(
    '2 aliases, 1 time, 1 ignored by a rule',
  )
  expect(explainedWords({})).toBe('')
})
