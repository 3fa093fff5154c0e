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
  const each = async (order, step) => {
    for (const entrant of order) {
      await attempt(entrant, tell, () => step(entrant))
      // What it has not done yet would be done at the cost of the next.
      if (entrant.failure !== undefined) await leave(entrant, work, tell)
    }
  }
  try {
    for (const subject of subjects) entrants.push(await enter(subject, tell))
    await each(shuffled(running(), seed), async (entrant) =>
      note(entrant, await warm(entrant, work)),
    )
    for (let round = 1; round <= rounds; round += 1) {
      await each(shuffled(running(), seed + round), async (entrant) => {
        const run = await measure(entrant, work, journal)
        entrant.runs[round - 1] = run
        tell(`round ${round}: ${entrant.name} ${Math.round(run.rate).toLocaleString('en')}/s`)
      })
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
    entrant.failure ??= error.message
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
  return work.shape === 'upload' ? uploadRun(figures, own, store) : requestRun(figures, own, store)
}

/** CPU time for what was answered in the end: the last answers come after the time. */
function requestRun({ requests, elapsed, answered, p50, p99, p999 }, own, store) {
  const run = { rate: requests / elapsed, p50, p99, p999 }
  if (own !== undefined) Object.assign(run, costs(own, store, answered, 1000))
  return run
}

/** In megabytes a second, and CPU time for a gigabyte. */
function uploadRun({ bytes, elapsed }, own, store) {
  const megabytes = bytes / 2 ** 20
  const run = { rate: megabytes / elapsed }
  if (own !== undefined) Object.assign(run, costs(own, store, megabytes, 1024))
  return run
}

const costs = (own, store, amount, many) => ({
  cpu: (own * many) / amount,
  perCpuSecond: amount / own,
  ...(store !== undefined && { storeCpu: (store * many) / amount }),
})

function note(entrant, { answered = 1, changed = 0, failed = 0, complaint }) {
  entrant.answered += answered
  if (changed > 0) entrant.changed = true
  if (failed > 0) entrant.notes.push(`${failed} requests failed: ${complaint}`)
}

/** Notes what it used and kept, and ends it. */
async function leave(entrant, { mutates }, tell) {
  const { running } = entrant
  if (running === undefined) return
  entrant.running = undefined
  const { recorded, countedWhile, mutationsOnly } = running
  const counts = recorded !== undefined && (mutates || mutationsOnly !== true)
  const count = () => attempt(entrant, tell, async () => (entrant.recorded = await recorded()))
  entrant.peakMegabytes = memory(running.pid, 'VmHWM')
  if (counts && countedWhile === 'running' && !interrupted.aborted) await count()
  await running.stop()
  if (counts && countedWhile !== 'running' && !interrupted.aborted) await count()
}
