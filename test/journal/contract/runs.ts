import { describe, expect, test } from 'vitest'
import type { AttemptResult, Journal } from '../../../journal/contract.ts'
import { newStream } from '../entries.ts'

export function declareRuns(journal: () => Journal): void {
  const begin = (stream: string, selection: unknown = {}, planned = 3) =>
    journal().startRun({ stream, target: 'http://t', selection, planned })

  describe('a run', () => {
    test('is running from its start and has the state that it ended in', async () => {
      const stream = newStream()
      const before = Date.now() * 1000
      const id = await begin(stream, { paths: ['/a'], 'é"\0': [null, 1.5, '\\u0000'] })
      const run = await journal().run(id)
      expect(run).toEqual({
        stream,
        id,
        target: 'http://t',
        selection: { paths: ['/a'], 'é"\0': [null, 1.5, '\\u0000'] },
        state: 'running',
        planned: 3,
        startedAt: expect.any(Number) as number,
        endedAt: null,
        outcomes: {},
      })
      expect(run.startedAt).toBeGreaterThanOrEqual(before)
      await journal().endRun(stream, id, 'stopped')
      const ended = await journal().run(id)
      expect(ended).toMatchObject({ state: 'stopped', startedAt: run.startedAt })
      expect(ended.endedAt).toBeGreaterThanOrEqual(run.startedAt)
    })

    test.for([0, -1, 2 ** 53 - 1, 1e300, 1.5, Number.NaN])('is unknown: %s', async (id) => {
      await expect(journal().run(id)).rejects.toMatchObject({ code: 'run_unknown', source: 'user' })
    })

    test('counts its attempts by outcome', async () => {
      const stream = newStream()
      const id = await begin(stream)
      for (const position of [0, 1, 2, 3]) await journal().startAttempt(stream, id, position, 7)
      await journal().endAttempt(stream, id, 0, result({ outcome: 'same' }))
      await journal().endAttempt(stream, id, 1, result({ outcome: 'differs' }))
      await journal().endAttempt(stream, id, 2, result({ outcome: 'same' }))
      expect((await journal().run(id)).outcomes).toEqual({ same: 2, differs: 1, sending: 1 })
    })

    test('comes before the older ones, page by page, of one stream or of all', async () => {
      const stream = newStream()
      const ids: number[] = []
      for (let i = 0; i < 5; i++) {
        ids.unshift(await begin(stream))
        await begin(newStream())
      }
      const idsOf = async (filter: { stream?: string; before?: number; limit: number }) =>
        (await journal().runs(filter)).map(({ id }) => id)
      expect(await idsOf({ stream, limit: 3 })).toEqual(ids.slice(0, 3))
      expect(await idsOf({ stream, limit: 3, before: ids[2]! })).toEqual(ids.slice(3))
      expect(await idsOf({ limit: 3, before: ids[0]! + 1 })).toEqual([ids[0], ids[0]! - 1, ids[1]])
      expect(await idsOf({ stream: '\0', limit: 3 })).toEqual([])
    })
  })

  describe('an attempt', () => {
    test('is sending from before the send, and then what came of it', async () => {
      const stream = newStream()
      const id = await begin(stream)
      await journal().startAttempt(stream, id, 0, 42)
      const run = await journal().run(id)
      const [sending] = await journal().attempts(run, { limit: 9 })
      expect(sending).toEqual({
        stream,
        run: id,
        position: 0,
        entry: 42,
        outcome: 'sending',
        status: null,
        responseHeaders: null,
        responseLength: null,
        detail: null,
        sentAt: expect.any(Number) as number,
        endedAt: null,
      })
      const fields = ['X-A', '1', 'x-a', 'caf\xe9\0']
      const answer = { status: 599, fields, body: Buffer.from([0, 255, 0]) }
      await journal().endAttempt(stream, id, 0, {
        outcome: 'differs',
        detail: 'status 201, was "200"\0',
        answer,
      })
      const [ended] = await journal().attempts(run, { limit: 9 })
      expect(ended).toEqual({
        ...sending,
        outcome: 'differs',
        status: 599,
        responseHeaders: fields,
        responseLength: 3,
        detail: 'status 201, was "200"\uFFFD',
        endedAt: expect.any(Number) as number,
      })
      expect(ended!.endedAt).toBeGreaterThanOrEqual(sending!.sentAt)
    })

    test('without an answer keeps none', async () => {
      const stream = newStream()
      const id = await begin(stream)
      await journal().startAttempt(stream, id, 0, 42)
      await journal().endAttempt(stream, id, 0, result({ outcome: 'in_doubt', detail: null }))
      const [attempt] = await journal().attempts(await journal().run(id), { limit: 9 })
      expect(attempt).toMatchObject({ outcome: 'in_doubt', status: null, responseHeaders: null })
    })

    test('comes in the order of sending, page by page', async () => {
      const stream = newStream()
      const id = await begin(stream)
      for (const position of [2, 0, 3, 1]) await journal().startAttempt(stream, id, position, 9)
      const run = await journal().run(id)
      const positions = async (page: { after?: number; limit: number }) =>
        (await journal().attempts(run, page)).map(({ position }) => position)
      expect(await positions({ limit: 3 })).toEqual([0, 1, 2])
      expect(await positions({ limit: 3, after: 2 })).toEqual([3])
    })

    test('cannot be started twice at one position', async () => {
      const stream = newStream()
      const id = await begin(stream)
      await journal().startAttempt(stream, id, 0, 42)
      await expect(journal().startAttempt(stream, id, 0, 43)).rejects.toMatchObject({
        code: 'journal_refused',
        retryable: false,
      })
      const attempts = await journal().attempts(await journal().run(id), { limit: 9 })
      expect(attempts.map(({ entry }) => entry)).toEqual([42])
    })
  })

  test('a run that is gone takes no attempts, answers or end, and says so', async () => {
    const stream = newStream()
    const id = await begin(stream)
    await journal().startAttempt(stream, id, 0, 42)
    await journal().clear(stream)
    const unknown = { code: 'run_unknown', source: 'user', retryable: false }
    await expect(journal().startAttempt(stream, id, 1, 42)).rejects.toMatchObject(unknown)
    await expect(
      journal().endAttempt(stream, id, 0, result({ outcome: 'same' })),
    ).rejects.toMatchObject(unknown)
    await expect(journal().endRun(stream, id, 'done')).rejects.toMatchObject(unknown)
  })
}

function result(changes: Partial<AttemptResult>): AttemptResult {
  return { outcome: 'same', detail: null, answer: null, ...changes }
}
