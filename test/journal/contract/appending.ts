import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { NewEntry } from '../../../journal/entry.ts'
import {
  LEASE,
  NOON,
  NOTHING_GIVEN,
  anyEntry,
  append,
  body,
  newEntry,
  newStream,
  recorded,
  recorderOf,
} from '../entries.ts'
import { expectKept } from '../kept.ts'

export function declareAppending(journal: () => Journal): void {
  describe('enrolling', () => {
    test('answers null for a stream without entries', async () => {
      expect((await journal().enrol(recorderOf(newStream()), LEASE)).latest).toBeNull()
    })

    test('answers the latest place in the order, whoever recorded it', async () => {
      const late = newEntry(1, { arrivedAt: NOON, answeredAt: NOON + 7_000_001 })
      const { stream } = await recorded(journal(), [
        late,
        newEntry(2, { arrivedAt: NOON + 1_000, answeredAt: null }),
      ])
      expect((await journal().enrol(recorderOf(stream), LEASE)).latest).toBe(late.answeredAt)
    })

    test('may be repeated, and ends with retiring', async () => {
      const recorder = recorderOf(newStream())
      await journal().enrol(recorder, LEASE)
      expect((await journal().enrol(recorder, LEASE)).latest).toBeNull()
      await journal().retire(recorder.stream, recorder.id, NOTHING_GIVEN)
    })
  })

  describe('appending', () => {
    test('keeps any exchange as it was, byte for byte and to the microsecond', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 8 }), async (batch) => {
          await expectKept(
            journal(),
            batch.map((entry, i) => ({ ...entry, number: i + 1 })),
          )
        }),
        { numRuns: 25 },
      )
    })

    test.for(wireCases())('keeps $name', async ({ changes }) => {
      await expectKept(journal(), [newEntry(1, changes)])
    })

    test('gives each entry of a batch its own bytes', async () => {
      const bodies = ['', 'a', randomBytes(70_000), '', Buffer.alloc(3), 'last']
      const batch = bodies.map((bytes, i) =>
        newEntry(i + 1, {
          request: { body: body(bytes) },
          response: i % 2 === 0 ? { body: body(bodies.at(-1 - i)!) } : null,
        }),
      )
      await expectKept(journal(), batch)
    })

    test('of nothing changes nothing', async () => {
      const { ids } = await recorded(journal(), [])
      expect(ids).toEqual([])
    })

    test('takes all of a batch or none of it', async () => {
      const recorder = recorderOf(newStream())
      await journal().enrol(recorder, LEASE)
      const batch = [1, 2, 3].map((number) => newEntry(number))
      batch[1] = { ...batch[1]!, verdict: 'no such verdict' as 'applied' }
      await expect(append(journal(), recorder.stream, recorder.id, batch)).rejects.toMatchObject({
        code: 'journal_refused',
        retryable: false,
      })
      expect(await journal().count({ stream: recorder.stream })).toEqual({})
    })

    test('of an entry that is there changes nothing and takes the others', async () => {
      const { stream, recorder, ids } = await recorded(journal(), [newEntry(1), newEntry(2)])
      const changed = newEntry(2, { request: { method: 'PUT' } })
      await append(journal(), stream, recorder, [changed, newEntry(3), newEntry(3)])
      const listed = await journal().list({ stream }, { order: 'order', limit: 9 })
      expect(listed.map(({ number, method }) => [number, method])).toEqual([
        [1, 'POST'],
        [2, 'POST'],
        [3, 'POST'],
      ])
      expect(listed.slice(0, 2).map(({ id }) => id)).toEqual(ids)
    })

    test('the same at the same instant from two sides stores it once', async () => {
      const { stream, recorder } = await recorded(journal(), [])
      const batch = Array.from({ length: 50 }, (_, i) => newEntry(i + 1))
      await Promise.all([1, 2, 3, 4].map(() => append(journal(), stream, recorder, batch)))
      expect(await journal().count({ stream })).toEqual({ applied: 50 })
    })

    test('of two recorders with the same numbers keeps both', async () => {
      const { stream } = await recorded(journal(), [newEntry(1)])
      const second = recorderOf(stream)
      await journal().enrol(second, LEASE)
      await append(journal(), stream, second.id, [newEntry(1)])
      expect(await journal().count({ stream })).toEqual({ applied: 2 })
    })

    test('tells of an entry that cannot be stored, and does not ask to try again', async () => {
      const { stream, recorder } = await recorded(journal(), [])
      await expect(
        append(journal(), stream, recorder, [newEntry(1, { arrivedAt: Number.NaN })]),
      ).rejects.toMatchObject({ code: 'journal_refused', retryable: false })
    })

    // What a token or an upstream says is not ours to choose, and PostgreSQL's text has no NUL.
    test('shows a NUL byte of a text as U+FFFD and loses nothing else', async () => {
      const { ids } = await recorded(journal(), [
        newEntry(1, {
          cause: 'a\0b',
          sender: { address: '\0', agent: 'x\0', user: 'a\0b\0' },
          request: { target: '/a\0b?c\0', fields: ['X-A', 'v\0w'] },
          response: { reason: '\0OK' },
        }),
      ])
      expect(await journal().entry(ids[0]!)).toMatchObject({
        cause: 'a\uFFFDb',
        sender: { address: '\uFFFD', agent: 'x\uFFFD', user: 'a\uFFFDb\uFFFD' },
        target: '/a\uFFFDb?c\uFFFD',
        requestHeaders: ['X-A', 'v\uFFFDw'],
        reason: '\uFFFDOK',
      })
    })
  })
}

function wireCases(): { name: string; changes: Parameters<typeof newEntry>[1] }[] {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const fields = ['X-Twice', '1', 'x-twice', '2', 'X-TWICE', '1', 'Empty', '', 'Åäö', 'caf\xe9\xff']
  return [
    { name: 'every byte value in both bodies', changes: exchange(body(everyByte)) },
    { name: 'empty bodies', changes: exchange(body('')) },
    { name: 'bodies of 5 MB', changes: exchange(body(randomBytes(5 * 1024 * 1024))) },
    { name: 'fields in order, case, twice and in latin-1', changes: exchange(body('x'), fields) },
    {
      name: 'trailers, and a body that is shorter than what passed',
      changes: exchange(
        body('abc', {
          length: 2 ** 40,
          capture: 'truncated',
          trailers: ['X-Sum', '\xe9', 'a', ''],
        }),
      ),
    },
    { name: 'no answer at all', changes: { answeredAt: null, response: null, cause: 'timeout' } },
    {
      name: 'texts that mean something to SQL',
      changes: { cause: `{"a",NULL}'; drop table x--\\` },
    },
    {
      name: 'the word NULL as a text',
      changes: { sender: { address: 'NULL', agent: '', user: '\\' } },
    },
    ...['*', '//a//b', 'http://a.example:80/x?y', '/?', '/a?b=%00&c=[]{}"\\\'', '/caf\xe9\x7f'].map(
      (target) => ({ name: `the target ${target}`, changes: { request: { target } } }),
    ),
  ]
}

function exchange(captured: NewEntry['request']['body'], fields?: string[]) {
  const part = { body: captured, ...(fields && { fields }) }
  return { request: part, response: part }
}
