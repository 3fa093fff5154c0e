// `node commits.mjs PLAN`, the plan as JSON: `{ url, seconds }`. The time of one commit of one small
// row, one after the other. Prints `{ p50, p99 }` in ms.

import pg from 'pg'
import { filled } from '../shapes.mjs'
import { Latencies } from './latencies.mjs'

const { url, seconds } = JSON.parse(process.argv[2])
const client = new pg.Client({ connectionString: url })
await client.connect()
await client.query('create table if not exists public.commits (body text not null)')
const one = {
  name: 'commit',
  text: 'insert into public.commits (body) values ($1)',
  values: [filled('{"value":"', 1000)],
}
const latencies = new Latencies()
const until = performance.now() + seconds * 1000
for (let now = performance.now(); now < until;) {
  await client.query(one)
  const after = performance.now()
  latencies.add(after - now)
  now = after
}
await client.end()
const figures = { p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) }
process.stdout.write(`${JSON.stringify(figures)}\n`)
