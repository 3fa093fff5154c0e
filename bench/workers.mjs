// What several workers take on beside one. Where load, upstream and PostgreSQL need the same cores,
// their throughput says nothing about the workers, so it is not asked how many requests came
// through, but what each cost: one worker can answer as many a second as a second of its core pays
// for, and of several the one that spends most on what all of them answer is full first. So
//
//   capacity = CPU of the one / CPU of the busiest of several, each for the same number of requests
//
// is how much more they answer when the other programs leave their cores free. It holds what sharing
// costs, smaller commits above all, and how evenly connections fell. The primary is told apart: it
// works for new connections only.
//
// Each worker has a core of its own, apart from that of the load. Where there are too few, all have
// the one that a single subject has: beside the load one of them would be slower than the other,
// and clients that wait for their answers would ask it less.

import os from 'node:os'
import { median, shuffled } from './figures.mjs'
import { load } from './load/run.mjs'
import { LOAD_CORE, pin } from './processes.mjs'
import { recording } from './subjects.mjs'
import { number, table } from './table.mjs'
import { childrenOf, cpuSeconds } from './usage.mjs'

const WARM_SECONDS = 6
const WARM_REQUESTS = 20_000

/** Answers `{ connections, workers, rows, notes }`. */
export async function measureWorkers(plan, surroundings) {
  const { workers: count, rounds, seconds, seed, connections } = plan
  const { journal, tell } = surroundings
  const work = { shape: 'small-post', connections }
  const entrants = []
  try {
    for (const workers of [1, count]) entrants.push(await enter(workers, surroundings))
    for (const { address } of entrants) {
      await load({ ...work, address, seconds: WARM_SECONDS, requests: WARM_REQUESTS })
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const entrant of shuffled(entrants, seed + round)) {
        const run = await measure(entrant, { ...work, seconds })
        entrant.runs.push(run)
        tell(`round ${round}: ${entrant.name} ${number(run.most * 1000, 3)} CPU s per 1,000`)
      }
    }
  } finally {
    for (const { stop } of entrants) await stop()
  }
  const [one] = entrants
  const rows = []
  for (const entrant of entrants) {
    const shares = await journal.appliedByRecorder(entrant.stream)
    rows.push(summary(entrant, one, shares))
  }
  return { connections, workers: count, rows }
}

async function enter(workers, surroundings) {
  const subject = recording('commit', surroundings, ['--workers', String(workers)])
  const running = await subject.start()
  const own = workers === 1 ? [running.pid] : childrenOf(running.pid)
  if (areCoresEnough(workers)) for (const [index, pid] of own.entries()) pin(pid, FREE[index])
  const name = workers === 1 ? 'commit' : `commit x${workers}`
  return { ...running, name, own, runs: [] }
}

const FREE = os.cpus().flatMap((_, core) => (core === LOAD_CORE ? [] : [core]))

const areCoresEnough = (workers) => FREE.length >= workers

/** CPU seconds for a request: of all, of the worker that spent most, and of the primary. */
async function measure({ address, pid, own }, work) {
  const used = () => ({ all: cpuSeconds(pid), each: own.map((one) => cpuSeconds(one)) })
  const before = used()
  const { requests, elapsed, answered, failed } = await load({ ...work, address })
  const after = used()
  const each = own.map((_, index) => after.each[index] - before.each[index])
  const all = after.all - before.all
  const sum = each.reduce((total, one) => total + one, 0)
  return {
    ...{ rate: requests / elapsed, failed, cpu: all / answered },
    ...{ most: Math.max(...each) / answered, primary: (all - sum) / answered },
  }
}

function summary({ name, runs }, one, shares) {
  const of = (key) => median(runs.map((run) => run[key]))
  const capacities = runs.map(({ most }, round) => one.runs[round].most / most)
  const total = shares.reduce((sum, share) => sum + share, 0)
  return {
    ...{ name, rate: of('rate'), cpu: of('cpu'), most: of('most'), primary: of('primary') },
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
    shares: shares.map((share) => share / total),
    capacity: {
      median: median(capacities),
      least: Math.min(...capacities),
      most: Math.max(...capacities),
    },
  }
}

export function workersTable({ connections, workers, rows }) {
  const head = [
    ...['', 'CPU s per 1,000', 'of it the busiest worker', 'and the primary'],
    ...['shares of the load', 'capacity', 'requests/s here', 'failed'],
  ]
  const cells = rows.map(({ name, rate, cpu, most, primary, shares, capacity, failed }) => [
    ...[name, number(cpu * 1000, 3), number(most * 1000, 3), number(primary * 1000, 3)],
    shares.map((share) => `${number(share * 100, 1)} %`).join(', '),
    `${number(capacity.median, 2)} (${number(capacity.least, 2)}-${number(capacity.most, 2)})`,
    ...[number(rate, 0), failed],
  ])
  return (
    `### POST of 130 bytes, over ${connections} connections\n\n${table(head, cells)}\n` +
    '- capacity: how much more than one they answer where the rest leaves their cores free: the\n' +
    '  CPU of one for a request to that of the busiest of several for a request to any of them\n' +
    (areCoresEnough(workers) ? '' : '- requests/s here: all workers have one core between them\n')
  )
}
