import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import type { StateShot } from '../../../journal/state.ts'
import { NOON, newStream } from '../entries.ts'

export function declareStates(journal: () => Journal): void {
  const keep = (...shots: StateShot[]) => journal().keepState(shots, 100)

  describe('a shot of the state', () => {
    test('is kept as it is, bytes and secrets too', async () => {
      const stream = newStream()
      const shot = shotOf(stream, {
        fields: ['X-A', 'caf\xe9', 'x-a', '', 'Set-Cookie', 'a=b'],
        ...bodyOf(Buffer.from([0, 255, 0])),
        status: 404,
      })
      const cut = shotOf(stream, {
        probe: 'GET /b',
        body: Buffer.from('x'),
        length: 5e9,
        digest: null,
      })
      const empty = shotOf(stream, { probe: 'HEAD /c?d=%20', ...bodyOf(Buffer.alloc(0)) })
      await keep(shot, cut, empty)
      expect(await journal().latestState(stream)).toEqual([shot, cut, empty])
      const { body: _, ...summary } = shot
      expect(await journal().states({ stream, limit: 1 })).toEqual([summary])
    })

    test('twice changes nothing', async () => {
      const stream = newStream()
      await keep(shotOf(stream))
      await keep(shotOf(stream, { status: 500 }), shotOf(stream))
      expect(await journal().latestState(stream)).toEqual([shotOf(stream)])
    })

    test('goes with its stream, and no other does', async () => {
      const [stream, other] = [newStream(), newStream()]
      await keep(shotOf(stream), shotOf(other))
      await journal().clear(stream)
      expect(await journal().latestState(stream)).toEqual([])
      expect(await journal().latestState(other)).toHaveLength(1)
    })
  })

  test('the latest state has the newest shot of each probe, up to a moment', async () => {
    const stream = newStream()
    const at = (probe: string, takenAt: number) =>
      shotOf(stream, { probe, takenAt: NOON + takenAt })
    await keep(at('GET /a', 1), at('GET /a', 3), at('GET /b', 2), at('GET /a', 2))
    await keep(shotOf(newStream(), { takenAt: NOON + 9 }))
    const latest = async (until?: number) =>
      (await journal().latestState(stream, until)).map(({ probe, takenAt }) => [
        probe,
        takenAt - NOON,
      ])
    expect(await latest()).toEqual([
      ['GET /a', 3],
      ['GET /b', 2],
    ])
    expect(await latest(NOON + 2)).toEqual([
      ['GET /a', 2],
      ['GET /b', 2],
    ])
    expect(await latest(NOON + 1)).toEqual([['GET /a', 1]])
    expect(await latest(NOON)).toEqual([])
    expect(await journal().latestState('\0')).toEqual([])
  })

  test('shots come before the older ones, page by page, of one stream or of all', async () => {
    const stream = newStream()
    const far = NOON + 1e15
    for (const n of [2, 0, 3, 1]) await keep(shotOf(stream, { takenAt: far + n }))
    const takenAts = async (filter: { stream?: string; before?: number; limit: number }) =>
      (await journal().states(filter)).map(({ takenAt }) => takenAt - far)
    expect(await takenAts({ stream, limit: 3 })).toEqual([3, 2, 1])
    expect(await takenAts({ stream, limit: 3, before: far + 1 })).toEqual([0])
    expect(await takenAts({ limit: 4 })).toEqual([3, 2, 1, 0])
    expect(await takenAts({ stream: '\0', limit: 3 })).toEqual([])
  })

  test('of each probe only so many stay, the newest', async () => {
    const stream = newStream()
    for (let n = 0; n < 5; n++) {
      const taken = ['GET /a', 'GET /b'].map((probe) =>
        shotOf(stream, { probe, takenAt: NOON + n }),
      )
      await journal().keepState(n === 4 ? taken.slice(0, 1) : taken, 2)
    }
    const left = await journal().states({ stream, limit: 99 })
    expect(left.map(({ probe, takenAt }) => [probe, takenAt - NOON])).toEqual([
      ['GET /a', 4],
      ['GET /a', 3],
      ['GET /b', 3],
      ['GET /b', 2],
    ])
    // One that comes late and is too old.
    await journal().keepState([shotOf(stream, { probe: 'GET /a', takenAt: NOON - 1 })], 2)
    await journal().keepState([shotOf(stream, { probe: 'GET /a', takenAt: NOON + 5 })], 1)
    const [first, ...others] = await journal().states({ stream, limit: 99 })
    expect(first!.takenAt).toBe(NOON + 5)
    expect(others.map(({ probe }) => probe)).toEqual(['GET /b', 'GET /b'])
  })
}

function bodyOf(body: Buffer): Pick<StateShot, 'body' | 'length' | 'digest'> {
  const digest = createHash('sha256').update(body).digest('hex')
  return { body, length: body.length, digest }
}

function shotOf(stream: string, changes: Partial<StateShot> = {}): StateShot {
  return {
    ...{ stream, probe: 'GET /a', takenAt: NOON, target: 'http://t:1', status: 200 },
    ...{ fields: ['Content-Type', 'text/plain'], ...bodyOf(Buffer.from('state')) },
    ...changes,
  }
}
