// What the order of a replay costs: CPU an entry, and whether memory stays flat.
//
//   npm run --silent build && node --expose-gc bench/plan.mjs
//
// Synthetic histories of one recorder or two, as `clients` concurrent ones make them. `schedule` is
// what a run pays; `plan` is what `reprise plan` computes besides: figures, and whom each waits for.

import { Graph } from '../dist/replayer/order/graph.js'
import { DEFAULT_RULES, Schedule } from '../dist/replayer/order/schedule.js'
import { Waits } from '../dist/replayer/order/waits.js'

const SHAPES = {
  'one clock': {},
  'two clocks': { clocks: 2 },
  '1,000 lanes': { lanes: 1_000 },
  '1,000 lanes, values': { lanes: 1_000, values: true },
}
const COUNTS = [10_000, 100_000, 1_000_000]
const CLIENTS = 64

/** Each client sends its next request when the last one was answered; answers take 1 to 20 ms. */
function* history(count, { clocks = 1, lanes = 0, values = false }) {
  const chance = chances(42)
  const gap = 10_000 / CLIENTS
  let orderedAt = 0
  for (let id = 1; id <= count; id++) {
    orderedAt += Math.ceil(gap * 2 * chance())
    const took = 1_000 + Math.floor(19_000 * chance())
    yield {
      id,
      arrivedAt: orderedAt - took,
      orderedAt,
      clock: `host-${id % clocks}`,
      // One in fifty has none, as the POST that makes a device.
      lane: lanes > 0 && id % 50 > 0 ? `lane:${Math.floor(lanes * chance())}` : null,
      uses: values && id > 200 ? [`value ${id - 200}`] : [],
      produces: values ? [`value ${id}`] : [],
    }
  }
}

function chances(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function scheduleAll(entries) {
  const schedule = new Schedule({ ...DEFAULT_RULES, concurrency: CLIENTS })
  let out = []
  const finishAll = () => {
    for (let id = schedule.take(); id !== null; id = schedule.take()) out.push(id)
    for (const id of out) schedule.done(id)
    out = []
  }
  for (const entry of entries) {
    if (!schedule.hasRoom) finishAll()
    schedule.add(entry.id, entry)
  }
  while (schedule.size > 0) finishAll()
}

function planAll(entries) {
  const graph = new Graph(DEFAULT_RULES)
  const waits = new Waits({ ...DEFAULT_RULES, most: 32 })
  for (const entry of entries) {
    graph.add(entry)
    waits.add(entry)
  }
  return graph.finish()
}

function measured(work, count, shape) {
  let most = 0
  const watched = function* () {
    for (const entry of history(count, shape)) {
      // Often enough to see growth, seldom enough to cost nothing.
      if (entry.id % 50_000 === 0 || entry.id === 5_000) {
        globalThis.gc?.()
        most = Math.max(most, process.memoryUsage().heapUsed)
      }
      yield entry
    }
  }
  const started = process.cpuUsage()
  for (const entry of history(count, shape)) void entry
  const idle = total(process.cpuUsage(started))
  const begun = process.cpuUsage()
  work(history(count, shape))
  const micros = (total(process.cpuUsage(begun)) - idle) / count
  work(watched())
  return { micros, megabytes: most / 2 ** 20 }
}

function total({ user, system }) {
  return user + system
}

console.log('work      history                 entries   us/entry   heap MiB')
for (const [name, shape] of Object.entries(SHAPES)) {
  for (const [label, work] of [
    ['schedule', scheduleAll],
    ['plan', planAll],
  ]) {
    for (const count of COUNTS) {
      const { micros, megabytes } = measured(work, count, shape)
      console.log(
        `${label.padEnd(10)}${name.padEnd(20)}${String(count).padStart(11)}` +
          `${micros.toFixed(2).padStart(11)}${megabytes.toFixed(1).padStart(11)}`,
      )
    }
  }
}
