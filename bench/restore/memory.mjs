// Whether memory is flat: `reprise replay` and `reprise plan` of a hundredth, a tenth and all of a journal, what each
// process had at most, and what of its heap was in use.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { start } from '../processes.mjs'
import { number, table } from '../table.mjs'
import { fillJournal, madeBy } from './fill.mjs'
import { planned, replay } from './runs.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const cli = path.join(here, '../../dist/cli.js')
const STREAM = 'restore'

/** Answers `[{ name, entries, megabytes, heap, cpu }]`, megabytes of all and of the heap, CPU in microseconds an entry. */
export async function measureMemory({ restore: count, seed, work }, { journal, folder, tell }) {
  const command = [process.execPath, path.join(here, 'origin.mjs'), String(work)]
  const origin = await start({ name: 'origin', command })
  try {
    tell(`writing ${count} entries`)
    await fillJournal({ url: journal.url, stream: STREAM, count, seed })
    const subject = { cli, journal, folder, origin }
    const rows = []
    for (const entries of [count / 100, count / 10, count].map(Math.ceil)) {
      const made = madeBy(entries, { recorded: count, seed })
      const part = { stream: STREAM, count: entries, idTo: entries, made }
      const runs = { replay: () => replay(subject, part), plan: () => planned(subject, part) }
      for (const [name, ask] of Object.entries(runs)) {
        rows.push({ name, entries, ...(await ask()) })
        tell(JSON.stringify(rows.at(-1)))
      }
    }
    return rows
  } finally {
    await origin.stop()
  }
}

export function memoryTable(rows) {
  const head = ['', 'entries', 'peak MB', 'heap in use MB', 'CPU µs an entry']
  const lines = rows
    .toSorted((a, b) => b.name.localeCompare(a.name))
    .map(({ name, entries, megabytes, heap, cpu }) => [
      ...[`reprise ${name}`, number(entries, 0), number(megabytes, 0)],
      ...[number(heap, 1), number(cpu, 1)],
    ])
  return `### Memory, the more entries there are\n\n${table(head, lines)}`
}
