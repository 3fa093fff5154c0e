import { expect, test } from 'vitest'
import { selectionOf, type Selection } from '../../../replayer/plan.ts'
import { reproduce } from '../../../replayer/reproduce/reproduce.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { record, type Said } from '../recording.ts'
import { recordHistory, startBackend } from './backend.ts'
import { planUpTo, runOptions } from './stage.ts'

const database = await createDatabase()
const journal = () => useJournal(database)
let streams = 0

const planned = (stream: string, id: number, changes: Partial<Selection> = {}) =>
  planUpTo(journal(), stream, id, changes)

test('what the backend had applied before the failure is sent in its order, then the failure', async () => {
  const backend = await startBackend()
  const stream = `reproduce-${streams++}`
  const { entries, failure } = await recordHistory(journal(), stream, backend)
  const plan = await planned(stream, failure.id)
  const came = await reproduce(journal(), plan, runOptions(backend.url))
  expect(came).toMatchObject({
    ...{ judgement: 'reproduced', why: 'answered 500, as recorded' },
    ...{ restored: { same: 10, otherwise: 0 }, entry: { id: failure.id } },
  })
  const sent = backend.requests.map(({ method, target }) => `${method} ${target}`)
  expect(sent).toStrictEqual(entries.slice(0, -1).map((one) => `${one.method} ${one.target}`))
  const run = await journal().run(came.run.run)
  expect(run).toMatchObject({ state: 'done', planned: 11, outcomes: { same: 11 } })
  expect(run.selection).toMatchObject({ upTo: failure.id })
  expect(selectionOf(run).upTo).toBe(failure.id)
})

test('on a backend that has it mended, it does not fail', async () => {
  const backend = await startBackend()
  const stream = `reproduce-${streams++}`
  const { failure } = await recordHistory(journal(), stream, backend)
  const plan = await planned(stream, failure.id, { filter: { methods: ['POST'] } })
  const came = await reproduce(journal(), plan, runOptions(backend.url))
  expect(came).toMatchObject({
    ...{ judgement: 'not_failed', why: 'answered 200, recorded 500' },
  })
})

const failing: Said[] = [
  { target: '/a' },
  { target: '/f', status: 503, verdict: 'failed' },
  { target: '/doubt', status: null },
  { target: '/b' },
  { target: '/c', status: 500, verdict: 'failed', answerBody: 'broken' },
  { target: '/after' },
]

async function recordedFailure(answers: Record<string, Buffer> = {}) {
  const stream = `reproduce-${streams++}`
  const ids = await record(journal(), stream, failing)
  const origin = await startRawOrigin(
    ({ target }) => answers[target] ?? plainAnswer('', '201 Made'),
  )
  return { stream, ids, origin, sent: () => origin.requests.map(({ target }) => target) }
}

test('what failed before it is left out unless asked for, and what is in doubt is never passed by', async () => {
  const broken = { '/c': plainAnswer('broken', '500 Oops'), '/f': plainAnswer('', '503 Away') }
  const { stream, ids, origin, sent } = await recordedFailure(broken)
  const run = async (changes: Partial<Selection>) => {
    origin.requests.length = 0
    const plan = await planned(stream, ids[4]!, changes)
    return reproduce(journal(), plan, runOptions(origin.url))
  }
  expect(await run({ inDoubt: 'skip' })).toMatchObject({ judgement: 'reproduced' })
  expect(sent()).toStrictEqual(['/a', '/b', '/c'])
  const verdicts = ['applied', 'failed', 'in_doubt'] as const
  expect(await run({ inDoubt: 'send', filter: { verdicts } })).toMatchObject({
    judgement: 'reproduced',
  })
  expect(sent()).toStrictEqual(['/a', '/f', '/doubt', '/b', '/c'])
  const stopped = await run({})
  expect(stopped).toMatchObject({ judgement: 'not_restored', attempt: null })
  expect(stopped.why).toContain(`stopped by entry ${ids[2]}: POST /doubt: it is in doubt`)
  expect(sent()).toStrictEqual(['/a'])
})

test('what cannot be restored ends it before the failure is sent', async () => {
  const { stream, ids, origin, sent } = await recordedFailure({ '/b': plainAnswer('', '409 No') })
  const plan = await planned(stream, ids[4]!, { inDoubt: 'skip' })
  const came = await reproduce(journal(), plan, runOptions(origin.url))
  expect(came).toMatchObject({
    ...{ judgement: 'not_restored', attempt: null, restored: { same: 1, otherwise: 1 } },
    why: `stopped by entry ${ids[3]}: POST /b: answered 409, recorded 201`,
  })
  expect(sent()).toStrictEqual(['/a', '/b'])
})

test('an entry in doubt is reproduced by no answer', async () => {
  const { stream, ids, origin } = await recordedFailure()
  const plan = await planned(stream, ids[2]!)
  expect(plan.planned).toBe(2)
  expect(await reproduce(journal(), plan, runOptions(origin.url))).toMatchObject({
    judgement: 'not_failed',
  })
  const silent = await startRawOrigin(({ target }) =>
    target === '/doubt' ? undefined : plainAnswer('', '201 Made'),
  )
  const again = await reproduce(journal(), plan, runOptions(silent.url, { timeout: 300 }))
  expect(again).toMatchObject({
    judgement: 'reproduced',
    why: expect.stringMatching(/^no answer: none in 300 ms/) as string,
  })
})
