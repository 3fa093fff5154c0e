// What finding and putting in aliases costs of CPU per entry, of small JSON requests: a third makes
// something, a third changes it by the id that came back, a third links to it. Needs the build.

import { randomBytes, randomUUID } from 'node:crypto'
import { Aliases } from '../dist/replayer/aliases/aliases.js'
import { Patterns } from '../dist/replayer/aliases/patterns.js'
import { valuesOf } from '../dist/replayer/aliases/values.js'
import { median } from './figures.mjs'

const ENTRIES = Number(process.argv[2] ?? 30_000)
const PIECE = 500
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
    ...{
      id,
      method,
      target,
      httpVersion: '1.1',
      requestBody,
      requestChunks: 0,
      masked: [],
      maskedChunks: [],
    },
    requestHeaders: [...HEAD, 'Content-Length', `${requestBody.length}`],
    ...{ requestTrailers: [], status: 200, responseHeaders: was.fields, responseBody: was.body },
    ...{ responseCapture: 'complete', responseChunks: 0 },
  }
  return { entry, answer: { status: 200, reason: 'OK', trailers: [], ...side('now') } }
}

/** Piece by piece, as a replay reads its journal: what is behind it is no load on the memory. */
function* recording(newId) {
  const made = []
  for (let from = 0; from < ENTRIES; from += PIECE) {
    yield Array.from({ length: PIECE }, (_, n) => one(from + n, made, newId))
  }
}

function one(i, made, newId) {
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
}

const RECORDINGS = {
  uuids: () => randomUUID(),
  numbers: (which, i) => (which === 'was' ? i + 1 : i + 5000),
}

/** Adds the CPU that it takes to an account, in us. */
function charge(account, name, work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  account[name] = (account[name] ?? 0) + user + system
}

function requestOf({ method, target, httpVersion, requestHeaders: fields, requestBody: body }) {
  return { method, target, httpVersion, fields, body, trailers: [] }
}

function round(newId) {
  const account = {}
  const patterns = new Patterns()
  const aliases = new Aliases({ patterns })
  let uses = 0
  for (const exchanges of recording(newId)) {
    // A yardstick: what the machine has left for this is not the same every time.
    charge(account, 'parse', () =>
      exchanges.forEach(({ entry }) => {
        JSON.parse(entry.requestBody.toString())
        JSON.parse(entry.responseBody.toString())
      }),
    )
    charge(account, 'patterns', () => exchanges.forEach(({ entry }) => patterns.observe(entry)))
    charge(account, 'values', () => exchanges.forEach(({ entry }) => valuesOf(entry)))
    charge(account, 'play', () => {
      for (const { entry, answer } of exchanges) {
        const rewritten = aliases.rewrite(entry, requestOf(entry))
        uses += rewritten.uses.length
        aliases.learn(entry, rewritten.request, answer)
      }
    })
  }
  return { ...account, uses }
}

for (const [name, newId] of Object.entries(RECORDINGS)) {
  const rounds = Array.from({ length: ROUNDS }, () => round(newId))
  const of = (key) => (median(rounds.map((one) => one[key])) / ENTRIES).toFixed(1)
  console.log(
    `${name}: rewrite and learn ${of('play')} us of CPU per entry (${of('uses')} uses), ` +
      `patterns ${of('patterns')} us, values for lanes ${of('values')} us; ` +
      `JSON.parse of both bodies ${of('parse')} us`,
  )
}

/** Behind a restore it is asked who made the small values of a page: here very many have the same one. */
function behindRestore() {
  const aliases = new Aliases({ restored: [{ run: 1, upTo: 2 * ENTRIES }] })
  const owned = (id) =>
    exchange(id, 'POST', '/api/items', { ownerId: 17 }, () => ({
      json: { id: randomUUID(), ownerId: 17 },
    })).entry
  const ask = (from) => {
    for (let at = from; at < from + ENTRIES; at += PIECE) {
      const page = Array.from({ length: PIECE }, (_, n) => owned(at + n + 1))
      aliases.wantedOfRestores(page.map((entry) => ({ ...entry, orderedAt: entry.id })))
    }
  }
  const account = {}
  charge(account, 'before', () => ask(0))
  charge(account, 'before', () => ask(ENTRIES))
  charge(account, 'behind', () => ask(2 * ENTRIES))
  return account
}

const rounds = Array.from({ length: ROUNDS }, behindRestore)
const cost = (key, count) => (median(rounds.map((one) => one[key])) / count).toFixed(1)
console.log(
  `behind a restore: what it gave is asked for with ${cost('behind', ENTRIES)} us of CPU per entry, where ` +
    `${2 * ENTRIES} have the same small id; those cost ${cost('before', 2 * ENTRIES)} us each`,
)
