import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { CapturedBody, Entry, Side } from '../../../journal/entry.ts'
import { body } from '../entries.ts'
import {
  appendAll,
  auditOf,
  enrolled,
  entriesOf,
  entryRecord,
  inPieces,
  unrecorded,
} from '../records.ts'

export function declareBodies(journal: () => Journal): void {
  /** An entry with these bodies, read back. */
  async function kept(request: CapturedBody, response: CapturedBody, before = NOTHING) {
    const recorder = await enrolled(journal())
    const entry = entryRecord(1, { request: { body: request }, response: { body: response } })
    await appendAll(journal(), recorder, [...before, entry])
    const [read] = await entriesOf(journal(), recorder.stream)
    return { recorder, entry: read! }
  }

  async function read(entry: Entry, side: Side): Promise<Buffer[]> {
    const pieces: Buffer[] = []
    for await (const piece of journal().body(entry, side)) pieces.push(piece)
    return pieces
  }

  describe('a body in pieces', () => {
    test('is read back piece by piece, in order, on both sides', async () => {
      const request = inPieces(1, 'request')
      const response = inPieces(1, 'response')
      const before = [...response.records, ...request.records]
      const { entry } = await kept(request.body, response.body, before)
      expect([entry.requestBody, entry.requestChunks, entry.responseChunks]).toEqual([
        ...[Buffer.alloc(0), 3, 3],
      ])
      expect(await read(entry, 'request')).toEqual(request.pieces)
      expect(await read(entry, 'response')).toEqual(response.pieces)
    })

    test('is looked into for a text, also where it stands across two pieces', async () => {
      const pieces = ['one of ', 'three pi', 'eces'].map((text) => Buffer.from(text))
      const large = inPieces(1, 'response', pieces)
      const { entry, recorder } = await kept(body('asked'), large.body, large.records)
      for (const [text, found] of [
        ...[['one', 1] as const, ['of three', 1] as const, ['three pieces', 1] as const],
        ...[['eces', 1] as const, ['pi', 1] as const, ['one three', 0] as const],
      ]) {
        const filter = { stream: recorder.stream, text }
        const listed = await journal().list(filter, { order: 'order', limit: 9 })
        expect([text, listed.map(({ id }) => id)]).toEqual([text, found === 1 ? [entry.id] : []])
        const searched = { order: 'order', limit: 9, window: 9 } as const
        expect((await journal().search(filter, searched)).entries).toEqual(listed)
      }
    })

    test('may come in appends of its own, in any order and twice', async () => {
      const recorder = await enrolled(journal())
      const large = inPieces(1, 'request')
      for (const piece of large.records.toReversed()) await appendAll(journal(), recorder, [piece])
      await appendAll(journal(), recorder, large.records)
      await appendAll(journal(), recorder, [entryRecord(1, { request: { body: large.body } })])
      const [entry] = await entriesOf(journal(), recorder.stream)
      expect(await read(entry!, 'request')).toEqual(large.pieces)
    })

    test('of megabytes is the same by its digest', async () => {
      const pieces = Array.from({ length: 12 }, () => randomBytes(256 * 1024))
      const large = inPieces(1, 'response', pieces)
      const { entry, recorder } = await kept(body(''), large.body, large.records)
      const hash = createHash('sha256')
      for await (const piece of journal().body(entry, 'response')) hash.update(piece)
      expect(hash.digest('hex')).toBe(large.body.digest)
      expect((await auditOf(journal(), recorder)).damaged).toEqual([])
    })

    test.for([
      ['before the note', 'status'],
      ['before the note', 'lost'],
      ['beside the note', 'status'],
      ['beside the note', 'lost'],
    ] as const)('of a number that gets no entry goes: %s, %s', async ([when, reason]) => {
      const recorder = await enrolled(journal())
      const { records } = inPieces(1, 'request')
      const note = unrecorded(reason, [1], [1])
      if (when === 'before the note') await appendAll(journal(), recorder, records)
      await appendAll(journal(), recorder, when === 'before the note' ? [note] : [...records, note])
      // An entry of that number would have what is left of it.
      const borrowed = { ...body('x'), bytes: Buffer.alloc(0), chunks: 1, digest: null }
      await appendAll(journal(), recorder, [entryRecord(1, { request: { body: borrowed } })])
      const [entry] = await entriesOf(journal(), recorder.stream)
      await expect(read(entry!, 'request')).rejects.toMatchObject(DAMAGED)
    })

    test('of another number stays', async () => {
      const recorder = await enrolled(journal())
      const large = inPieces(2, 'request')
      await appendAll(journal(), recorder, [
        ...large.records,
        unrecorded('status', [1, 3], [1, 3]),
        entryRecord(2, { request: { body: large.body } }),
      ])
      const [entry] = await entriesOf(journal(), recorder.stream)
      expect(await read(entry!, 'request')).toEqual(large.pieces)
    })

    test('goes when its stream is cleared', async () => {
      const large = inPieces(1, 'request')
      const { recorder, entry } = await kept(large.body, body('x'), large.records)
      await journal().clear(recorder.stream)
      await expect(read(entry, 'request')).rejects.toMatchObject(DAMAGED)
    })
  })

  describe('a body that stands in its entry', () => {
    test('is read back in one piece, and an empty one in none', async () => {
      const { entry } = await kept(body('asked'), body(''))
      expect(await read(entry, 'request')).toEqual([Buffer.from('asked')])
      expect(await read(entry, 'response')).toEqual([])
    })

    test('that was cut short is read as far as it was kept', async () => {
      const cut = body('abc', { length: 10, capture: 'truncated' })
      const { entry } = await kept(cut, body('x'))
      expect(await read(entry, 'request')).toEqual([Buffer.from('abc')])
    })

    test('of an entry without an answer is none', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [entryRecord(1, { response: null })])
      const [entry] = await entriesOf(journal(), recorder.stream)
      expect(await read(entry!, 'response')).toEqual([])
    })

    test('without a digest, from before there were any, is read as it is', async () => {
      const { entry, recorder } = await kept(body('old', { digest: null }), body('x'))
      expect(await read(entry, 'request')).toEqual([Buffer.from('old')])
      expect((await auditOf(journal(), recorder)).damaged).toEqual([])
    })
  })

  describe('a body that is not what its digest says', () => {
    const other = createHash('sha256').update('other').digest('hex')
    const large = inPieces(1, 'request')

    test.for<[string, CapturedBody, typeof large.records]>([
      ['changed beside its entry', body('asked', { digest: other }), []],
      ['missing beside its entry', body('', { digest: other, length: 5 }), []],
      ['changed in a piece', { ...large.body, digest: other }, large.records],
      ['without its last piece', large.body, large.records.slice(0, 2)],
      ['without its first piece', large.body, large.records.slice(1)],
      ['without any piece', large.body, []],
    ])('%s: the end of reading it tells, and so does the audit', async ([, damaged, before]) => {
      const { entry, recorder } = await kept(damaged, body('sound'), before)
      await expect(read(entry, 'request')).rejects.toMatchObject(DAMAGED)
      expect(await read(entry, 'response')).toEqual([Buffer.from('sound')])
      expect((await auditOf(journal(), recorder)).damaged).toEqual([
        { entry: entry.id, side: 'request' },
      ])
    })
  })
}

const DAMAGED = { code: 'body_damaged', source: 'journal', retryable: false }

const NOTHING: ReturnType<typeof inPieces>['records'] = []
