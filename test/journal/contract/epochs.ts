import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { LEASE } from '../entries.ts'
import { enrolled } from '../records.ts'

const NO_LEASE = 0
const RUN = { target: 'http://t', selection: {}, planned: 1 }
const LOST = { code: 'epoch_lost' }
const FINDINGS = {
  entries: [{ id: 7, outcome: 'differs', detail: 'x\0y' }],
  unlisted: 1,
  probes: [{ probe: 'GET /a', outcome: 'differs', detail: 'body /n' }],
} as const
const RESTORED = { phase: 'open', outcome: 'restored', detail: null } as const

export function declareEpochs(journal: () => Journal): void {
  /** A stream whose backend has lost its first life, and what can be claimed of it. */
  async function lostStream() {
    const stream = randomUUID()
    await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
    await journal().loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
    const claim = (which: 'restoring' | 'again' = 'restoring', lease = LEASE) =>
      journal().claimEpoch(stream, 'tester', lease, which)
    return { stream, claim }
  }

  describe('an epoch', () => {
    test('is the first one only once, and open', async () => {
      const stream = randomUUID()
      expect(await journal().epoch(stream)).toBe(null)
      const first = await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
      expect(first).toMatchObject({ number: 1, phase: 'open', boot: 'a', outcome: null, run: null })
      expect(await journal().firstEpoch(stream, { boot: 'b', sign: 'late' })).toEqual(first)
      expect(await journal().epoch(stream)).toEqual(first)
    })

    test('is lost once, however many notice it', async () => {
      const stream = randomUUID()
      await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
      const notice = { boot: 'b', sign: 'another boot id' }
      const all = await Promise.all(
        Array.from({ length: 8 }, () => journal().loseEpoch(stream, 1, notice)),
      )
      for (const epoch of all) {
        expect(epoch).toMatchObject({ number: 2, phase: 'restoring', ...notice })
      }
      // Whoever notices late speaks of an epoch that is over.
      expect((await journal().loseEpoch(stream, 1, { boot: 'c', sign: 'late' })).number).toBe(2)
      expect((await journal().epochs(stream, 10)).map(({ number }) => number)).toEqual([2, 1])
    })

    test('is not lost to the life that it is of', async () => {
      const stream = randomUUID()
      await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
      const same = await journal().loseEpoch(stream, 1, { boot: 'a', sign: 'nothing' })
      expect(same).toMatchObject({ number: 1, phase: 'open' })
      const unknown = await journal().loseEpoch(stream, 1, { boot: null, sign: 'by hand' })
      expect(unknown).toMatchObject({ number: 2, phase: 'restoring', boot: null })
    })

    test('gets the name of its life as long as it is the one of now', async () => {
      const { stream } = await lostStream()
      await journal().nameEpoch(stream, 1, 'late')
      await journal().nameEpoch(stream, 2, 'c')
      expect((await journal().epochs(stream, 2)).map(({ boot }) => boot)).toEqual(['c', 'a'])
    })

    test('of one stream is not that of another', async () => {
      const { stream } = await lostStream()
      expect(await journal().epoch(`${stream}x`)).toBe(null)
    })
  })

  describe('a restore', () => {
    test('is claimed by one, and ends with how it went', async () => {
      const { stream, claim } = await lostStream()
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim()))
      const [won, ...others] = claims.filter((one) => one !== null)
      expect(others).toEqual([])
      await journal().keepClaim(won!.claim, LEASE, 17)
      await journal().endEpoch(won!.claim, {
        ...{ phase: 'open', outcome: 'differs', detail: '2 of 9', findings: FINDINGS },
      })
      expect(await journal().epoch(stream)).toMatchObject({
        ...{ number: 2, phase: 'open', outcome: 'differs', detail: '2 of 9', run: 17 },
        findings: { ...FINDINGS, entries: [{ ...FINDINGS.entries[0], detail: 'x\uFFFDy' }] },
        endedAt: expect.any(Number),
      })
      expect(await claim()).toBe(null)
    })

    test('of an open epoch is nobody’s', async () => {
      const stream = randomUUID()
      expect(await journal().claimEpoch(stream, 'tester', LEASE, 'again')).toBe(null)
      await journal().firstEpoch(stream, { boot: 'a', sign: 'first seen' })
      expect(await journal().claimEpoch(stream, 'tester', LEASE, 'again')).toBe(null)
    })

    test('goes to another when its lease ran out, and the former one cannot go on', async () => {
      const { stream, claim } = await lostStream()
      const frozen = await claim('restoring', NO_LEASE)
      const next = await claim()
      expect(next!.claim.token).toBeGreaterThan(frozen!.claim.token)
      await expect(journal().keepClaim(frozen!.claim, LEASE, null)).rejects.toMatchObject(LOST)
      await expect(journal().endEpoch(frozen!.claim, RESTORED)).rejects.toMatchObject(LOST)
      expect((await journal().epoch(stream))!.phase).toBe('restoring')
      await journal().endEpoch(next!.claim, RESTORED)
      expect((await journal().epoch(stream))!.phase).toBe('open')
    })

    test('of a life that is over as well cannot be ended', async () => {
      const { stream, claim } = await lostStream()
      const { claim: first } = (await claim())!
      const lost = await journal().loseEpoch(stream, 2, { boot: 'c', sign: 'another boot id' })
      expect(lost).toMatchObject({ number: 3, phase: 'restoring' })
      await expect(journal().keepClaim(first, LEASE, null)).rejects.toMatchObject(LOST)
      await expect(journal().endEpoch(first, RESTORED)).rejects.toMatchObject(LOST)
      expect((await claim())!.epoch.number).toBe(3)
    })

    test('that failed is tried again only by who says so', async () => {
      const { stream, claim } = await lostStream()
      const failed = { phase: 'failed', outcome: 'failed', detail: 'entry 9: 500' } as const
      await journal().endEpoch((await claim())!.claim, failed)
      expect(await journal().epoch(stream)).toMatchObject(failed)
      expect(await claim()).toBe(null)
      expect((await journal().epoch(stream))!.findings).toBe(null)
      const again = await claim('again')
      expect(again!.epoch).toMatchObject({ phase: 'restoring', outcome: null, detail: null })
    })

    test('is remembered with its run where that came to its end and clients were let in', async () => {
      const { stream, claim } = await lostStream()
      const restore = async (state: 'done' | 'stopped', phase: 'open' | 'failed', idTo: number) => {
        const after = idTo > 8 ? { after: { orderedAt: 70, id: 7 } } : {}
        const plan = { filter: { idTo, ...after } }
        const driving = await journal().startRun({ ...RUN, stream, plan }, LEASE)
        const held = (await claim())!
        await journal().keepClaim(held.claim, LEASE, driving.run)
        await journal().endRun(driving, state)
        await journal().endEpoch(held.claim, { phase, outcome: 'differs', detail: null })
        const { number } = held.epoch
        await journal().loseEpoch(stream, number, { boot: null, sign: 'lost' })
        return { epoch: number, run: driving.run, upTo: idTo, ...(idTo > 8 && { behind: 70 }) }
      }
      expect(await journal().restorations(stream)).toEqual([])
      const first = await restore('done', 'open', 7)
      await restore('stopped', 'failed', 8)
      await restore('done', 'failed', 8)
      const broken = await restore('stopped', 'open', 8)
      const last = await restore('done', 'open', 9)
      await claim()
      expect(await journal().restorations(stream)).toEqual([first, broken, last])
      expect(await journal().restorations(`${stream}x`)).toEqual([])
    })

    test('is given up by hand, whoever is at it', async () => {
      const { stream, claim } = await lostStream()
      const { claim: held } = (await claim())!
      expect(await journal().openEpoch(stream, 'by ada')).toMatchObject({
        ...{ number: 2, phase: 'open', outcome: 'given_up', detail: 'by ada' },
      })
      await expect(journal().keepClaim(held, LEASE, null)).rejects.toMatchObject(LOST)
      expect(await journal().openEpoch(stream, 'twice')).toBe(null)
    })
  })

  describe('recorders and epochs', () => {
    test('it is known who keeps to which', async () => {
      const one = await enrolled(journal())
      const { stream } = one
      const other = await enrolled(journal(), { stream })
      const blind = await enrolled(journal(), { stream })
      await journal().reachEpoch(stream, one.id, 1)
      await journal().reachEpoch(stream, other.id, 2)
      expect(await journal().behindEpoch(stream, 2)).toEqual({
        behind: [one.id],
        without: [blind.id],
      })
      await journal().reachEpoch(stream, one.id, 2)
      expect((await journal().behindEpoch(stream, 2)).behind).toEqual([])
    })

    test('one whose lease ran out is waited for until somebody closes it', async () => {
      const silent = await enrolled(journal(), {}, NO_LEASE)
      const { stream } = silent
      const other = await enrolled(journal(), { stream })
      await journal().reachEpoch(stream, silent.id, 1)
      await journal().reachEpoch(stream, other.id, 2)
      expect((await journal().behindEpoch(stream, 2)).behind).toEqual([silent.id])
      await journal().closeExpired(stream, other.id)
      expect((await journal().behindEpoch(stream, 2)).behind).toEqual([])
    })
  })
}
