import { expect, test } from 'vitest'
import { OWN_ANSWERS } from '../../proxy/own-answer.ts'
import { CATALOGUE } from '../../replayer/service/problems.ts'
import { pageAt } from './pages.ts'

// docs/errors.md is where the causes and remedies stand; the codes and what they mean are the program's.

const sections = new Map(
  pageAt('docs/errors.md')
    .text.split('\n### ')
    .slice(1)
    .map((text) => [/^\w+/.exec(text)![0], text.split('\n## ')[0]!]),
)
const problems = Object.entries(CATALOGUE)
const answers = Object.entries(OWN_ANSWERS)

test('every code has a section, and every section a code', () => {
  const codes = [...problems, ...answers].map(([code]) => code)
  expect([...sections.keys()].sort()).toEqual(codes.sort())
})

test.each([...sections])('%s has a cause and a remedy', (_, text) => {
  expect(text).toMatch(/\n\n\*\*Cause\.\*\* \S[^]+\\\n\*\*Remedy\.\*\* \S/)
})

test.each(problems)('%s means what the program says', (code, meaning) => {
  const sentence = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`
  expect(sections.get(code)).toContain(`\n\n${sentence}\n\n`)
})

test.each(answers)('%s is answered as the page says', (code, { status, text }) => {
  expect(sections.get(code)).toContain(`\n\n\`${status}\`: ${text}\n\n`)
})
