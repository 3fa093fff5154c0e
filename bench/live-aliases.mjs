// What renaming a body as it streams costs of CPU per MB, with 10,000 names and one hit in a hundred things; beside
// what every byte costs that a proxy passes on: a read and a write. Needs the build.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, gzipSync } from 'node:zlib'
import { BodyRewriter } from '../dist/aliases/streaming/body-rewriter.js'
import { openFlow } from '../dist/proxy/live/body-flow.js'
import { median } from './figures.mjs'

const THINGS = Number(process.argv[2] ?? 50_000)
const ROUNDS = 5
const CHUNK = 64 * 1024

const names = new Map(Array.from({ length: 10_000 }, () => [randomUUID(), randomUUID()]))
const known = [...names.keys()]

function visit(value) {
  const text = names.get(value)
  return text === undefined ? undefined : { text, as: 'same' }
}

function idOf(n) {
  return n % 100 === 0 ? known[n % known.length] : randomUUID()
}

function thing(_, n) {
  const id = idOf(n)
  return {
    ...{ id, name: `thing number ${n}`, level: n % 7, url: `/api/items/${id}/parts?page=1` },
    ...{ createdAt: '2026-01-15T12:00:00.000Z', tags: ['a', 'b,c'], active: true },
    note: 'as agreed: some words, as they stand in a description',
  }
}

const things = Array.from({ length: THINGS }, thing)
const json = JSON.stringify(things)
const form = things.map(({ id, name, url }) => new URLSearchParams({ id, name, url })).join('&')
const xml = `<all>${things.map(({ id, name, note }) => `<thing id="${id}" name="${name}">${note}</thing>`).join('\n')}</all>`

const QUIET = { changed() {}, flawed() {}, renamed() {}, untouched() {} }

function* chunksOf(bytes) {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
}

function rewrite(syntax, text) {
  const bytes = Buffer.from(text)
  return {
    size: bytes.length,
    work() {
      const rewriter = new BodyRewriter(syntax, [], visit, QUIET)
      for (const chunk of chunksOf(bytes)) rewriter.write(chunk)
      rewriter.end()
    },
  }
}

async function drained(stream) {
  for await (const _ of stream);
}

const coded = gzipSync(json)

const SUBJECTS = {
  'passing on': {
    size: json.length,
    async work() {
      const bytes = Buffer.from(json)
      const server = createServer((socket) => void pipeline(Readable.from(chunksOf(bytes)), socket))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      await drained(connect(server.address().port, '127.0.0.1'))
      server.close()
    },
  },
  'JSON.parse': { size: json.length, work: () => JSON.parse(Buffer.from(json).toString()) },
  'JSON renamed': rewrite('json', json),
  'a form renamed': rewrite('form', form),
  'XML renamed': rewrite('xml', xml),
  'gzip undone and done again': {
    size: json.length,
    work: () => drained(Readable.from(chunksOf(coded)).pipe(createGunzip()).pipe(createGzip())),
  },
  'JSON in gzip renamed': {
    size: json.length,
    async work() {
      const fields = ['Content-Encoding', 'gzip']
      const options = { syntax: 'json', fields, visit, tally: QUIET, broken() {} }
      const { input, output } = openFlow(options, coded)
      Readable.from(chunksOf(coded)).pipe(input)
      await drained(output)
    },
  },
}

for (const [name, subject] of Object.entries(SUBJECTS)) {
  const costs = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    await subject.work()
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / 1000 / (subject.size / 1e6))
  }
  console.log(`${name}: ${median(costs).toFixed(1)} ms of CPU per MB of what it says`)
}
