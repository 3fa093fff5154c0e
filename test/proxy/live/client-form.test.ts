import fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { walkRequest, type RequestParts } from '../../../aliases/message.ts'
import type { ClientForm } from '../../../journal/client-form.ts'
import { clientFormOf } from '../../../proxy/live/client-form.ts'
import { withDigests } from '../../../proxy/live/digests.ts'
import { fieldPairs } from '../../../wire/fields.ts'

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
  ['old-1', 'new-1'],
  ['old-2', 'x'],
  ['old 3', 'one that is longer'],
  ['old/4', 'é"\\'],
])

function renamed(client: RequestParts): RequestParts {
  const now = walkRequest(client, (value) => {
    const text = RENAMED.get(value)
    return text === undefined ? undefined : { text, as: 'same' }
  })
  return { ...now, fields: withDigests(now.fields, now.body!) }
}

const value = fc.constantFrom(...RENAMED.keys(), 'kept', 'new-1', '17')

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
        const now = renamed(client)
        const form = clientFormOf(client, now)
        some += form.body.length
        expect(clients(now, form)).toEqual(client)
      },
    ),
  )
  expect(some).toBeGreaterThan(0)
})

test('word by word, not all that lies between', () => {
  const body = Buffer.from(`{"a":"old-1","b":"${'kept '.repeat(99)}","c":"old-2"}`)
  const client = { target: '/', fields: ['Content-Type', 'application/json'], body }
  expect(clientFormOf(client, renamed(client))).toEqual({
    target: null,
    fields: [],
    body: [
      { offset: 6, length: 5, text: 'old-1' },
      { offset: 520, length: 1, text: 'old-2' },
    ],
  })
})

test('of a coded body the offsets are those of what it says', () => {
  const fields = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
  const client = { target: '/', fields, body: gzipSync('["old-1"]') }
  const { body } = clientFormOf(client, renamed(client))
  expect(body).toEqual([{ offset: 2, length: 5, text: 'old-1' }])
})
