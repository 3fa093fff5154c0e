// What is added to a request that is alone: one connection, nothing waits but for this request, so
// that `commit` costs what one commit of PostgreSQL takes. That is measured in the same rounds, on the
// proxy's core. What forwarding adds by itself is the difference of `recording off` to direct.

import { median, shuffled } from './figures.mjs'
import { commits, load } from './load/run.mjs'
import { interrupted } from './processes.mjs'
import { DIRECT, OFF } from './subjects.mjs'
import { number, table } from './table.mjs'

const WARM_SECONDS = 6
const WARM_REQUESTS = 20_000
const COMMIT = 'one commit of an entry'

/** Answers `[{ name, p50, p99, added, inCommits, beyondOff }]`, medians over the rounds in ms. */
export async function measureLone(subjects, { rounds, seconds, seed }, { journal, tell }) {
  const runners = [{ name: COMMIT, ask: () => commits({ url: journal.url, seconds }) }]
  const stops = []
  try {
    for (const { name, start } of subjects) {
      try {
        const { address, stop } = await start()
        stops.push(stop)
        const work = { address, shape: 'small-post', connections: 1 }
        await load({ ...work, seconds: WARM_SECONDS, requests: WARM_REQUESTS })
        runners.push({ name, ask: () => load({ ...work, seconds }) })
      } catch (error) {
        leftOut(name, error, tell)
      }
    }
    const runs = new Map(runners.map(({ name }) => [name, []]))
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, ask } of shuffled(runners, seed + round)) {
        if (!runs.has(name)) continue
        try {
          const figures = await ask()
          runs.get(name).push(figures)
          tell(`round ${round}: alone, ${name} ${figures.p50} ms`)
        } catch (error) {
          leftOut(name, error, tell)
          runs.delete(name)
        }
      }
    }
    return [...runs.keys()].map((name) => summary(name, runs))
  } finally {
    for (const stop of stops) await stop()
  }
}

/** One that fails spoils nothing; without these two there is nothing to compare with. */
function leftOut(name, error, tell) {
  interrupted.throwIfAborted()
  if (name === DIRECT || name === COMMIT) throw error
  tell(`FAILED: ${name}: ${error.message}`)
}

function summary(name, runs) {
  const own = runs.get(name)
  const beyond = own.map(({ p50 }, round) => p50 - runs.get(DIRECT)[round].p50)
  const inCommits = (from) =>
    median(own.map(({ p50 }, round) => (p50 - from[round].p50) / runs.get(COMMIT)[round].p50))
  return {
    name,
    p50: median(own.map(({ p50 }) => p50)),
    p99: median(own.map(({ p99 }) => p99)),
    ...(name !== COMMIT && {
      ...{ added: median(beyond), inCommits: inCommits(runs.get(DIRECT)) },
      ...(runs.has(OFF) && { beyondOff: inCommits(runs.get(OFF)) }),
    }),
  }
}

export function loneTable(rows, flush) {
  const disk = flush === 0 ? '' : `, on a disk that takes ${flush} µs longer`
  const head = [
    '',
    'p50 ms',
    'p99 ms',
    'added to direct, ms',
    'in commits',
    'beyond off, in commits',
  ]
  const cells = rows.map((row) => [
    ...[row.name, number(row.p50, 2), number(row.p99, 2)],
    ...[number(row.added, 2), number(row.inCommits, 1), number(row.beyondOff, 1)],
  ])
  return `### POST of 130 bytes, alone on 1 connection${disk}\n\n${table(head, cells)}`
}
