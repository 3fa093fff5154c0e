import { expect, onTestFinished, test } from 'vitest'
import { Problem } from '../../journal/problem.ts'
import { startAdmin } from '../../proxy/admin.ts'
import type { Lose } from '../../proxy/losing.ts'
import { readiness } from '../../proxy/readiness.ts'

// A hook says on the admin port that the backend has lost its state.

const EPOCH = { stream: 's', number: 3, phase: 'restoring' }
const JSON_TYPE = { 'Content-Type': 'application/json' }
const REASON = '{"reason":"a hook"}'

async function say(lose: Lose | null, init: RequestInit = {}) {
  const source = {
    health: async () => ({ refuses: false, body: {} }),
    readiness: async () => readiness([]),
    metrics: async () => [],
  }
  const admin = await startAdmin({
    ...{ host: '127.0.0.1', port: 0 },
    source: () => source,
    lose: () => lose,
  })
  onTestFinished(() => admin.close())
  const given = { method: 'POST', headers: JSON_TYPE, body: REASON, ...init }
  const answer = await fetch(`${admin.url}/admin/v1/epochs`, given)
  return { answer, status: answer.status, body: (await answer.json()) as object }
}

test('it begins an epoch, or is told which one is to be restored already', async () => {
  const reasons: string[] = []
  const lose = (isNew: boolean) => async (reason: string) => {
    reasons.push(reason)
    return { epoch: EPOCH, isNew }
  }
  expect(await say(lose(true))).toMatchObject({ status: 201, body: EPOCH })
  expect(await say(lose(false))).toMatchObject({
    status: 409,
    body: { error: 'epoch 3 is to be restored already', epoch: EPOCH },
  })
  expect(reasons).toEqual(['a hook', 'a hook'])
})

test.for<[string, number, Lose | null]>([
  ['nobody restores', 409, null],
  [
    'nobody keeps to epochs',
    404,
    () => Promise.reject(new Problem('epoch_unknown', 'none', { source: 'user' })),
  ],
  ['it cannot be noted', 500, () => Promise.reject(new Error('broken'))],
])('where %s that is said', async ([, status, lose]) => {
  expect(await say(lose)).toMatchObject({ status, body: { error: expect.any(String) } })
})

test('with the journal away it is asked to come again', async () => {
  const away = { source: 'journal', retryable: true } as const
  const { answer, status } = await say(() =>
    Promise.reject(new Problem('journal_unreachable', 'away', away)),
  )
  expect(status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
})

test.for<[string, number, RequestInit]>([
  ['a GET', 405, { method: 'GET', body: null }],
  ['no JSON', 400, { body: 'reason' }],
  ['no reason', 400, { body: '{}' }],
  ['an empty one', 400, { body: '{"reason":""}' }],
  ['a number', 400, { body: '{"reason":1}' }],
  ['null', 400, { body: 'null' }],
  ['a long one', 400, { body: JSON.stringify({ reason: 'x'.repeat(501) }) }],
  ['a huge one', 413, { body: JSON.stringify({ reason: 'x'.repeat(20_000) }) }],
  ['a form', 415, { headers: { 'Content-Type': 'text/plain' } }],
  ['a page', 403, { headers: { ...JSON_TYPE, Origin: 'http://elsewhere.test' } }],
])('%s is refused', async ([, status, init]) => {
  let isSaid = false
  const lose: Lose = async () => {
    isSaid = true
    return { epoch: EPOCH, isNew: true }
  }
  expect(await say(lose, init)).toMatchObject({ status, body: { error: expect.any(String) } })
  expect(isSaid).toBe(false)
})
