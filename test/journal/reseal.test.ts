import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets, SECRET_FIELDS } from '../../journal/secrets.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase, query } from '../support/database.ts'
import { LEASE } from './entries.ts'

const [before, today, other] = [randomBytes(32), randomBytes(32), randomBytes(32)]
const FIELDS = ['Host', 'a{"sealed":"x.y"}', 'Authorization', 'Bearer 1\xe9"\\', 'COOKIE', 'a=2']

function opened(url: string, key: Buffer, ...former: Buffer[]): Journal {
  const journal = openJournal({ url, secrets: createSecrets(key, SECRET_FIELDS, former) })
  onTestFinished(() => journal.close())
  return journal
}

/** A journal in which every table has something that was sealed with the key of before. */
async function sealedBefore(entries: number) {
  const url = await createDatabase()
  const journal = opened(url, before)
  const said = {
    fields: FIELDS,
    trailers: ['Cookie', 'late=3'],
    answerFields: ['Set-Cookie', 'b=4'],
  }
  const ids = await record(
    journal,
    's',
    Array.from({ length: entries }, () => said),
  )
  const start = { stream: 's', target: 'http://a', selection: {}, planned: 1 }
  const driving = await journal.startRun(start, LEASE)
  const notes = { begun: [], withdrawn: [], ended: [], aliases: [] }
  await journal.note(driving, { ...notes, begun: [{ position: 0, entry: ids[0]! }] }, LEASE)
  const answer = { status: 201, fields: ['Set-Cookie', 'c=5'], body: Buffer.alloc(0) }
  const result = { outcome: 'same', detail: null, answer } as const
  const alias = { old: 'token-6é', new: 'token-7', producer: ids[0]!, place: 'x', kind: null }
  await journal.note(
    driving,
    {
      ...notes,
      ended: [{ position: 0, entry: ids[0]!, result, sentAt: 1, endedAt: 2 }],
      aliases: [{ ...alias, secrecy: 'secret', number: 0 }],
    },
    LEASE,
  )
  const shot = { stream: 's', probe: 'GET /', takenAt: 1, target: 'http://a', status: 200 }
  const body = { body: Buffer.alloc(0), length: 0, digest: null }
  await journal.keepState([{ ...shot, fields: ['Set-Cookie', 'd=8'], ...body }], 10)
  return { url, journal, ids, run: driving.run }
}

async function told(journal: Journal, ids: readonly number[], run: number) {
  const [first, last] = [await journal.entry(ids[0]!), await journal.entry(ids.at(-1)!)]
  const its = await journal.run(run)
  return JSON.stringify([
    ...[first, last, await journal.attempts(its, { limit: 9 })],
    ...[await journal.aliases(its, { limit: 9 }), await journal.latestState('s')],
  ])
}

test('a former key opens what it sealed, and seals nothing any more', async () => {
  const { url, journal, ids, run } = await sealedBefore(1)
  const both = opened(url, today, before)
  expect(await told(both, ids, run)).toBe(await told(journal, ids, run))
  const [id] = await record(both, 'later', [{ fields: FIELDS }])
  expect((await opened(url, before).entry(id!)).withheld).toStrictEqual(['Authorization', 'COOKIE'])
  expect((await opened(url, today).entry(id!)).requestHeaders).toStrictEqual(FIELDS)
})

test('what is sealed anew needs the former key no more, and says the same', async () => {
  const { url, journal, ids, run } = await sealedBefore(1_203)
  const expected = await told(journal, ids, run)
  const sofar: number[] = []
  const came = await opened(url, today, before).reseal(({ resealed }) => sofar.push(resealed))
  // Of each entry two fields, one trailer and one of the answer; then one of the attempt, two of the
  // alias, one of the state.
  expect(came).toStrictEqual({ resealed: 1_203 * 4 + 4, unreadable: 0 })
  expect(sofar.length).toBeGreaterThan(3)
  expect(await told(opened(url, today), ids, run)).toBe(expected)
  const left = opened(url, before)
  expect((await left.entry(ids[0]!)).withheld).toContain('Authorization')
  expect(await opened(url, today, before).reseal(() => {})).toStrictEqual({
    resealed: 0,
    unreadable: 0,
  })
})

test('one that was ended in the middle has lost nothing, and is gone on with', async () => {
  const { url, journal, ids, run } = await sealedBefore(1_203)
  const expected = await told(journal, ids, run)
  const killed = opened(url, today, before).reseal(() => {
    throw new Error('killed')
  })
  await expect(killed).rejects.toThrow('killed')
  expect(await told(opened(url, today, before), ids, run)).toBe(expected)
  const came = await opened(url, today, before).reseal(() => {})
  expect(came).toStrictEqual({ resealed: 703 * 4 + 4, unreadable: 0 })
  expect(await told(opened(url, today), ids, run)).toBe(expected)
})

test('what no known key opens stays as it is, and is counted', async () => {
  const { url, journal, ids, run } = await sealedBefore(2)
  const rows = () => query(url, 'select e::text from reprise.entry e order by id')
  const was = await rows()
  expect(await opened(url, today, other).reseal(() => {})).toStrictEqual({
    ...{ resealed: 0, unreadable: 12 },
  })
  expect(await rows()).toStrictEqual(was)
  expect(await told(journal, ids, run)).toContain('token-7')
})

test('an intent that is open is sealed anew too', async () => {
  const { url } = await sealedBefore(1)
  await query(
    url,
    `insert into reprise.intent select stream, recorder, 99,
       json_build_object('request_headers', request_headers), '' from reprise.entry limit 1`,
  )
  const { resealed } = await opened(url, today, before).reseal(() => {})
  expect(resealed).toBe(4 + 4 + 2)
})
