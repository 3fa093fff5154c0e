import { expect, test } from 'vitest'
import { digestOf, parseCompactRule } from '../../../replayer/compacting/rules.ts'

test.each([
  ['PUT /x/:id  replaces PUT /x/:id', 'PUT /x/:1 replaces PUT /x/:1'],
  [
    'PUT /x/:id replaces PUT|PATCH /x/:id,POST /x/:id/rename',
    'PUT /x/:1 replaces PATCH|PUT /x/:1, POST /x/:1/rename',
  ],
  ['* /settings?* replaces * /settings?*', '* /settings?* replaces * /settings?*'],
  [
    'DELETE /x/:a/y/:b cancels /x/:a/y/:b made by POST /x/:a/y',
    'DELETE /x/:1/y/:2 cancels /x/:1/y/:2 made by POST /x/:1/y',
  ],
  ['POST /t/:t/clear clears /t/:t/x/:id', 'POST /t/:1/clear clears /t/:1/x/:2'],
])('%s', (given, text) => {
  const rule = parseCompactRule(given)
  expect(rule.text).toBe(text)
  // What a run keeps of it is read again when it is gone on with.
  expect(parseCompactRule(text).text).toBe(text)
})

test.each([
  ['', 'expected a rule such as '],
  ['PUT /x/:id', 'expected a rule such as '],
  ['PUT /x/:id supersedes PUT /x/:id', 'expected a rule such as '],
  ['put /x replaces PUT /x', "expected a method and a path such as PUT /things/:id, got 'put /x'"],
  ['PUT x replaces PUT /x', "expected a path such as /things/:id, got 'x'"],
  ['PUT /x/:a/:a replaces PUT /x/:a/:a', ':a stands twice in /x/:a/:a'],
  ['PUT /x/:id replaces PUT /x', "expected :id in 'PUT /x'"],
  ['PUT /x replaces PUT /x/:id', "expected no captures in 'PUT /x/:id'"],
  ['DELETE /x cancels /x/:id', "expected :id in 'DELETE /x'"],
  ['DELETE /x/:a clears /x/:id', 'expected only :id, got :a'],
  ['DELETE /x clears /x/:id made by POST /y/:b', "expected no captures in 'POST /y/:b'"],
  ['DELETE /x/:a/y/:b cancels /x/:a/y/:b made by POST /y', "expected :a in 'POST /y'"],
  ['DELETE /x/:a cancels /x/:a made by POST /x made by POST /y', "expected one 'made by'"],
])('%s is told to be wrong', (given, why) => {
  expect(() => parseCompactRule(given)).toThrow(why)
})

test('a digest is of what rules say, not of how they are written', () => {
  const digest = (...rules: string[]) => digestOf(rules.map(parseCompactRule)).digest
  const [one, other] = ['PUT /x/:id replaces PUT /x/:id', 'DELETE /x/:id cancels /x/:id'] as const
  expect(digest(one, other)).toBe(digest(other, 'PUT /x/:a  replaces PUT /x/:a', one))
  expect(digest(one)).not.toBe(digest(one, other))
  expect(digest(one)).not.toBe(digest('PUT /x/:id replaces PATCH|PUT /x/:id'))
})
