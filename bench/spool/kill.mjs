// kill -9 at random moments, again and again in one folder: whatever was acknowledged and not
// drained has to be there, in order, with its bytes. And the lock: a second process must not open.

import { join } from 'node:path'
import { inFolder, run } from './children.mjs'
import { toSet } from './records.mjs'

export async function killRounds(store, options, rounds) {
  return inFolder(async (parent) => {
    const folder = join(parent, 'store')
    const result = { rounds, acked: 0, missing: 0, wrong: 0, disordered: 0, failed: 0 }
    let from = 1
    let oldest = 1
    for (let round = 0; round < rounds; round += 1) {
      let timer
      const job = {
        mode: 'write',
        store,
        folder,
        from,
        oldest,
        most: 1e6,
        drains: true,
        ...options,
      }
      const written = await run(job, (_, child) => {
        timer ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * 500)
      })
      clearTimeout(timer)
      const acked = written.all.acked ?? from - 1
      const drained = written.all.drained ?? oldest - 1
      result.acked += acked - from + 1
      const read = await run({ mode: 'read', store, folder, ...options })
      if (!read.all.read) {
        result.failed += 1
        result.why = read.all.error ?? read.signal ?? read.stderr
        break
      }
      const present = toSet(read.all.present)
      for (let seq = drained + 1; seq <= acked; seq += 1) if (!present.has(seq)) result.missing += 1
      result.wrong += read.all.wrong
      result.disordered += read.all.disordered
      from = Math.max(acked, read.all.present.at(-1)?.[1] ?? 0) + 1
      oldest = read.all.present[0]?.[0] ?? from
    }
    return result
  })
}

export async function lockOf(store, options) {
  return inFolder(async (parent) => {
    const job = { mode: 'read', store, folder: join(parent, 'store'), ...options }
    const seconds = []
    const first = await run({ ...job, hold: true }, (line, child) => {
      if (line.holding) seconds.push(run(job).finally(() => child.kill('SIGKILL')))
    })
    const [second = first] = await Promise.all(seconds)
    return second.all.opened
      ? 'opened twice'
      : (second.all.error?.cause ?? second.all.error?.code ?? second.signal)
  })
}
