import http from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { eventually } from '../../support/between.ts'
import { startClient, type Client } from './client.ts'
import { people } from './door/people.ts'
import type { Operation } from './fuzz/document.ts'
import { departures } from './fuzz/judge.ts'
import { atTheDoor, brokenRequests, fillTurns, soundRequest, toNobody } from './fuzz/reaching.ts'
import { fuzzStage } from './fuzz/stage.ts'
import { ask, type Answer, type Asked } from './fuzz/wire.ts'

// The document promises no answer that nobody ever gets: each one is had here, and is as it says.

const database = await createDatabase()
const stage = await fuzzStage(database)
const { tokens, secretOf } = people()
const guarded = await startClient(database, {}, { tokens })
const away = await startClient('postgres://nobody@127.0.0.1:1/none')
const guardedAway = await startClient('postgres://nobody@127.0.0.1:1/none', {}, { tokens })
const agent = new http.Agent({ keepAlive: true })
afterAll(async () => {
  agent.destroy()
  for (const client of [guarded, away, guardedAway]) {
    await client.close()
    await client.journal.close()
  }
  await stage.close()
})

const { operations } = stage.document
const byId = new Map(operations.map((one) => [one.id, one]))
/** By operation and status. */
const had = new Set<string>()
const faults: string[] = []

async function have(operation: Operation, asked: Asked, client: Client = stage.client) {
  const answer: Answer = await ask(client.url, agent, asked)
  had.add(`${operation.id} ${answer.status}`)
  const departed = departures(stage.document, operation, answer)
  faults.push(...departed.map((what) => `${operation.id} ${answer.status}: ${what}`))
  return answer
}

/** As JSON to an operation, with what its path needs filled in. */
function put(id: string, target: string, body: unknown = null): [Operation, Asked] {
  const operation = byId.get(id)!
  const headers = { 'Content-Type': 'application/json' }
  const bytes = body === null ? null : Buffer.from(JSON.stringify(body))
  return [operation, { method: operation.method, target, headers, body: bytes }]
}

async function haveOfEach(operation: Operation) {
  const sound = soundRequest(stage, operation)
  for (const broken of brokenRequests(stage, operation)) await have(operation, broken)
  await have(operation, toNobody(operation, sound))
  for (const refused of atTheDoor(sound)) await have(operation, refused)
  await have(operation, sound, guarded)
  await have(operation, sound, away)
  const { headers } = await have(operation, sound)
  const tag = headers['etag']
  if (tag !== undefined) {
    await have(operation, { ...sound, headers: { 'If-None-Match': `"x", W/${tag}` } })
  }
}

/** What each run of a service can be told, and what it cannot. */
async function haveOfRuns() {
  const { runs, targets, client } = stage
  const of = (what: string, run: number) => `/api/runs/${run}/${what}`
  await have(...put('pauseRun', of('pause', runs.held)))
  await have(...put('continueRun', of('continue', runs.held)))
  await have(...put('resumeRun', of('resume', runs.held), {}))
  const wish = { stream: 'shop', target: targets.silent }
  // At once: none of them may be over before there are too many.
  await Promise.all(Array.from({ length: 8 }, () => have(...put('startRun', '/api/runs', wish))))
  await have(...put('stopRun', of('stop', runs.held)))
  for (const what of ['pause', 'continue', 'stop']) {
    await have(...put(`${what}Run`, of(what, runs.done)))
  }
  const isOver = async () => (await client.get(`/api/runs/${runs.held}`)).body.state !== 'running'
  await eventually(isOver)
  await have(...put('resumeRun', of('resume', runs.held), { in_flight: 'skip' }))
}

/** Of the stream `shop`, whose recorder keeps to epochs. */
async function haveOfEpochs() {
  const { journal } = stage.client
  const lose = (stream: string) =>
    put('loseEpoch', `/api/streams/${stream}/epochs`, { why: 'the pod was replaced' })
  const of = (what: 'retry' | 'open', number: number, stream = 'shop') =>
    put(`${what}Epoch`, `/api/streams/${stream}/epochs/${number}/${what}`)
  await have(...put('watchEpochs', '/api/epochs/events'), away)
  await have(...lose('spare'))
  await have(...of('retry', 1, 'spare'))
  await have(...of('open', 1, 'spare'))
  await have(...lose('shop'), away)
  const { text } = await have(...lose('shop'))
  const { number } = JSON.parse(text) as { number: number }
  await have(...of('retry', number - 1))
  const claimed = await journal.claimEpoch('shop', 'a test', 60_000, 'restoring')
  await journal.endEpoch(claimed!.claim, { phase: 'failed', outcome: 'failed', detail: null })
  await have(...of('retry', number))
  await have(...of('open', number))
  await have(...of('open', number))
}

async function haveOfTheRest() {
  const [last] = stage.entries.slice(-1)
  await have(...put('settleEntry', `/api/entries/${last}/settlement`, { settlement: 'applied' }))
  const [first] = stage.entries
  await have(...put('settleEntry', `/api/entries/${first}/settlement`, { settlement: 'applied' }))
  // Of a life that is not the newest one.
  await have(...put('retryEpoch', '/api/streams/shop/epochs/1/retry'))
  await have(...put('openEpoch', '/api/streams/shop/epochs/1/open'))
  await have(...put('restoreEpoch', '/api/streams/shop/epochs/1/restore', {}))
  await have(...put('clearStream', '/api/streams/spare/entries', { confirm: 'spare' }))
  // With an id to begin at, the journal is not asked before the head has gone.
  await have(...put('followEntries', '/api/live'), away)
  const token = { token: secretOf.read }
  await have(...put('signIn', '/api/session', token), guarded)
  await have(...put('signIn', '/api/session', token), guardedAway)
  await have(...put('signIn', '/api/session', { token: 'reprise_none' }), guarded)
}

async function haveWhileFull() {
  const end = await fillTurns(guarded.url, 64)
  const [operation, asked] = put('readHealth', '/health')
  await eventually(async () => (await ask(guarded.url, agent, asked)).status === 429)
  for (const one of operations) await have(one, soundRequest(stage, one), guarded)
  await have(operation, asked, guarded)
  end()
}

test('every answer of the document is given, as it says', async () => {
  await haveOfRuns()
  for (const operation of operations) await haveOfEach(operation)
  await haveOfEpochs()
  await haveOfTheRest()
  await haveWhileFull()
  const documented = operations.flatMap(({ id, answers }) =>
    Object.keys(answers).map((status) => `${id} ${status}`),
  )
  expect([...new Set(faults)]).toEqual([])
  expect(documented.filter((one) => !had.has(one))).toEqual([])
})
