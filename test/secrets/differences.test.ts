import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openJournal } from '../../journal/postgres/journal.ts'
import { compare } from '../../replayer/compare/compare.ts'
import { parseCompareRules } from '../../replayer/compare/parse-rules.ts'
import { DEFAULT_RULES } from '../../replayer/compare/rules.ts'
import { compareState } from '../../replayer/state/compare-state.ts'
import {
  answerWith,
  compared,
  comparedJson,
  entryWith,
  JSON_TYPE,
  NOW,
  told,
} from '../replayer/compare/answers.ts'
import { createDatabase, query } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'

// What differs is told; what was secret in it is not. Compared is the truth all the same.

const FORM = ['Content-Type', 'application/x-www-form-urlencoded']

test('of JSON the place is told, and neither value', () => {
  const of = (recorded: unknown, came: unknown) => told(comparedJson(recorded, came))
  expect(of({ password: 'one' }, { password: 'two' })).toEqual([
    'body /password (a secret) -> (a secret)',
  ])
  expect(of({ id_token: { a: [1] } }, { id_token: { a: [2] } })).toEqual([
    'body /id_token/a/0 (a secret) -> (a secret)',
  ])
  const nested = of({}, { auth: { passwd: 'xyz', user: 'anna' } }).join()
  expect(nested).toContain('anna')
  expect(nested).not.toContain('xyz')
  expect(of({ password: 'same' }, { password: 'same' })).toEqual([])
  const text = (password: string) => ({ a: [JSON.stringify({ password, user: password.length })] })
  const texts = of(text('xyzzy'), text('plugh-')).join()
  expect(texts).toContain('user')
  expect(texts).not.toMatch(/xyzzy|plugh/)
})

test('a secret that was left out of JSON that stands as a text is no difference, and all else in it is', () => {
  const text = (password: string, user: string) =>
    JSON.stringify({ message: JSON.stringify({ user, password }) })
  const body = text('******', 'ada')
  const recorded = {
    ...entryWith({ fields: JSON_TYPE, body }),
    masked: [{ in: 'response', offset: 40, length: 6, value: null }] as const,
  }
  const against = (came: string) =>
    compare(
      ...([recorded, answerWith({ fields: JSON_TYPE, body: came })] as const),
      ...([parseCompareRules(undefined), () => null, NOW] as const),
    )
  expect(against(text('another one', 'ada'))).toMatchObject({
    ...{ differences: [], explained: { withheld: 1 } },
  })
  const told = JSON.stringify(against(text('another one', 'grace')).differences)
  expect(told).toContain('grace')
  expect(told).not.toContain('another one')
})

test('beside a secret that was left out a text that is a number is a text', () => {
  const of = (version: string) => JSON.stringify({ pin: '**', version, password: '******' })
  const body = of('1.0')
  const offset = body.indexOf('******')
  const recorded = {
    ...entryWith({ fields: JSON_TYPE, body }),
    masked: [{ in: 'response', offset, length: 6, value: null }] as const,
  }
  const came = answerWith({ fields: JSON_TYPE, body: of('1.00') })
  const { differences } = compare(recorded, came, parseCompareRules(undefined), () => null, NOW)
  expect(differences).toMatchObject([{ where: 'body /version' }])
})

test('of text the lines are told with masks, or, where the masks are the same, only that they differ', () => {
  const of = (recorded: string, came: string) =>
    told(compared({ fields: FORM, body: recorded }, { fields: FORM, body: came }))
  expect(of('id_token=abc&x=1', 'id_token=abd&x=2')).toEqual([
    'body line 1 id_token=***&x=1 -> id_token=***&x=2',
  ])
  expect(of('id_token=abc&x=1', 'id_token=abd&x=1')).toEqual(['body (a secret) -> (a secret)'])
  expect(of('id_token=abc', 'id_token=abc')).toEqual([])
  const located = (to: string) => ({ fields: ['Location', `/cb#access_token=${to}`] })
  expect(told(compared(located('abc'), located('xy')))).toEqual([
    'header location /cb#access_token=*** -> /cb#access_token=**',
  ])
})

test('of the state, as it was kept and comes back', async () => {
  const url = await createDatabase()
  const journal = openJournal({ url, secrets: testSecrets })
  const stream = randomUUID()
  const shot = (text: string, takenAt: number) => ({
    ...{ stream, probe: 'GET /state?access_token=planted-1', takenAt, target: 'http://a.test' },
    ...{ status: 200, fields: ['Content-Type', 'application/json'] },
    ...{ body: Buffer.from(text), length: text.length, digest: null },
  })
  await journal.keepState([shot('{"password":"planted-2","n":1}', 1)], 9)
  const rows = await query<{ row: string; body: Buffer }>(
    url,
    'select s::text as row, body from reprise.state s',
  )
  expect(rows[0]!.row + rows[0]!.body.toString()).not.toContain('planted')
  const [listed] = await journal.states({ stream, limit: 1 })
  expect(listed!.probe).toBe('GET /state?access_token=*********')
  const kept = await journal.latestState(stream)
  expect(kept[0]!.probe).toBe('GET /state?access_token=planted-1')
  const verdict = (now: string) =>
    compareState(kept, { shots: [shot(now, 2)], failed: [] }, DEFAULT_RULES, () => null)
  expect(verdict('{"password":"planted-2","n":1}').outcome).toBe('restored')
  const differs = verdict('{"password":"planted-3","n":1}')
  expect(differs.outcome).toBe('differs')
  expect(JSON.stringify(differs)).not.toContain('planted')
  await journal.close()
})
