import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { NO_RULES } from '../../../replayer/aliases/rules.ts'
import { CLAIM_LEASE } from '../../../replayer/restoring/holding.ts'
import { restoreEpoch, type RestoreOptions } from '../../../replayer/restoring/restore.ts'
import { parseStateProbe } from '../../../replayer/state/state-probe.ts'
import { takeState } from '../../../replayer/state/take-state.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { record, SENDING } from '../recording.ts'
import { askingOf } from '../state/stage.ts'

const database = await createDatabase()
const PROBES = [parseStateProbe('GET /things')]
const JSON_TYPE = 'Content-Type: application/json\r\n'

/** A backend with things, each with an id of its own making, that forgets them; and what restores it. */
async function stand(changes: Partial<RestoreOptions> = {}) {
  const things: { id: string }[] = []
  const add = () => things.push({ id: randomUUID() })
  const life = { adds: true }
  const origin = await startRawOrigin(({ method }) => {
    if (method === 'GET') return plainAnswer(JSON.stringify(things), '200 OK', JSON_TYPE)
    if (life.adds) add()
    return plainAnswer(JSON.stringify(things.at(-1) ?? {}), '201 Made', JSON_TYPE)
  })
  const journal = useJournal(database)
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  const made = async (arrived: number) => {
    add()
    const answerBody = JSON.stringify(things.at(-1))
    const answerFields = ['Content-Type', 'application/json']
    return record(journal, stream, [{ arrived, answerBody, answerFields }], origin.url)
  }
  const keep = async () => {
    const { shots } = await takeState(PROBES, askingOf(origin.url, { stream }))
    await journal.keepState(shots, 10)
  }
  const options: RestoreOptions = {
    ...{ journal, target: new URL(origin.url), signs: [], timeout: 20_000 },
    ...{
      inDoubt: 'skip',
      inFlight: 'stop',
      resetting: null,
      differs: 'open',
      failed: 'shut',
      tries: 3,
    },
    actor: { who: 'tester', role: null, means: 'machine', address: null },
    proving: { probes: PROBES, fields: [], timeout: 20_000, rules: NO_RULES },
    sending: { ...SENDING, compare: DEFAULT_RULES },
    say: () => {},
    ...changes,
  }
  /** It forgets everything, and is restored. */
  const restored = async () => {
    const { number } = (await journal.epoch(stream))!
    await journal.loseEpoch(stream, number, { boot: null, sign: 'test' })
    things.length = 0
    const claimed = (await journal.claimEpoch(stream, 'test', CLAIM_LEASE, 'restoring'))!
    return restoreEpoch(claimed.claim, claimed.epoch, options, new AbortController().signal)
  }
  return { journal, stream, things, life, made, keep, restored }
}

test('a state that is as it was kept is proven, whatever ids the backend makes', async () => {
  const { journal, stream, made, keep, restored } = await stand()
  await made(1)
  await made(2)
  await keep()
  const ending = {
    ...{ phase: 'open', outcome: 'restored' },
    detail: expect.stringMatching(/^2 requests; the state is as it was at 20/),
    findings: {
      ...{ entries: [], unlisted: 0 },
      probes: [{ probe: 'GET /things', outcome: 'restored', detail: null }],
    },
  }
  expect(await restored()).toEqual(ending)
  expect(await journal.epoch(stream)).toMatchObject(ending)
  expect(await restored(), 'by what was kept before the last restore').toEqual(ending)
  await keep()
  expect(await restored(), 'by what was kept behind it').toEqual(ending)
})

test('one that is not is told, with its places and the entries that were answered otherwise', async () => {
  for (const [differs, phase] of [
    ['open', 'open'],
    ['shut', 'failed'],
  ] as const) {
    const { life, made, keep, restored } = await stand({ differs })
    const [id] = await made(1)
    await keep()
    life.adds = false
    expect(await restored()).toEqual({
      ...{ phase, outcome: 'differs' },
      detail: expect.stringMatching(/^1 of 1 answers differ.*; the state is not as it was at 20/),
      findings: {
        entries: [{ id, outcome: 'differs', detail: expect.any(String) }],
        unlisted: 0,
        probes: [{ probe: 'GET /things', outcome: 'differs', detail: 'body /0' }],
      },
    })
  }
})

test('nothing is proven where the state was changed after it was kept, or none was kept', async () => {
  const { made, keep, restored } = await stand()
  await made(1)
  expect(await restored()).toMatchObject({
    outcome: 'restored',
    detail: '1 requests; the state is not proven: none was kept before the loss',
  })
  await keep()
  // A year from now.
  await made(365 * 24 * 3600)
  expect(await restored()).toMatchObject({
    outcome: 'restored',
    detail: expect.stringMatching(/not proven: 1 request changed it after it was kept \(20/),
  })
})

test('what was kept while the backend was restored is not what it had been', async () => {
  const { journal, stream, things, made, keep, restored } = await stand()
  await made(1)
  await keep()
  await journal.loseEpoch(stream, 1, { boot: null, sign: 'test' })
  things.length = 0
  await keep()
  // It is lost again before it was restored.
  expect(await restored()).toMatchObject({
    outcome: 'restored',
    detail: expect.stringContaining('the state is as it was'),
  })
})

test('what was opened by hand, as it was, is no proof', async () => {
  const { journal, stream, made, keep, restored } = await stand()
  await made(1)
  await journal.loseEpoch(stream, 1, { boot: null, sign: 'test' })
  await journal.openEpoch(stream, 'by hand')
  await keep()
  expect(await restored()).toMatchObject({
    detail: '1 requests; the state is not proven: epoch 2 was opened by hand, as it was',
  })
})
