import fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { walkRequest, type RequestParts } from '../../../aliases/message.ts'
import type { Visit } from '../../../aliases/site.ts'
import type { Change } from '../../../aliases/streaming/output.ts'
import type { ClientForm } from '../../../journal/client-form.ts'
import { ClientFormSoFar } from '../../../proxy/live/client-form.ts'
import { withDigests } from '../../../proxy/live/digests.ts'
import type { LiveCounts } from '../../../proxy/live/live-aliases.ts'
import { Tally } from '../../../proxy/live/tally.ts'
import { rewriteWhole } from '../../../proxy/live/whole-body.ts'
import { fieldPairs, withFieldValue } from '../../../wire/fields.ts'

// From what is recorded and the client's form beside it the client's request can be told.

/** What the client had sent; the body with its codings undone. */
function clients(now: RequestParts, form: ClientForm): RequestParts {
  const left = fieldPairs(now.fields)
  const fields: [string, string][] = []
  for (const { at, name, value } of form.fields) {
    fields.push(...left.splice(0, at - fields.length), [name, value!])
    if (left[0]?.[0] === name) left.shift()
  }
  let body = now.body!.toString('latin1')
  for (const { offset, length, text } of form.body.toReversed()) {
    body = body.slice(0, offset) + text! + body.slice(offset + length)
  }
  return {
    target: form.target ?? now.target,
    fields: [...fields, ...left].flat(),
    body: Buffer.from(body, 'latin1'),
  }
}

const RENAMED = new Map([
  ['oldest-1', 'newer-1'],
  ['oldest-2', 'x'],
  ['oldest 3', 'one that is longer'],
  ['oldest/4', 'é"\\'],
])

const visit: Visit = (value) => {
  const text = RENAMED.get(value)
  return text === undefined ? undefined : { text, as: 'same' }
}

/** The request as it goes on, and what its client had said. */
function renamed(client: RequestParts): { now: RequestParts; form: ClientForm } {
  const changes: Change[] = []
  const tally = new Tally(noCounts(), 'requests', (change) => changes.push(change))
  const head = walkRequest({ ...client, body: null }, visit)
  const options = { syntax: 'json' as const, fields: client.fields, visit, tally }
  const body = rewriteWhole(client.body!, options) as Buffer
  const length = withFieldValue(head.fields, 'content-length', String(body.length))
  const now = { ...head, fields: withDigests(length, body), body }
  const form = new ClientFormSoFar(client, now)
  for (const change of changes) form.add(change)
  return { now, form: JSON.parse(JSON.stringify(form)) as ClientForm }
}

function noCounts(): LiveCounts {
  const untouched = { partial: 0, long_value: 0, coding: 0, malformed: 0 }
  return { requests: 0, answers: 0, untouched }
}

const value = fc.constantFrom(...RENAMED.keys(), 'kept', 'newer-1', '17')

test('whatever was renamed in it', () => {
  let some = 0
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom('If-Match', 'X-Id', 'Digest', 'Cookie'), value)),
      fc.anything({ key: value, values: [value], maxDepth: 3 }),
      (segments, fields, json) => {
        const body = Buffer.from(JSON.stringify(json) ?? 'null')
        const client = {
          target: `/${segments.map(encodeURIComponent).join('/')}`,
          fields: [
            ...['Content-Type', 'application/json', 'Content-Length', String(body.length)],
            ...fields.flat(),
          ],
          body: Buffer.from(body.toString('latin1'), 'latin1'),
        }
        const { now, form } = renamed(client)
        some += form.body.length
        expect(clients(now, form)).toEqual(client)
      },
    ),
  )
  expect(some).toBeGreaterThan(0)
})

test('word by word, not all that lies between', () => {
  const body = Buffer.from(`{"a":"oldest-1","b":"${'kept '.repeat(99)}","c":"oldest-2"}`)
  const client = { target: '/', fields: ['Content-Type', 'application/json'], body }
  expect(renamed(client).form).toEqual({
    target: null,
    fields: [],
    body: [
      { offset: 6, length: 7, text: 'oldest-1' },
      { offset: 522, length: 1, text: 'oldest-2' },
    ],
  })
})

test('of a coded body the offsets are those of what it says', () => {
  const fields = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
  const client = { target: '/', fields, body: gzipSync('["oldest-1"]') }
  const { body } = renamed(client).form
  expect(body).toEqual([{ offset: 2, length: 7, text: 'oldest-1' }])
})

test('of a body with very many the first are kept, and it is said how many more there were', () => {
  const all = Array.from({ length: 1_500 }, () => 'oldest-1')
  const { now, form } = renamed({ target: '/', fields: [], body: Buffer.from(JSON.stringify(all)) })
  expect(form.body).toHaveLength(1_000)
  expect(form.omitted).toBe(500)
  const half = all.map((name, i) => (i < 1_000 ? name : 'newer-1'))
  expect(clients(now, form).body!.toString()).toBe(JSON.stringify(half))
})
