import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { annotation } from '../../../replayer/ci/annotations.ts'
import { openJUnit } from '../../../replayer/ci/junit.ts'
import { pairsOf, shapeOf, type Listed } from '../../../replayer/ci/pairing.ts'
import { markdownSummary } from '../../../replayer/ci/summary.ts'
import { counting, NO_TESTS, type TestCase } from '../../../replayer/ci/test-case.ts'
import { emptyFolder } from '../../support/folder.ts'

const hostile: TestCase = {
  ...{ name: 'POST /a?<b>&"c"|`d`', line: 7, outcome: 'differs', seconds: 0.25 },
  detail: 'body: "\u0000\ud800" -> </summary>\n::error::x%',
  differences: ['body /a: <script>', 'body /b: ]]>'],
}

test('JUnit holds whatever was said, and the sums of all cases', () => {
  const file = join(emptyFolder(), 'report.xml')
  const report = openJUnit(file, 'a&bé.jsonl')
  for (const outcome of ['same', 'differs', 'error', 'skipped'] as const) {
    report.add({ ...hostile, outcome })
  }
  report.close(1.5)
  const xml = readFileSync(file, 'utf8')
  const sums = 'tests="4" failures="1" errors="1" skipped="1" time="1.500"'
  expect(xml).toMatch(new RegExp(`^<testsuites name="reprise" ${sums} *>$`, 'm'))
  expect(xml).toMatch(new RegExp(`^ {2}<testsuite name="a&#38;bé.jsonl" ${sums} *>$`, 'm'))
  expect(xml).toContain(
    'name="POST /a?&#60;b&#62;&#38;&#34;c&#34;|`d`" file="a&#38;bé.jsonl" line="7"',
  )
  expect(xml).toContain('body: &#34;\uFFFD\uFFFD&#34; -&#62; &#60;/summary&#62;')
  // Nothing of it is markup but its own.
  expect(xml.match(/<[a-z]+/g)).toEqual([
    ...['<testsuites', '<testsuite', '<testcase', '<testcase', '<failure', '<testcase', '<error'],
    ...['<testcase', '<skipped'],
  ])
})

test('a summary and an annotation say it on their own lines', () => {
  const sums = counting(NO_TESTS, hostile)
  const summary = markdownSummary({
    ...{ source: 'a.jsonl', sums, troubles: [hostile], ended: null, accepted: null },
  })
  expect(summary).toContain('### reprise: 1 of 1 answers differ')
  expect(summary).not.toContain('<script>')
  expect(summary.match(/<\/summary>/g)).toHaveLength(1)
  const ended = 'it ended before it was ready\n  | <b>no</b> such module'
  expect(
    markdownSummary({ source: 'a', sums: NO_TESTS, troubles: [], ended, accepted: null }),
  ).toContain(
    '<pre>it ended before it was ready&#10;  &#124; &#60;b&#62;no&#60;/b&#62; such module</pre>\n',
  )
  const line = annotation('a,b.jsonl', hostile)
  expect(line.trimEnd().split('\n')).toHaveLength(1)
  expect(line).toMatch(
    /^::error file=a%2Cb.jsonl,line=7,title=POST [^:]*::body: .*%0A::error::x%25/,
  )
})

const entry = (
  line: number,
  name: string,
  identity = `${name} ${line} ${Math.random()}`,
): Listed => {
  const [method, target] = name.split(' ')
  return { line, name, identity, shape: shapeOf(method!, target!), digest: '' }
}

test('entries belong together by identity, then by what they asked for, in their order', () => {
  const a = [
    entry(1, 'POST /x'),
    entry(2, 'POST /x'),
    entry(3, 'PUT /x/17', 'same'),
    entry(4, 'GET /y'),
  ]
  const b = [entry(1, 'POST /x'), entry(2, 'PUT /x/18'), entry(3, 'PATCH /x/17', 'same')]
  const pairs = pairsOf(a, b).map(({ a, b }) => [a?.line, b?.line])
  expect(pairs).toEqual([
    [1, 1],
    [undefined, 2],
    [2, undefined],
    [3, 3],
    [4, undefined],
  ])
  const again = pairsOf(
    [entry(1, 'PUT /x/17?page=1'), entry(2, 'PUT /x/18?page=1')],
    [entry(1, 'PUT /x/90?page=2'), entry(2, 'PUT /x/91?page=2')],
  )
  expect(again.map(({ a, b }) => [a?.line, b?.line])).toEqual([
    [1, 1],
    [2, 2],
  ])
})
