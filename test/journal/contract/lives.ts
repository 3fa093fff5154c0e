import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { LifeEvent } from '../../../journal/lives.ts'
import { LEASE } from '../entries.ts'

export function declareLives(journal: () => Journal): void {
  async function lostStream() {
    const stream = randomUUID()
    await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
    await journal().loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
    return stream
  }

  describe('a life', () => {
    test('is listed with the times of its run, page by page', async () => {
      const stream = await lostStream()
      const run = { stream, target: 'http://t', selection: {}, planned: 1 }
      const driving = await journal().startRun(run, LEASE)
      const { claim } = (await journal().claimEpoch(stream, 'tester', LEASE, 'restoring'))!
      await journal().keepClaim(claim, LEASE, driving.run)
      const [underWay] = await journal().lives(stream, { limit: 1 })
      expect(underWay).toMatchObject({ number: 2, run: driving.run, runEndedAt: null })
      expect(underWay!.runBeganAt).toBe((await journal().run(driving.run)).startedAt)
      await journal().endRun(driving, 'done')
      await journal().endEpoch(claim, { phase: 'open', outcome: 'restored', detail: null })
      const [second, ...rest] = await journal().lives(stream, { limit: 10 })
      expect(rest).toMatchObject([{ number: 1, runBeganAt: null, runEndedAt: null }])
      expect(second!.endedAt).toBeGreaterThanOrEqual(second!.runEndedAt!)
      expect(await journal().lives(stream, { before: 2, limit: 10 })).toEqual(rest)
      expect(await journal().lives('a\0b', { limit: 10 })).toEqual([])
      const newest = await journal().newestLives()
      expect(newest.filter((one) => one.stream === stream)).toEqual([second])
    })

    test('whose restore failed is to be restored again, and no other', async () => {
      const stream = await lostStream()
      expect(await journal().retryLife(stream, 2)).toBe(false)
      const { claim } = (await journal().claimEpoch(stream, 'tester', LEASE, 'restoring'))!
      await journal().endEpoch(claim, { phase: 'failed', outcome: 'failed', detail: 'why' })
      expect(await journal().retryLife(stream, 1)).toBe(false)
      expect(await journal().retryLife(stream, 2)).toBe(true)
      expect(await journal().epoch(stream)).toMatchObject({
        ...{ number: 2, phase: 'restoring', outcome: null, detail: null, endedAt: null },
      })
      expect(await journal().claimEpoch(stream, 'tester', LEASE, 'restoring')).not.toBeNull()
    })
  })

  describe('what is told of a life', () => {
    const of = (stream: string, event: LifeEvent = 'lost', to = 'a') => ({
      ...{ stream, number: 2, event, at: 17, receiver: Buffer.from(to) },
    })

    test('is told by one at a time, and once to each', async () => {
      const stream = await lostStream()
      const begun = await Promise.all(
        Array.from({ length: 5 }, () => journal().beginTelling(of(stream), LEASE)),
      )
      expect(begun.filter((one) => one !== null)).toEqual([{ attempt: 1 }])
      expect(await journal().beginTelling(of(stream, 'lost', 'b'), LEASE)).toEqual({ attempt: 1 })
      expect(await journal().beginTelling(of(stream, 'restored'), LEASE)).toEqual({ attempt: 1 })
      expect(await journal().toldOf(stream, 1, Buffer.from('a'))).toEqual([])
      await journal().endTelling(of(stream), { how: 'delivered' })
      expect(await journal().beginTelling(of(stream), 0)).toBeNull()
      expect(await journal().toldOf(stream, 1, Buffer.from('a'))).toEqual([
        { number: 2, event: 'lost', at: 17 },
      ])
      expect(await journal().toldOf(stream, 3, Buffer.from('a'))).toEqual([])
      const tallies = (await journal().tellings()).filter((one) => one.stream === stream)
      expect(tallies).toEqual([
        { stream, event: 'lost', how: 'delivered', count: 1 },
        { stream, event: 'lost', how: 'waiting', count: 1 },
        { stream, event: 'restored', how: 'waiting', count: 1 },
      ])
    })

    test('is told again where it happened again', async () => {
      const stream = await lostStream()
      for (const at of [17, 18]) {
        const failed = { ...of(stream, 'failed'), at }
        expect(await journal().beginTelling(failed, LEASE)).toEqual({ attempt: 1 })
        await journal().endTelling(failed, { how: 'delivered' })
        expect(await journal().beginTelling(failed, LEASE)).toBeNull()
      }
      const tallies = (await journal().tellings()).filter((one) => one.stream === stream)
      expect(tallies).toEqual([{ stream, event: 'failed', how: 'delivered', count: 2 }])
    })

    test('is told by another where whoever was about it died, and again where it failed', async () => {
      const stream = await lostStream()
      await journal().beginTelling(of(stream), 0)
      expect(await journal().beginTelling(of(stream), LEASE)).toEqual({ attempt: 2 })
      await journal().endTelling(of(stream), { how: 'failed', failure: '500\0', again: LEASE })
      expect(await journal().beginTelling(of(stream), LEASE)).toBeNull()
      await journal().endTelling(of(stream), { how: 'failed', failure: '500', again: 0 })
      expect(await journal().beginTelling(of(stream), LEASE)).toEqual({ attempt: 3 })
      await journal().endTelling(of(stream), { how: 'given_up', failure: '500' })
      expect(await journal().beginTelling(of(stream), LEASE)).toBeNull()
    })
  })
}
