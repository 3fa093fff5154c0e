// Speed, in three interleaved rounds, each in a fresh process and folder; medians.

import { join } from 'node:path'
import { inFolder, run, takes } from './children.mjs'

const ROUNDS = 3

async function once(store, options, seconds) {
  return inFolder(async (parent) => {
    const folder = join(parent, 'store')
    const sizes = []
    const job = { mode: 'speed', store, folder, seconds, ...options }
    const ended = await run(
      job,
      (line) => {
        if (line.written || line.drained) sizes.push(takes(folder))
      },
      40_000,
    )
    if (ended.code !== 0) throw new Error(`${store}: ${ended.signal ?? ended.stderr}`)
    const [written, drained] = await Promise.all(sizes)
    return { ...ended.all, written, drained, closed: await takes(folder) }
  })
}

function medians(rounds) {
  const middle = (key) => rounds.map((round) => round[key]).sort((a, b) => a - b)[ROUNDS >> 1]
  const keys = ['batches', 'cpu', 'drain', 'memory', 'written', 'drained', 'closed']
  return Object.fromEntries(keys.map((key) => [key, middle(key)]))
}

export async function speedOf(stores, options, seconds) {
  const rounds = Object.fromEntries(stores.map((store) => [store, []]))
  for (let round = 0; round < ROUNDS; round += 1)
    for (const store of stores) rounds[store].push(await once(store, options, seconds))
  return Object.fromEntries(stores.map((store) => [store, medians(rounds[store])]))
}
