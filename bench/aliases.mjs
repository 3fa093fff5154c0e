// What finding and putting in aliases costs of CPU per entry, of small JSON requests: a third makes
// something, a third changes it by the id that came back, a third links to it. Needs the build.

import { randomBytes, randomUUID } from 'node:crypto'
import { Aliases } from '../dist/replayer/aliases/aliases.js'
import { Patterns } from '../dist/replayer/aliases/patterns.js'
import { valuesOf } from '../dist/replayer/aliases/values.js'
import { median } from './figures.mjs'

const ENTRIES = Number(process.argv[2] ?? 30_000)
const ROUNDS = 5

const HEAD = [
  ...['Host', 'backend.test:3000', 'User-Agent', 'bench/1', 'Accept', '*/*'],
  ...[
    'Content-Type',
    'application/json',
    'Authorization',
    `Bearer ${randomBytes(24).toString('hex')}`,
  ],
]
const ANSWERED = [
  ...['Content-Type', 'application/json; charset=utf-8', 'Connection', 'keep-alive'],
  ...['X-Powered-By', 'bench', 'Keep-Alive', 'timeout=5'],
]

/** Both sides of an exchange, with the id as recorded and as it comes now. */
function exchange(id, method, target, body, answered) {
  const requestBody = Buffer.from(JSON.stringify(body))
  const side = (which) => {
    const { location, json } = answered(which)
    const bytes = Buffer.from(JSON.stringify(json))
    const place = location === undefined ? [] : ['Location', location]
    return { fields: [...ANSWERED, ...place, 'Content-Length', `${bytes.length}`], body: bytes }
  }
  const was = side('was')
  const entry = {
    ...{ id, method, target, httpVersion: '1.1', requestBody, requestChunks: 0 },
    requestHeaders: [...HEAD, 'Content-Length', `${requestBody.length}`],
    ...{ requestTrailers: [], status: 200, responseHeaders: was.fields, responseBody: was.body },
    ...{ responseCapture: 'complete', responseChunks: 0 },
  }
  return { entry, answer: { status: 200, reason: 'OK', trailers: [], ...side('now') } }
}

function recording(newId) {
  const made = []
  return Array.from({ length: ENTRIES }, (_, i) => {
    const name = `thing number ${i}`
    if (i % 3 === 0) {
      const ids = { was: newId('was', i), now: newId('now', i) }
      made.push(ids)
      const body = { name, level: i % 7, tags: ['a', 'b'], active: true }
      return exchange(i, 'POST', '/api/items', body, (which) => ({
        location: `/api/items/${ids[which]}`,
        json: { id: ids[which], ...body, createdAt: '2026-01-15T12:00:00.000Z' },
      }))
    }
    const ids = made[Math.floor(Math.random() * made.length)]
    if (i % 3 === 1) {
      const body = { name, level: i % 9 }
      return exchange(i, 'PUT', `/api/items/${ids.was}`, body, (which) => ({
        json: { id: ids[which], ...body, updatedAt: '2026-01-15T12:00:00.000Z' },
      }))
    }
    const body = { itemId: ids.was, quantity: i % 17, note: 'as agreed' }
    return exchange(i, 'POST', '/api/orders', body, (which) => ({
      json: { ok: true, order: { ...body, itemId: ids[which] } },
    }))
  })
}

const RECORDINGS = {
  uuids: () => randomUUID(),
  numbers: (which, i) => (which === 'was' ? i + 1 : i + 5000),
}

function micros(work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / ENTRIES
}

for (const [name, newId] of Object.entries(RECORDINGS)) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const exchanges = recording(newId)
    const patterns = new Patterns()
    const observe = micros(() => exchanges.forEach(({ entry }) => patterns.observe(entry)))
    const values = micros(() => exchanges.forEach(({ entry }) => valuesOf(entry)))
    const aliases = new Aliases({ patterns })
    const figures = { rewrite: 0, learn: 0, uses: 0 }
    const requests = exchanges.map(({ entry }) => ({
      ...{ method: entry.method, target: entry.target, httpVersion: '1.1', trailers: [] },
      ...{ fields: entry.requestHeaders, body: entry.requestBody },
    }))
    const play = micros(() => {
      for (const [i, { entry, answer }] of exchanges.entries()) {
        const { request, uses } = aliases.rewrite(entry, requests[i])
        figures.uses += uses.length
        aliases.learn(entry, request, answer)
      }
    })
    return { observe, values, play, uses: figures.uses / ENTRIES }
  })
  const of = (key) => median(rounds.map((round) => round[key])).toFixed(1)
  console.log(
    `${name}: patterns ${of('observe')} us, values for lanes ${of('values')} us, ` +
      `rewrite and learn ${of('play')} us of CPU per entry; ${of('uses')} uses per entry`,
  )
}
