import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOf, parseCompactRule } from '../../../replayer/compacting/rules.ts'
import { createDatabase } from '../../support/database.ts'
import { made, put, removed } from '../compacting/recorded-things.ts'
import { startThings } from '../compacting/things-backend.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

const REPLACES = 'PUT /things/:1 replaces PUT /things/:1'
const CANCELS = 'DELETE /things/:1 cancels /things/:1 made by POST /things'
/** As somebody writes them. */
const RULES = [CANCELS, REPLACES].map((rule) => rule.replaceAll(':1', ':id'))

/** Two things are made and changed, and the first one is removed. */
async function things() {
  const client = await useService(database)
  const stream = randomUUID()
  const ids = await record(client.journal, stream, [
    ...[made(1, { level: 1 }), made(2, { level: 2 }), put(1, { level: 3 }), put(2, { level: 4 })],
    ...[put(2, { level: 5 }), removed(1)],
  ])
  const plan = (wish: object) => client.send('POST', '/api/plans', { stream, ...wish })
  const start = (wish: object) => client.send('POST', '/api/runs', { stream, ...wish })
  return { ...client, stream, ids, plan, start }
}

test('a plan and a run begin behind the furthest checkpoint where they are asked to', async () => {
  const { send, get, stream, ids, plan, start } = await things()
  const unset = await plan({ begin: 'checkpoint' })
  expect(unset).toMatchObject({ status: 404, body: { code: 'checkpoint_unknown' } })
  await send('POST', `/api/streams/${stream}/checkpoints`, { at: ids[3] })
  expect((await plan({})).body).toMatchObject({ planned: 6, checkpoint: null, compaction: null })
  expect((await plan({ begin: 'checkpoint' })).body).toMatchObject({
    ...{ planned: 2, checkpoint: { number: 1, entry: ids[3], left_out: 4 } },
    entries: [{ entry: { id: ids[4] } }, { entry: { id: ids[5] } }],
  })
  const narrowed = { begin: 'checkpoint', filter: { method: 'PUT' } }
  expect((await plan(narrowed)).body).toMatchObject({ planned: 1, checkpoint: { left_out: 2 } })
  const backend = await startThings()
  const begun = await start({ begin: 'checkpoint', target: backend.url, on_failure: 'continue' })
  expect(begun).toMatchObject({ status: 201, body: { planned: 2, checkpoint: 1 } })
  const ended = async () => (await get(`/api/runs/${begun.body.id as number}`)).body.state as string
  await expect.poll(ended).toBe('done')
})

test('a plan tells what later requests make needless; a run leaves it out by verified rules only', async () => {
  const { journal, get, stream, ids, plan, start } = await things()
  const wish = { compact_rules: RULES }
  const { body } = await plan(wish)
  expect(body).toMatchObject({
    planned: 2,
    compaction: {
      ...{ verified: false, left_out: 4, kept: {} },
      rules: [
        { rule: CANCELS, left_out: 3 },
        { rule: REPLACES, left_out: 1 },
      ],
    },
    entries: [{ entry: { id: ids[1] } }, { entry: { id: ids[4] } }],
  })
  expect(body.compaction.examples).toEqual([
    { entry: ids[5], method: 'DELETE', target: '/things/1', rule: CANCELS, by: ids[5] },
    { entry: ids[3], method: 'PUT', target: '/things/2', rule: REPLACES, by: ids[4] },
    { entry: ids[2], method: 'PUT', target: '/things/1', rule: CANCELS, by: ids[5] },
    { entry: ids[0], method: 'POST', target: '/things', rule: CANCELS, by: ids[5] },
  ])
  const explained = await plan({ ...wish, explain: ids[3] })
  expect(explained.body.explained).toMatchObject({
    left_out: [`entry ${ids[4]} makes it needless, by the rule ${REPLACES}`],
  })
  const backend = await startThings()
  const refused = await start({ ...wish, target: backend.url })
  expect(refused).toMatchObject({ status: 409, body: { code: 'rules_unproven' } })
  expect(await journal.runs({ stream, limit: 1 })).toEqual([])
  expect(await journal.deeds({ stream, limit: 1 })).toEqual([])

  const { texts, digest } = digestOf(RULES.map(parseCompactRule))
  await journal.noteVerified({
    ...{ stream, digest, rules: texts, entry: ids[5]!, planned: 6, leftOut: 4 },
    ...{ wholeRun: 1, compactRun: 2, verifiedBy: 'ada' },
  })
  expect((await get(`/api/streams/${stream}/verified-rules`)).body).toMatchObject({
    verified: [
      { digest, rules: texts, planned: 6, left_out: 4, compact_run: 2, verified_by: 'ada' },
    ],
  })
  expect((await plan(wish)).body).toMatchObject({ compaction: { verified: true } })
  const others = await start({ compact_rules: [REPLACES], target: backend.url })
  expect(others).toMatchObject({ status: 409, body: { code: 'rules_unproven' } })
  const begun = await start({ ...wish, target: backend.url })
  expect(begun).toMatchObject({ status: 201, body: { planned: 2, compact_rules: texts } })
  await expect.poll(() => backend.changed).toBe(2)
})

test.each([
  ['another beginning', { begin: 'middle' }, 'begin'],
  ['a wrong rule', { compact_rules: ['PUT /a', REPLACES] }, 'compact_rules.0'],
  ['too many rules', { compact_rules: Array(51).fill(REPLACES) }, 'compact_rules'],
  ['a rule that is too long', { compact_rules: [`PUT /${'a'.repeat(2_000)}`] }, 'compact_rules.0'],
])('%s is refused', async (_, wish, said) => {
  const { plan } = await things()
  const { status, body } = await plan(wish)
  expect(status).toBe(400)
  expect(body.detail).toContain(said)
})
