import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, FILTERS, toggled, viewOf, type Filter } from '../../dashboard/journal/filter.ts'
import { parseWords, printWords } from '../../dashboard/journal/words.ts'

test.each<[string, Filter]>([
  ['', {}],
  ['/api/*', { path: '/api/*' }],
  ['/a /b -/c', { path: '/a,/b', excluded_path: '/c' }],
  ['method:PUT method:POST status:5xx,404', { method: 'PUT,POST', status: '5xx,404' }],
  ['not found', { text: 'not found' }],
  ['"not  found"', { text: 'not  found' }],
  ['"/a"', { text: '/a' }],
  ['text:"say \\"x\\""', { text: 'say "x"' }],
  ['label:"two words"', { label: 'two words' }],
  ['colour:red', { text: 'colour:red' }],
  ['stream:shop', { text: 'stream:shop' }],
  ['since:2026-01-15T12:00Z', { since: '2026-01-15T12:00Z' }],
])('%s is read as what was meant', (typed, filter) => {
  expect(parseWords(typed)).toEqual(filter)
})

const values = fc.record(
  Object.fromEntries(
    FILTERS.map((name) => [name, fc.string({ minLength: 1 }).map((text) => `v${text}`)]),
  ),
  { requiredKeys: [] },
)

test('whatever a filter is, its words are read as the same one, but for the stream', () => {
  fc.assert(
    fc.property(values, (filter: Filter) => {
      const { stream: _, ...rest } = filter
      expect(parseWords(printWords(filter))).toEqual(rest)
    }),
  )
})

test('whatever a view is, its address is read as the same one', () => {
  fc.assert(
    fc.property(values, (filter: Filter) => {
      const view = { filter, columns: ['id', 'target'] }
      expect(viewOf(addressOf(view).slice(1))).toEqual(view)
    }),
  )
})

test('a value is put into a list and taken out of it', () => {
  expect(toggled(undefined, 'a')).toBe('a')
  expect(toggled('a', 'b')).toBe('a,b')
  expect(toggled('a,b', 'a')).toBe('b')
})
