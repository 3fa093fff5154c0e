import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { makePlan } from '../../../replayer/plan.ts'
import { CLAIM_LEASE } from '../../../replayer/restoring/holding.ts'
import { restoreEpoch } from '../../../replayer/restoring/restore.ts'
import { comparedWith } from '../../../replayer/run/kept-aliases.ts'
import { NO_RULES } from '../../../replayer/aliases/rules.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { record, SENDING, type Said } from '../recording.ts'

// A backend that makes up its ids, and is lost again and again.

const database = await createDatabase()

/** Answers each POST of /things with an id of its own, or the next one that it has, and all else with nothing. */
async function stand() {
  const life = { breaksAt: '', ids: [] as string[] }
  const origin = await startRawOrigin(({ method, target }) => {
    if (target === life.breaksAt) return plainAnswer('', '500 Oops')
    return method === 'POST' ? made(life.ids.shift() ?? randomUUID()) : plainAnswer('')
  })
  const made = (id: string) => {
    given.push(id)
    return plainAnswer(JSON.stringify({ id }), '201 Made', 'Content-Type: application/json\r\n')
  }
  const given: string[] = []
  const journal = useJournal(database)
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: null, sign: 'first seen' })
  const lives = async (said: readonly Said[]) => record(journal, stream, said, origin.url)
  /** Loses the backend and restores it; answers what that got and the ids that it gave. */
  const restored = async (end: 'open' | 'half-way' | 'open though it failed' = 'open') => {
    const { number } = (await journal.epoch(stream))!
    await journal.loseEpoch(stream, number, { boot: null, sign: 'lost' })
    const from = origin.requests.length
    given.length = 0
    const { claim, epoch } = (await journal.claimEpoch(stream, 'test', CLAIM_LEASE, 'restoring'))!
    const stop = new AbortController()
    const options = {
      ...{
        journal,
        target: new URL(origin.url),
        proving: null,
        resetting: null,
        signs: [],
        timeout: 20_000,
        sending: SENDING,
      },
      ...({ inDoubt: 'skip', inFlight: 'stop', differs: 'open', failed: 'open' } as const),
      ...{ tries: 3, say: () => {} },
      actor: { who: 'tester', role: null, means: 'machine', address: null } as const,
    }
    if (end === 'half-way') {
      const dying = { ...journal, endEpoch: () => Promise.reject(new Error('killed')) }
      const died = restoreEpoch(claim, epoch, { ...options, journal: dying }, stop.signal)
      await expect(died).rejects.toThrow('killed')
    } else {
      const ending = await restoreEpoch(claim, epoch, options, stop.signal)
      const outcome = end === 'open' ? 'restored' : 'failed'
      expect(ending).toMatchObject({ phase: 'open', outcome })
    }
    const sent = origin.requests.slice(from).filter(({ method }) => method !== 'GET')
    const got = sent.map(({ method, target }) => `${method} ${target}`)
    return { got, ids: [...given], run: (await journal.epoch(stream))!.run! }
  }
  return { journal, stream, life, lives, restored }
}

const made = (id: string): Said => ({
  ...{ target: '/things', answerFields: ['Content-Type', 'application/json'] },
  answerBody: JSON.stringify({ id }),
})
const removed = (id: string): Said => ({ method: 'DELETE', target: `/things/${id}`, status: 204 })
const used = (id: string): Said => ({ method: 'PUT', target: `/things/${id}`, status: 200 })

test('what was recorded between two restores has the ids of the former, and gets those of the latter', async () => {
  const { lives, restored } = await stand()
  const old = randomUUID()
  await lives([made(old), used(old)])
  const first = await restored()
  const [b] = first.ids
  expect(first.got).toEqual(['POST /things', `PUT /things/${b}`])
  const another = randomUUID()
  await lives([used(b!), made(another), used(another)])
  const second = await restored()
  const [c, d] = second.ids
  expect(second.got).toEqual([
    ...['POST /things', `PUT /things/${c}`, `PUT /things/${c}`],
    ...['POST /things', `PUT /things/${d}`],
  ])
  await lives([used(c!), used(d!)])
  const third = await restored()
  const [e, f] = third.ids
  expect(third.got.slice(-3)).toEqual([`PUT /things/${f}`, `PUT /things/${e}`, `PUT /things/${f}`])
})

test('compaction knows in a later life what was made in an earlier one, and what it still uses', async () => {
  const { journal, stream, lives, restored } = await stand()
  const [gone, stays] = [randomUUID(), randomUUID()]
  await lives([made(gone), made(stays), used(stays)])
  const { ids } = await restored()
  await lives([used(ids[0]!), used(ids[1]!), removed(ids[0]!)])
  const { compaction } = await makePlan(journal, {
    ...{ stream, filter: {}, inDoubt: 'stop' },
    compact: [
      'PUT /things/:1 replaces PUT /things/:1',
      'DELETE /things/:1 cancels /things/:1 made by POST /things',
    ],
  })
  const all = await journal.list({ stream }, { order: 'order', limit: 10 })
  const left = all.map(({ id }) => compaction!.left.has(id))
  expect(left).toEqual([true, false, true, true, false, true])
})

test('a restore that did not open its epoch gave nobody anything', async () => {
  const { lives, restored } = await stand()
  const old = randomUUID()
  await lives([made(old)])
  const { ids } = await restored('half-way')
  const second = await restored()
  await lives([used(second.ids[0]!), used(ids[0]!)])
  const third = await restored()
  expect(third.got.slice(1)).toEqual([`PUT /things/${third.ids[0]}`, `PUT /things/${ids[0]}`])
})

test('one that failed, and let clients in all the same, gave them what it had come to', async () => {
  const { life, lives, restored } = await stand()
  const old = randomUUID()
  await lives([made(old), { ...used(old), target: '/broken' }])
  life.breaksAt = '/broken'
  const first = await restored('open though it failed')
  const [b] = first.ids
  await lives([used(b!)])
  life.breaksAt = ''
  const second = await restored()
  expect(second.got).toEqual(['POST /things', 'PUT /broken', `PUT /things/${second.ids[0]}`])
})

test('what a failed restore had not come to is not meant by a number that it gave again', async () => {
  const { life, lives, restored } = await stand()
  await lives([made('4')])
  life.ids = ['3']
  await restored()
  await lives([{ ...used('3'), target: '/broken' }, made('4'), { ...removed('4'), status: 200 }])
  Object.assign(life, { breaksAt: '/broken', ids: ['4'] })
  await restored('open though it failed')
  await lives([used('4')])
  Object.assign(life, { breaksAt: '', ids: ['5', '6'] })
  const { got } = await restored()
  expect(got.slice(-2)).toEqual(['DELETE /things/6', 'PUT /things/5'])
})

test('a state that was kept between two restores is the same but for what they gave', async () => {
  const { journal, stream, lives, restored } = await stand()
  await lives([made(randomUUID())])
  const first = await restored()
  const second = await restored()
  const explanation = { run: { stream, id: second.run }, rules: NO_RULES }
  const isAlias = (was: string, now: string) =>
    comparedWith(journal, explanation, (explains) => explains('json /0/id', was, now))
  expect(await isAlias(first.ids[0]!, second.ids[0]!)).toBe('alias')
  expect(await isAlias(randomUUID(), second.ids[0]!)).toBe(null)
})
