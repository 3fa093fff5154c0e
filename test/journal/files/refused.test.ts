import { gzipSync } from 'node:zlib'
import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { wholeBody, type FiledEntry, type FileItem } from '../../../journal/files/filed.ts'
import type { ReadOptions } from '../../../journal/files/format.ts'
import { unpacked } from '../../../journal/files/opening.ts'
import { readReprise } from '../../../journal/files/reprise/read.ts'
import { writeReprise } from '../../../journal/files/reprise/write.ts'

const KEY = Buffer.alloc(32, 1)
const AT = 1_790_000_000_000_000

const entry = (number: number): FiledEntry => ({
  recorder: { id: '0f8fad5b-d9cb-469f-a165-70867728950e', host: 'a' },
  ...{ number, verdict: 'applied', cause: null, delivery: null, settled: null, label: null },
  ...{ arrivedAt: AT + number, answeredAt: null, client: null },
  sender: { address: null, agent: null, user: null },
  request: {
    ...{ method: 'POST', target: `/things/${number}`, targetSecrets: [], httpVersion: '1.1' },
    fields: [['Authorization', { secret: 'hidden' }]],
    body: wholeBody(Buffer.from('{"a":1}'), hash('sha256', '{"a":1}')),
  },
  response: null,
})

async function written(key: Buffer | null = KEY): Promise<string> {
  const items = (async function* (): AsyncGenerator<FileItem> {
    for (const number of [1, 2]) yield { kind: 'entry', line: 0, entry: entry(number) }
  })()
  let text = ''
  for await (const line of writeReprise(items, { key })) text += line
  return text
}

async function numbers(bytes: Buffer, changes: Partial<ReadOptions> = {}): Promise<number[]> {
  const options: ReadOptions = {
    ...{ name: 'a.jsonl', keys: [KEY], unopened: 'refuse', digests: 'check' },
    ...changes,
  }
  const found: number[] = []
  for await (const item of readReprise(unpacked(Readable.from([bytes]), 'a.jsonl'), options)) {
    if (item.kind === 'entry') found.push(item.entry.number)
  }
  return found
}

const TEXT = await written()
const LINES = TEXT.split('\n')
const without = (...gone: number[]) => LINES.filter((_, i) => !gone.includes(i + 1)).join('\n')
/** With its digest made right again. */
const signed = (line: string) => {
  const own = `${line.replace(/,"sha256":"[^"]*"\}$/, '')}}`
  return `${own.slice(0, -1)},"sha256":"${hash('sha256', own)}"}`
}
const changed = (line: number, from: string, to: string) =>
  LINES.map((text, i) => (i + 1 === line ? signed(text.replace(from, to)) : text)).join('\n')

test('a whole file is read, packed or not, also with carriage returns and no last line break', async () => {
  expect(await numbers(Buffer.from(TEXT))).toEqual([1, 2])
  expect(await numbers(gzipSync(TEXT))).toEqual([1, 2])
  expect(await numbers(Buffer.from(TEXT.replaceAll('\n', '\r\n').trimEnd()))).toEqual([1, 2])
})

test.each<[string, string | Buffer, string, string]>([
  ['nothing', '', 'file_invalid', 'a.jsonl, line 1: the file is empty'],
  ['something else', '{"log":{}}\n', 'file_invalid', 'line 1: expected {"reprise":"journal", ...}'],
  ['a newer one', TEXT.replace('"version":1', '"version":2'), 'file_invalid', 'version 2 is newer'],
  ['one that was cut', without(5, 6), 'file_damaged', 'line 4: the file ends here'],
  ['one cut within a line', TEXT.slice(0, -120), 'file_damaged', 'line 5: it is no JSON'],
  [
    'one cut while packed',
    gzipSync(TEXT).subarray(0, -20),
    'file_damaged',
    'it cannot be unpacked',
  ],
  [
    'a changed line',
    TEXT.replace('/things/2', '/things/3'),
    'file_damaged',
    'line 4: the line is not',
  ],
  [
    'a line that is gone',
    without(4),
    'file_damaged',
    'line 4: there are 1 entries before it, and it tells of 2',
  ],
  [
    'a line that is twice there',
    [...LINES.slice(0, 4), ...LINES.slice(3)].join('\n'),
    'file_damaged',
    'it tells of 2',
  ],
  [
    'lines in another order',
    [...LINES.slice(0, 2), LINES[3], LINES[2], ...LINES.slice(4)].join('\n'),
    'file_damaged',
    'line 5: the lines before it',
  ],
  [
    'more behind its end',
    `${TEXT}{"entry":1}\n`,
    'file_invalid',
    'line 6: there is something behind',
  ],
  [
    'bytes that are no text',
    Buffer.from([0x7b, 0xff, 0x0a]),
    'file_damaged',
    'line 1: there are bytes that are no UTF-8',
  ],
  [
    'an entry of nobody',
    without(2),
    'file_invalid',
    'line 2: no line before it tells of recorder 1',
  ],
  [
    'a member that nobody knows',
    changed(3, '"number":1', '"number":1,"colour":"red"'),
    'file_invalid',
    'line 3: entry',
  ],
  [
    'a number of none',
    changed(3, '"number":1', '"number":0'),
    'file_invalid',
    'line 3: entry.number',
  ],
  [
    'a moment of another world',
    changed(3, `"arrived":${AT + 1}`, '"arrived":7'),
    'file_invalid',
    'line 3: entry.arrived',
  ],
  [
    'half a character',
    changed(3, '"arrived"', String.raw`"label":"\ud800","arrived"`),
    'file_invalid',
    'line 3: entry.label',
  ],
  [
    'a secret of another entry',
    changed(3, '"number":1', '"number":9'),
    'file_damaged',
    'line 3: a secret is not what was sealed',
  ],
])('%s is refused, with its line and what to do', async (_, text, code, message) => {
  const refused = numbers(Buffer.from(text))
  await expect(refused).rejects.toMatchObject({ code, hint: expect.any(String) as string })
  await expect(refused).rejects.toThrow(message)
})

test('what was changed by hand is read where that is asked for', async () => {
  const text = TEXT.replace('"number":2', '"number":5')
  const none = { digests: 'ignore', unopened: 'leave_out' } as const
  expect(await numbers(Buffer.from(text), none)).toEqual([1, 5])
  expect(await numbers(Buffer.from(without(4, 5)), none)).toEqual([1])
})

test('without the key its secrets are refused, or left out where that is asked for', async () => {
  const keys = [Buffer.alloc(32, 2)]
  await expect(numbers(Buffer.from(TEXT), { keys })).rejects.toMatchObject({ code: 'file_sealed' })
  expect(await numbers(Buffer.from(TEXT), { keys, unopened: 'leave_out' })).toEqual([1, 2])
})

test('the same items give the same bytes, and a secret the same ones at one place alone', async () => {
  expect(await written()).toBe(TEXT)
  const sealed = [...TEXT.matchAll(/"sealed":"([^"]+\.[^"]+)"/g)].map(([, value]) => value)
  expect(new Set(sealed).size).toBe(2)
  expect(TEXT).not.toContain('hidden')
  expect(await written(null)).not.toContain('hidden')
})
