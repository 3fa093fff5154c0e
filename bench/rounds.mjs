// Subjects side by side: all are started, warmed, and measured in rounds, in another order in each,
// as what else runs on a machine would favour one of them otherwise. One that fails is told of, and
// spoils nothing.

import { shuffled } from './figures.mjs'
import { load, upload } from './load/run.mjs'
import { interrupted } from './processes.mjs'
import { cpuSeconds, memory } from './usage.mjs'

const WARM_REQUESTS = 20_000
const WARM_SECONDS = 6
const WARM_BYTES = 2 ** 26

/**
 * `work` is `{ shape, mutates, connections, seconds, bytes }`, the plan `{ rounds, seed }`. Answers
 * an entrant a subject: `{ name, note, runs, failure, notes, answered, recorded, peakMegabytes }`.
 */
export async function compare(subjects, work, { rounds, seed }, { journal, tell }) {
  const entrants = []
  const running = () => entrants.filter(({ failure }) => failure === undefined)
  try {
    for (const subject of subjects) entrants.push(await enter(subject, tell))
    for (const entrant of shuffled(running(), seed)) {
      await attempt(entrant, tell, async () => note(entrant, await warm(entrant, work)))
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const entrant of shuffled(running(), seed + round)) {
        await attempt(entrant, tell, async () => {
          const run = await measure(entrant, work, journal)
          entrant.runs[round - 1] = run
          tell(`round ${round}: ${entrant.name} ${Math.round(run.rate).toLocaleString('en')}/s`)
        })
      }
    }
  } finally {
    for (const entrant of entrants) await leave(entrant, work, tell)
  }
  return entrants
}

async function enter(subject, tell) {
  const { name, note } = subject
  const entrant = { name, note, stores: subject.stores, runs: [], notes: [], answered: 0 }
  await attempt(entrant, tell, async () => (entrant.running = await subject.start()))
  return entrant
}

async function attempt(entrant, tell, step) {
  try {
    await step()
  } catch (error) {
    interrupted.throwIfAborted()
    entrant.failure = error.message
    tell(`FAILED: ${entrant.name}: ${error.message}`)
  }
}

function warm({ running: { address } }, { shape, connections, bytes }) {
  if (shape === 'upload') return upload({ address, bytes: Math.min(bytes, WARM_BYTES) })
  return load({ address, shape, connections, seconds: WARM_SECONDS, requests: WARM_REQUESTS })
}

async function measure(entrant, work, journal) {
  const { address, pid } = entrant.running
  const before = { own: cpuSeconds(pid), store: journal.cpuSeconds() }
  const figures =
    work.shape === 'upload'
      ? await upload({ address, bytes: work.bytes })
      : await load({ address, ...work })
  note(entrant, figures)
  const own = pid === undefined ? undefined : cpuSeconds(pid) - before.own
  const store = entrant.stores ? journal.cpuSeconds() - before.store : undefined
  // Requests and thousands of them, or megabytes and gigabytes.
  const amount = figures.requests ?? figures.bytes / 2 ** 20
  const many = figures.requests === undefined ? 1024 : 1000
  return {
    rate: amount / figures.elapsed,
    ...{ p50: figures.p50, p99: figures.p99, p999: figures.p999 },
    ...(own !== undefined && { cpu: (own * many) / amount, perCpuSecond: amount / own }),
    ...(store !== undefined && { storeCpu: (store * many) / amount }),
  }
}

function note(entrant, { answered = 1, changed = 0, failed = 0, complaint }) {
  entrant.answered += answered
  if (changed > 0) entrant.changed = true
  if (failed > 0) entrant.notes.push(`${failed} requests failed: ${complaint}`)
}

/** Notes what it used and kept, and ends it. */
async function leave(entrant, { mutates }, tell) {
  const { running } = entrant
  if (running === undefined) return
  const { recorded, countedWhile, mutationsOnly } = running
  const counts = recorded !== undefined && (mutates || mutationsOnly !== true)
  const count = () => attempt(entrant, tell, async () => (entrant.recorded = await recorded()))
  entrant.peakMegabytes = memory(running.pid, 'VmHWM')
  if (counts && countedWhile === 'running' && !interrupted.aborted) await count()
  await running.stop()
  if (counts && countedWhile !== 'running' && !interrupted.aborted) await count()
}
