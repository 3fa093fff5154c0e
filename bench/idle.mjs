// What connections cost that do nothing: each has asked one thing and is kept alive.

import { setTimeout as pause } from 'node:timers/promises'
import { hold } from './load/run.mjs'
import { number, table } from './table.mjs'
import { memory } from './usage.mjs'

// Within the time that Node's servers and nginx keep an idle connection by default.
const SETTLES_MS = 2000

/** Answers `[{ name, before, after, open, failure }]`, resident memory in MB. */
export async function measureIdle(subjects, connections, { tell }) {
  const rows = []
  for (const { name, start } of subjects) {
    const { address, pid, stop } = await start()
    try {
      const before = memory(pid, 'VmRSS')
      const held = await hold({ address, connections })
      await pause(SETTLES_MS)
      const after = memory(pid, 'VmRSS')
      rows.push({ name, before, after, open: await held.leave() })
    } catch (error) {
      rows.push({ name, failure: error.message })
    } finally {
      await stop()
    }
    const { before, after, open, failure } = rows.at(-1)
    tell(failure ?? `idle: ${name} ${open} open, ${number(before, 0)} to ${number(after, 0)} MB`)
  }
  return rows
}

export function idleTable(rows, connections) {
  const head = ['', 'still open', 'MB before', 'MB with them', 'KB a connection']
  const cells = rows.map(({ name, before, after, open, failure }) => [
    ...[name, failure ?? number(open, 0), number(before, 0), number(after, 0)],
    failure ? '-' : number(((after - before) * 1024) / connections, 1),
  ])
  return `### ${number(connections, 0)} idle connections\n\n${table(head, cells)}`
}
