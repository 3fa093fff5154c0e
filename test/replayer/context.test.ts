import { expect, test } from 'vitest'
import { ContextNeeds } from '../../replayer/context.ts'

// Which reads and refusals are sent again.

function neededOf(...entries: [verdict: 'context' | 'applied', uses: string, produces: string][]) {
  const needs = new ContextNeeds()
  const words = (text: string) => (text === '' ? [] : text.split(' '))
  for (const [i, [verdict, uses, produces]] of entries.entries()) {
    needs.observe({ id: i + 1, verdict }, () => ({
      uses: words(uses),
      produces: words(produces),
    }))
  }
  return entries.map((_, i) => i + 1).filter((id) => needs.needed.has(id))
}

test('what only it handed out, and something that is sent uses', () => {
  expect(
    neededOf(['context', '', 'token'], ['context', '', 'other'], ['applied', 'token', '']),
  ).toEqual([1])
})

test('with whatever that needs itself', () => {
  expect(
    neededOf(['context', '', 'session'], ['context', 'session', 'token'], ['applied', 'token', '']),
  ).toEqual([1, 2])
})

test('not once something that is sent brings the value', () => {
  expect(
    neededOf(['context', '', 'token'], ['applied', '', 'token'], ['applied', 'token', '']),
  ).toEqual([])
})
