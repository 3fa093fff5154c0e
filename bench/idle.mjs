// What connections cost that do nothing: each has asked one thing and is kept alive.

import { setTimeout as pause } from 'node:timers/promises'
import { hold } from './load/run.mjs'
import { interrupted } from './processes.mjs'
import { number, table } from './table.mjs'
import { memory } from './usage.mjs'

// Within the time that Node's servers and nginx keep an idle connection by default.
const SETTLES_MS = 2000

/** Answers `[{ name, before, after, open, failure }]`, resident memory in MB. */
export async function measureIdle(subjects, connections, { tell }) {
  const rows = []
  for (const subject of subjects) {
    const row = await measureOne(subject, connections)
    rows.push(row)
    const { name, before, after, open, failure } = row
    const what = failure ?? `${open} open, ${number(before, 0)} to ${number(after, 0)} MB`
    tell(`idle: ${name}: ${what}`)
  }
  return rows
}

async function measureOne({ name, start }, connections) {
  let running
  try {
    running = await start()
    const before = memory(running.pid, 'VmRSS')
    const held = await hold({ address: running.address, connections })
    await pause(SETTLES_MS)
    const after = memory(running.pid, 'VmRSS')
    return { name, before, after, open: await held.leave() }
  } catch (error) {
    interrupted.throwIfAborted()
    return { name, failure: error.message }
  } finally {
    await running?.stop()
  }
}

export function idleTable(rows, connections) {
  const head = ['', 'still open', 'MB before', 'MB with them', 'KB a connection']
  const cells = rows.map(({ name, before, after, open, failure }) => [
    ...[name, failure ?? number(open, 0), number(before, 0), number(after, 0)],
    failure ? '-' : number(((after - before) * 1024) / open, 1),
  ])
  return `### ${number(connections, 0)} idle connections\n\n${table(head, cells)}`
}
