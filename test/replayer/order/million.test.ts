import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Graph } from '../../../replayer/order/graph.ts'
import type { Placed } from '../../../replayer/order/placed.ts'
import { DEFAULT_RULES, Schedule } from '../../../replayer/order/schedule.ts'
import { placed } from './placed.ts'

/** A million where that was asked for (it takes minutes): it is the same at a tenth of that. */
const LAST = Number(process.env['REPRISE_ENTRIES'] ?? 100_000)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** 64 clients at a time, lanes and values included. */
function entryAt(i: number): Placed {
  const arrivedAt = i * 100 - ((i * 7919) % 64) * 100
  return placed(i, arrivedAt, i * 100, {
    clock: `host ${i % 2}`,
    lane: i % 50 === 0 ? null : `lane ${i % 977}`,
    uses: [`value ${i - 300}`],
    produces: [`value ${i}`],
  })
}

/** Heap in MiB after so many. */
function heapAt(counts: readonly number[], add: (entry: Placed) => void): number[] {
  const heap: number[] = []
  for (let i = 1; i <= counts.at(-1)!; i++) {
    add(entryAt(i))
    if (!counts.includes(i)) continue
    collectGarbage()
    heap.push(process.memoryUsage().heapUsed / 2 ** 20)
  }
  return heap
}

test('a hundred thousand entries take no more memory than the first twenty-five thousand', () => {
  const schedule = new Schedule<number>({ ...DEFAULT_RULES, concurrency: 64 })
  const [few, many] = heapAt([25_000, LAST], (entry) => {
    if (!schedule.hasRoom) schedule.done(schedule.take()!)
    schedule.add(entry.id, entry)
  })
  expect(many! - few!).toBeLessThan(1)
}, 300_000)

// So many that the lanes and values which it remembers have been forgotten twice and more.
test('the figures take no more memory the more entries there are', () => {
  const graph = new Graph(DEFAULT_RULES)
  const [few, many] = heapAt([75_000, 200_000], (entry) => graph.add(entry))
  expect(many! - few!).toBeLessThan(8)
  expect(graph.finish()).toMatchObject({ entries: 200_000, lanes: 977, are: 'least' })
}, 300_000)
