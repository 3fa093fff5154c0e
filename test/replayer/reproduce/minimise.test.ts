import { expect, test, vi } from 'vitest'
import { NO_VALUES } from '../../../replayer/order/placing.ts'
import { minimise, type MinimiseOptions } from '../../../replayer/reproduce/minimise.ts'
import type { Trial } from '../../../replayer/reproduce/trial.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { recordHistory, startBackend, type BackendOptions } from './backend.ts'
import { planUpTo, runOptions, thingsOf } from './stage.ts'

// Some play dozens of trials.
vi.setConfig({ testTimeout: 120_000 })

const database = await createDatabase()
let streams = 0

async function stage(options: BackendOptions = {}) {
  const journal = useJournal(database)
  const life = { isSecond: false }
  const backend = await startBackend({
    ...options,
    instead: (noted) => (life.isSecond ? options.instead?.(noted) : undefined),
  })
  const stream = `minimise-${streams++}`
  const { entries, failure } = await recordHistory(journal, stream, backend)
  life.isSecond = true
  const plan = await planUpTo(journal, stream, failure.id)
  const trials: Trial[] = []
  const search = (changes: Partial<MinimiseOptions> = {}) =>
    minimise(journal, {
      ...{ plan, run: runOptions(backend.url, { onFailure: 'continue' }), valuesOf: thingsOf },
      reset: () => Promise.resolve(backend.forget()),
      ...{ tries: 1, mostTrials: 100, timeLimit: Infinity },
      onTrial: (trial) => trials.push(trial),
      ...changes,
    })
  /** `POST /things` and the like, with the bodies of those that have one. */
  const named = (ids: readonly number[]) =>
    entries.filter(({ id }) => ids.includes(id)).map(({ method, target }) => `${method} ${target}`)
  return { journal, backend, stream, entries, failure, trials, search, named }
}

const NEEDED = ['POST /things', 'POST /things', 'POST /things/t-a/links', 'DELETE /things/t-b']

test('what the failure needs is left, with what that needs, and nothing else', async () => {
  const { search, named, trials, journal, stream, entries } = await stage()
  const found = await search()
  expect(found).toMatchObject({ how: 'smallest', before: 10, steadiness: 'steady', refused: [] })
  expect(named(found.ids)).toStrictEqual(NEEDED)
  const [a, , b] = entries.filter(({ target }) => target === '/things').map(({ id }) => id)
  expect(found.ids.slice(0, 2)).toStrictEqual([a, b])
  expect(found.trials).toBe(trials.length)
  const runs = await journal.runs({ stream, limit: 100 })
  expect(runs).toHaveLength(trials.length)
  expect(runs.every(({ state }) => state === 'done')).toBe(true)
  expect(runs[0]!.selection).toMatchObject({ ids: found.ids })
})

test('no trial lacks what one of its entries needs', async () => {
  const { search, entries, trials } = await stage()
  await search()
  const made = entries.filter(({ method, target }) => `${method} ${target}` === 'POST /things')
  const makers = new Map(made.map(({ id }, i) => [['t-a', 't-other', 't-b'][i], id]))
  for (const { ids } of trials) {
    for (const { id, target } of entries) {
      const maker = makers.get(target.split('/')[2] ?? '')
      if (ids.includes(id) && maker !== undefined) expect(ids).toContain(maker)
    }
  }
})

test('without known dependencies it is found all the same', async () => {
  const { search, named } = await stage()
  const { ids, how } = await search({ valuesOf: () => NO_VALUES })
  expect(how).toBe('smallest')
  expect(named(ids)).toStrictEqual(NEEDED)
})

test('a backend that has it mended: nothing is searched for', async () => {
  const { search, backend } = await stage({
    instead: ({ target }) => (target.endsWith('/reports') ? plainAnswer('fine') : undefined),
  })
  const found = await search()
  expect(found).toMatchObject({ how: 'not_reproduced', trials: 2 })
  expect(found.last).toMatchObject({ judgement: 'not_failed', why: 'answered 200, recorded 500' })
  expect(backend.requests).toHaveLength(22)
})

test('a failure that comes and goes is told, and found with more tries', async () => {
  let reports = 0
  const { search, named } = await stage({
    instead: ({ target }) =>
      target.endsWith('/reports') && reports++ % 3 !== 0 ? plainAnswer('fine') : undefined,
  })
  const found = await search({ tries: 4 })
  expect(found).toMatchObject({ how: 'smallest', steadiness: 'flaky' })
  expect(named(found.ids)).toStrictEqual(NEEDED)
})

test('at the most trials, and at the time limit, the smallest so far is told', async () => {
  const { search } = await stage()
  const early = await search({ mostTrials: 5 })
  expect(early).toMatchObject({ how: 'stopped', trials: 5 })
  expect(early.ids.length).toBeGreaterThan(3)
  expect(await search({ timeLimit: -1 })).toMatchObject({ how: 'untried', trials: 0, last: null })
})

test('a reset that fails ends it, an interruption ends it with what was found', async () => {
  const { search, backend } = await stage()
  await expect(search({ reset: () => Promise.reject(new Error('no')) })).rejects.toThrow('no')
  const stop = new AbortController()
  let resets = 0
  const run = runOptions(backend.url, { onFailure: 'continue', signal: stop.signal })
  const found = await search({
    run,
    reset() {
      backend.forget()
      if (++resets === 4) stop.abort()
      return Promise.resolve()
    },
  })
  expect(found).toMatchObject({ how: 'stopped', before: 10, trials: 4 })
})
