import { expect, test } from 'vitest'
import { openLog, type LogOptions } from '../../telemetry/log.ts'

function logTo(lines: string[], options: Partial<LogOptions> = {}) {
  return openLog({
    ...{ format: 'json', level: 'info', to: { write: (text) => lines.push(text) } },
    speaker: { component: 'proxy', stream: 'shop', worker: 2 },
    ...options,
  })
}

test('JSON is a line an object: level, time, who, message, and the facts by name', () => {
  const lines: string[] = []
  logTo(lines)('a "line"\nof two', 'error', { code: 'journal_refused', number: 7 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'error',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    ...{ component: 'proxy', stream: 'shop', worker: 2 },
    ...{ code: 'journal_refused', number: 7, msg: 'a "line"\nof two' },
  })
})

test('text says when, who and what', () => {
  const lines: string[] = []
  const format = 'text'
  logTo(lines, { format })('the journal is back', 'info', { code: 'left out' })
  logTo(lines, { format, speaker: { component: 'serve' } })('failed', 'error', { stack: 'at once' })
  expect(lines[0]).toMatch(/^\d{4}-\S+Z proxy 2: the journal is back\n$/)
  expect(lines[1]).toMatch(/^\d{4}-\S+Z serve: failed\n {4}at once\n$/)
})

test('what has no level is a warning; what is below the level is left out', () => {
  const lines: string[] = []
  const say = logTo(lines, { level: 'warn' })
  say('told')
  say('not told', 'info')
  say('told too', 'error')
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'told',
    'told too',
  ])
})
