// `node commits.mjs PLAN`, the plan as JSON: `{ url, seconds }`. The time of one commit of one entry,
// one after the other: a row as the journal has it, in a table with its columns and indexes, by a plain
// prepared insert. Where there is no journal yet, of one text. Prints `{ p50, p99 }` in ms.

import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { filled } from '../shapes.mjs'
import { Latencies } from './latencies.mjs'

const { url, seconds } = JSON.parse(process.argv[2])
const client = new pg.Client({ connectionString: url })
await client.connect()
const insert = (await hasJournal()) ? await entryInsert() : await textInsert()
const latencies = new Latencies()
const until = performance.now() + seconds * 1000
for (let now = performance.now(); now < until;) {
  await client.query(insert())
  const after = performance.now()
  latencies.add(after - now)
  now = after
}
await client.end()
const figures = { p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) }
process.stdout.write(`${JSON.stringify(figures)}\n`)

async function hasJournal() {
  const { rows } = await client.query(`select to_regclass('reprise.entry') as journal`)
  return rows[0].journal !== null
}

async function textInsert() {
  await client.query('create table if not exists public.commits (body text not null)')
  const text = 'insert into public.commits (body) values ($1)'
  return () => ({ name: 'commit', text, values: [filled('{"value":"', 1000)] })
}

async function entryInsert() {
  await client.query('create table if not exists public.entries (like reprise.entry including all)')
  const recorder = randomUUID()
  const body = Buffer.from(filled('{"value":"', 130))
  const digest = Buffer.alloc(32, 7)
  const headers = JSON.stringify([
    ['Host', '127.0.0.1:3000'],
    ['Content-Type', 'application/json'],
    ['Content-Length', '130'],
  ])
  let number = 0
  const row = () => {
    const at = new Date()
    return {
      ...{ stream: 'bench', recorder, number: ++number, verdict: 'applied' },
      ...{ arrived_at: at, answered_at: at, ordered_at: at, client_address: '127.0.0.1' },
      ...{ method: 'POST', target: `/things/${number}`, path: `/things/${number}` },
      ...{ http_version: '1.1', content_type: 'application/json', request_headers: headers },
      ...{ request_body: body, request_length: 130, request_capture: 'complete' },
      ...{ request_digest: digest, status: 201, reason: 'Created', response_headers: headers },
      ...{ response_body: body, response_length: 130, response_capture: 'complete' },
      response_digest: digest,
    }
  }
  const names = Object.keys(row())
  const places = names.map((_, i) => `$${i + 1}`)
  const text = `insert into public.entries (${names.join()}) values (${places.join()})`
  return () => ({ name: 'entry', text, values: Object.values(row()) })
}
