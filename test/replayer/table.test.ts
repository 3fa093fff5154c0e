import { expect, test } from 'vitest'
import { clip, printable, tableLines, widthOf, wrap } from '../../replayer/table.ts'

const columns = [
  { title: 'id', value: (row: string[]) => row[0]!, align: 'right' as const },
  { title: 'what', value: (row: string[]) => row[1]! },
]

test('columns are as wide as their widest cell, up to the limit', () => {
  const rows = [
    ['1', 'short'],
    ['20', 'much too long'],
  ]
  expect(tableLines(columns, rows, { column: 8 })).toStrictEqual([
    'id  what',
    '──  ────────',
    ' 1  short',
    '20  much to…',
  ])
})

test('a table fits its terminal: the widest columns give way first', () => {
  const rows = [['1', 'x'.repeat(50)]]
  const lines = tableLines(columns, rows, { column: 60, line: 20 })
  expect(lines.map(widthOf)).toStrictEqual([8, 20, 20])
  expect(lines[2]).toBe(` 1  ${'x'.repeat(15)}…`)
})

test('control and direction characters cannot steer the terminal', () => {
  expect(printable('a\u001b[31mb\r\n\u009bc\u202edesrever\u200b')).toBe('a·[31mb···c·desrever·')
})

test('wide characters are counted as two columns and never cut in half', () => {
  expect(widthOf('日本')).toBe(4)
  expect(widthOf('👩‍👩‍👧')).toBe(2)
  expect(widthOf('e\u0301')).toBe(1)
  expect(clip('日本語', 4)).toBe('日…')
  expect(clip('日本語', 6)).toBe('日本語')
})

test('a long text is wrapped, and told to go on by an ellipsis', () => {
  expect(wrap('abcdefgh', 3, 3)).toStrictEqual(['abc', 'def', 'gh'])
  expect(wrap('abcdefgh', 3, 2)).toStrictEqual(['abc', 'de…'])
  expect(wrap('', 3, 2)).toStrictEqual([''])
})
