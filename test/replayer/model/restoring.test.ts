import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLanePattern } from '../../../replayer/order/lanes.ts'
import { DEFAULT_RULES } from '../../../replayer/order/schedule.ts'
import type { Act } from './acts.ts'
import { courseOf, type Course } from './course.ts'
import { anyHistory, happen, type History } from './history.ts'
import { restore, type Order } from './restoring.ts'
import { storyOf } from './story.ts'

// Whatever clients did side by side: what was recorded of it, sent to a backend that lost everything and
// makes up other ids, is answered as it was, and leaves the same state but for the ids.

/** Histories of each order; REPRISE_MODEL_RUNS says how many (`npm run test:model:long`), REPRISE_MODEL_SEED which. */
const RUNS = Number(process.env['REPRISE_MODEL_RUNS'] ?? 20)
/** Whoever only asks whether it fails does not wait for the shortest history that does. */
const endOnFailure = process.env['REPRISE_MODEL_SHRINK'] === 'no'
const SEED = Number(process.env['REPRISE_MODEL_SEED'] ?? 2026)

const nouns = ['/projects', '/groups', '/work-orders', '/items', '/devices', '/boxes']
const things = nouns.map((path) => parseLanePattern(`${path}/:id`))
const apart = [...things, ...nouns.map(parseLanePattern)]

const side: Order = { name: 'side by side', rules: DEFAULT_RULES, lanes: [] }
const ORDERS: Order[] = [
  side,
  { ...side, name: 'one after the other', rules: { ...DEFAULT_RULES, concurrency: 1 } },
  { ...side, name: 'in a small window', rules: { ...DEFAULT_RULES, window: 3 } },
  { ...side, name: 'in lanes of things', lanes: things },
]

async function check(history: History, order: Order): Promise<Course> {
  const happened = await happen(history)
  const stream = happened.recorder.stream()
  const restored = await restore(stream, history.world, history.seed + 7919, order)
  const wrong = restored.played.filter(({ comparison }) => comparison.outcome !== 'same')
  const state = [restored.backend, happened.backend].map((one) => JSON.stringify(one.state()))
  const course = courseOf(restored.played, order.lanes)
  if (wrong.length === 0 && state[0] === state[1]) return course
  const told = `${JSON.stringify(history.world)}\n${storyOf(happened, restored)}`
  expect(restored.backend.state(), told).toEqual(happened.backend.state())
  expect.fail(told)
}

/** What is still to be shrunk is given up. */
const LONGEST = 60_000 + RUNS * 500

async function checkAll(order: Order, leftOut: readonly Act['what'][] = []): Promise<void> {
  const all: Course = { together: 0, across: 0, within: 0 }
  const property = fc.asyncProperty(anyHistory(leftOut), async (history) => {
    const { together, across, within } = await check(history, order)
    all.together += together
    all.across += across
    all.within += within
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure })
  // That the order was kept says something only where it was this order.
  expect({ ...all, together: all.together > 0, across: all.across > 0 }).toEqual({
    together: order.rules.concurrency > 1,
    across: order.lanes.length > 0,
    within: 0,
  })
}

test.each(ORDERS)('the state is restored, $name', (order) => checkAll(order), LONGEST)

// Lanes say that what is in one does not need another but for values. A list needs all that it shows: it
// keeps its order with what is made, where both are in one lane, and with what is deleted in none.
test(
  'the state is restored, in lanes that making has one of',
  () => checkAll({ ...side, lanes: apart }, ['export']),
  LONGEST,
)
test(
  'the state is restored, in lanes that making has one of, with lists and nothing deleted',
  () => checkAll({ ...side, lanes: apart }, ['deleteItem', 'deleteProject', 'deleteTask']),
  LONGEST,
)
