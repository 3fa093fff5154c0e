import { expect, test } from 'vitest'
import type { Entry } from '../../../journal/entry.ts'
import { Compactor, type Compacted } from '../../../replayer/compacting/compactor.ts'
import { calledIn } from '../../../replayer/compacting/names.ts'
import { Needs } from '../../../replayer/compacting/needs.ts'
import { Walked } from '../../../replayer/compacting/reading.ts'
import { parseCompactRule } from '../../../replayer/compacting/rules.ts'
import { IdSet } from '../../../replayer/id-set.ts'
import { entryWith } from '../sending/entries.ts'

const TYPE = ['Content-Type', 'application/json']

/** `PUT /x {"a":1} -> 200 {"b":2}`, a line each, each behind all before it; more of one by its place. */
function recorded(lines: readonly string[], more: Record<number, Partial<Entry>> = {}): Entry[] {
  return lines.map((line, i) => {
    const [, method, target, body = '', status, answer = ''] =
      /^(\S+) (\S+)(?: (\{.*?\}))? -> (\d+)(?: (\{.*\}))?$/.exec(line)!
    const at = (i + 1) * 1_000_000
    return entryWith({
      ...{ id: i + 1, number: i + 1, method: method!, target: target!, status: Number(status) },
      ...{ arrivedAt: at, answeredAt: at + 1000, orderedAt: at + 1000 },
      ...{ requestBody: Buffer.from(body), requestHeaders: body === '' ? [] : TYPE },
      ...{ responseBody: Buffer.from(answer), responseHeaders: answer === '' ? [] : TYPE },
      ...more[i + 1],
    })
  })
}

function compacted(entries: readonly Entry[], rules: readonly string[], watched = 0): Compacted {
  const options = { clockOf: (recorder: string) => recorder, tolerance: 50_000, watched }
  const compactor = new Compactor({ ...options, rules: rules.map(parseCompactRule) })
  for (const entry of entries.toReversed()) compactor.observe(new Walked(entry))
  return compactor.finish()
}

function leftOf(entries: readonly Entry[], ...rules: string[]): number[] {
  const { left } = compacted(entries, rules)
  return entries.map(({ id }) => id).filter((id) => left.has(id))
}

const REPLACES = 'PUT /x/:id replaces PUT|PATCH /x/:id'
const CANCELS = 'DELETE /x/:id cancels /x/:id made by POST /x'
const CLEARS = 'DELETE /x clears /x/:id made by POST /x'

test('a later one replaces earlier ones of the same name, and of no other', () => {
  const lines = ['PUT /x/a -> 200', 'PUT /x/b -> 200', 'PATCH /x/a -> 200', 'PUT /x/a -> 200']
  expect(leftOf(recorded(lines), REPLACES)).toEqual([1, 3])
})

test('what made something stays, and so does what stands behind the last of them', () => {
  const lines = ['PUT /x/a -> 201', 'PUT /x/a -> 200', 'PUT /x/a -> 200', 'PATCH /x/a -> 200']
  expect(leftOf(recorded(lines), REPLACES)).toEqual([2])
})

test.each([
  ['was refused', 'PUT /x/a -> 500', { verdict: 'failed' as const }],
  ['was only accepted', 'PUT /x/a -> 202', {}],
  ['was a part', 'PUT /x/a -> 200', { requestHeaders: ['Content-Range', 'bytes 0-1/2'] }],
  ['has a query', 'PUT /x/a?only=1 -> 200', {}],
  ['is in doubt', 'PUT /x/a -> 200', { verdict: 'in_doubt' as const, status: null }],
  ['overlapped', 'PUT /x/a -> 200', { arrivedAt: 1_000_900 }],
  ['came by another clock, too soon', 'PUT /x/a -> 200', { recorder: 'b', arrivedAt: 1_040_000 }],
])('what %s supersedes nothing', (_, line, more) => {
  const entries = recorded(['PUT /x/a -> 200', line], { 2: more })
  expect(leftOf(entries, REPLACES)).toEqual([])
})

test('what is in doubt, failed, or has an answer that was not kept whole is never left out', () => {
  const lines = ['PUT /x/a -> 200', 'PUT /x/a -> 500', 'PUT /x/a -> 200', 'PUT /x/a -> 200']
  const more: Record<number, Partial<Entry>> = {
    1: { verdict: 'in_doubt', status: null },
    2: { verdict: 'failed' },
    3: { responseCapture: 'truncated' },
  }
  expect(leftOf(recorded(lines, more), REPLACES)).toEqual([])
})

test.each([
  ['by its path', 'POST /x/a/copy -> 200'],
  ['by a name in a body', 'POST /orders {"of":"a"} -> 201'],
  ['in its query', 'POST /orders?x=a -> 201'],
])('what is spoken of in between %s stays as it was', (_, line) => {
  const lines = ['PUT /x/a -> 200', 'PUT /x/a -> 200', line, 'PUT /x/a -> 200']
  expect(leftOf(recorded(lines), REPLACES)).toEqual([1])
})

test('a small number speaks of a thing where it is called its id, and not as a quantity', () => {
  const between = (body: string) =>
    leftOf(
      recorded(['PUT /x/7 -> 200', `POST /orders ${body} -> 201`, 'PUT /x/7 -> 200']),
      REPLACES,
    )
  expect(between('{"quantity":7}')).toEqual([1])
  expect(between('{"xId":7}')).toEqual([])
  expect(between('{"parentId":7}')).toEqual([])
})

test('a value that something kept uses keeps what brought it, and what that needs itself', () => {
  const uuid = 'c2b0d6f4-1d3c-4e7e-8a35-b7c6f0d4e922'
  const token = 'f00dc2b0-1d3c-4e7e-8a35-b7c6f0d4e922'
  const lines = [
    `PUT /x/a -> 200 {"token":"${token}"}`,
    `PUT /x/a {"by":"${token}"} -> 200 {"key":"${uuid}"}`,
    'PUT /x/a -> 200',
    `POST /orders {"key":"${uuid}"} -> 201`,
  ]
  expect(leftOf(recorded(lines), REPLACES)).toEqual([])
  expect(leftOf(recorded(lines.slice(0, 3)), REPLACES)).toEqual([1, 2])
})

test('so does context, where something kept uses what it brought', () => {
  const [session, form] = [
    'c2b0d6f4-1d3c-4e7e-8a35-b7c6f0d4e922',
    'f00dc2b0-1d3c-4e7e-8a35-b7c6f0d4e922',
  ]
  const lines = [
    `PUT /x/a -> 200 {"session":"${session}"}`,
    `GET /form?s=${session} -> 200 {"form":"${form}"}`,
    'PUT /x/a -> 200',
    `POST /orders {"form":"${form}"} -> 201`,
  ]
  const context = { 2: { verdict: 'context' as const } }
  expect(leftOf(recorded(lines, context), REPLACES)).toEqual([])
  expect(leftOf(recorded(lines.slice(0, 3), context), REPLACES)).toEqual([1])
})

test('tags, however small, are values of their resource', () => {
  const lines = ['PUT /x/a -> 200', 'PUT /x/b -> 200', 'PUT /x/a -> 200', 'PUT /x/b -> 200']
  const tagged = (tag: string) => ({ responseHeaders: ['ETag', `"${tag}"`] })
  const entries = recorded(lines, {
    ...{ 1: tagged('3'), 2: tagged('3') },
    3: { requestHeaders: ['If-Match', '"3"'] },
  })
  expect(leftOf(entries, REPLACES)).toEqual([2])
})

test.each([
  ['tag', ['PUT /x/a {"name":"b"} -> 200'], { requestHeaders: [...TYPE, 'If-Match', '"21"'] }],
  ['number', ['PUT /y/b {"versionId":21} -> 200', 'PUT /x/a -> 200'], {}],
])('a small %s of a later life may be one that came back as it was', (_, later, more) => {
  const tagged = { responseHeaders: [...TYPE, 'ETag', '"21"'] }
  const lines = ['PUT /x/a -> 200 {"versionId":21}', ...later]
  const entries = recorded(lines, { 1: tagged, 2: more })
  expect(leftOf(entries, REPLACES)).toEqual([])
  // The restore between made another number of it for something else.
  const names = new Map([['21', calledIn(1, '21', [], { isStrong: false })]])
  const options = { rules: [parseCompactRule(REPLACES)], clockOf: () => 'a', tolerance: 0 }
  const compactor = new Compactor(options)
  for (const entry of entries.toReversed()) {
    compactor.observe(new Walked(entry), entry.id > 1 ? names : undefined)
  }
  expect(compactor.finish().left.size).toBe(0)
})

test('a removal cancels what made a thing, what was sent to it and below it, and itself', () => {
  const made = 'POST /x -> 201 {"id":7}'
  const lines = [
    made,
    'PUT /x/7 -> 200',
    'POST /x/7/parts -> 201',
    'PUT /x/8 -> 200',
    'DELETE /x/7 -> 204',
  ]
  expect(leftOf(recorded(lines), CANCELS)).toEqual([1, 2, 3, 5])
  const told = recorded(['POST /x -> 201', ...lines.slice(1)], {
    1: { responseHeaders: ['Location', 'http://b.test/x/7'] },
  })
  expect(leftOf(told, CANCELS)).toEqual([1, 2, 3, 5])
})

test('where what made it was not recorded, the removal stays', () => {
  expect(leftOf(recorded(['PATCH /x/7 -> 200', 'DELETE /x/7 -> 204']), CANCELS)).toEqual([1])
})

test('what was put there first may have made it: both stay, and what came between does not', () => {
  const lines = ['PUT /x/a -> 200', 'PUT /x/a -> 200', 'PATCH /x/a -> 200', 'DELETE /x/a -> 204']
  expect(leftOf(recorded(lines), CANCELS)).toEqual([2, 3])
  expect(leftOf(recorded(['PUT /x/a -> 201', ...lines.slice(1)]), CANCELS)).toEqual([1, 2, 3, 4])
})

test('a thing that something kept speaks of stays as it was then, and so does its removal', () => {
  const lines = [
    ...['POST /x -> 201 {"id":7}', 'PUT /x/7 -> 200', 'POST /orders {"xId":7} -> 201'],
    ...['PUT /x/7 -> 200', 'DELETE /x/7 -> 204'],
  ]
  expect(leftOf(recorded(lines), CANCELS)).toEqual([4])
})

test('what a removal needs of its own thing falls with it, and stays with it', () => {
  const tags: Record<number, Partial<Entry>> = {
    2: { responseHeaders: ['ETag', '"2"'] },
    3: { requestHeaders: ['If-Match', '"2"'] },
  }
  const lines = ['POST /x -> 201 {"id":"a"}', 'PUT /x/a -> 200', 'DELETE /x/a -> 204']
  expect(leftOf(recorded(lines, tags), CANCELS)).toEqual([1, 2, 3])
  expect(leftOf(recorded(['PATCH /x/a -> 200', ...lines.slice(1)], tags), CANCELS)).toEqual([1])
})

test('a clear leaves itself, what is spoken of, and what came later', () => {
  const lines = [
    ...[
      'POST /x -> 201 {"id":7}',
      'POST /x -> 201 {"id":8}',
      'PUT /x/8 -> 200',
      'DELETE /x -> 204',
    ],
    ...['POST /x -> 201 {"id":9}', 'POST /orders {"xId":9} -> 201', 'PUT /x/9 -> 200'],
    ...['DELETE /x -> 204', 'POST /x -> 201 {"id":10}'],
  ]
  expect(leftOf(recorded(lines), CLEARS)).toEqual([1, 2, 3, 7])
  const twice = [...lines.slice(0, 4), 'DELETE /x -> 204']
  expect(leftOf(recorded(twice), CLEARS)).toEqual([1, 2, 3, 4])
})

test('nothing before a body that cannot be looked into is left out because of what is behind it', () => {
  const lines = ['PUT /x/a -> 200', 'POST /import -> 200', 'PUT /x/a -> 200']
  const imported = (contentType: string) =>
    recorded(lines, { 2: { requestChunks: 3, contentType } })
  expect(leftOf(imported('application/json'), REPLACES)).toEqual([])
  expect(leftOf(imported('image/png'), REPLACES)).toEqual([1])
})

test('it counts by rule, and tells all of one entry', () => {
  const entries = recorded(['PUT /x/a -> 201', 'PUT /x/a -> 200', 'PUT /x/a -> 200'])
  const { byRule, kept, fate } = compacted(entries, [REPLACES], 2)
  const { text } = parseCompactRule(REPLACES)
  expect([...byRule]).toEqual([[text, 1]])
  expect(kept).toEqual({ makes: 1 })
  expect(fate).toEqual({ rule: text, by: 3 })
  expect(compacted(entries, [REPLACES], 1).fate).toEqual({ kept: 'makes' })
  expect(compacted(entries, [REPLACES], 3).fate).toEqual({ kept: null })
})

test('a set of ids knows each of them, far apart and in numbers beyond 32 bits', () => {
  const set = new IdSet()
  const ids = [0, 31, 32, 4095, 4096, 123_456, 2 ** 33 + 5]
  for (const id of [...ids, ...ids]) set.add(id)
  expect(set.size).toBe(ids.length)
  expect([...ids, 1, 30, 33, 4097, 2 ** 33 + 6].filter((id) => set.has(id))).toEqual(ids)
})

test('more values than are remembered count as needed, each of them', () => {
  const needs = new Needs(2)
  for (const value of ['a', 'b']) needs.add(value)
  expect([needs.has('a'), needs.has('c')]).toEqual([true, false])
  needs.delete('a')
  expect(needs.has('a')).toBe(false)
  for (const value of ['a', 'd']) needs.add(value)
  expect(needs.has('c')).toBe(true)
})
