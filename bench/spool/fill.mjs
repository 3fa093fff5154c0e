// In the child: writes until the disk is full, then sees what goes on once there is room again.

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { batch } from './records.mjs'
import { openStore } from './stores.mjs'

export async function fill({ job, say, shapeOf, strays }) {
  const ballast = join(job.mount, 'ballast')
  await writeFile(ballast, Buffer.alloc(job.ballast))
  let store = await openStore(job.store, job.folder, job)
  let next = 1

  async function attempt(count) {
    try {
      await store.append(batch(next, count))
      say({ range: [next, next + count - 1] })
      next += count
      return { ok: true }
    } catch (error) {
      return { error: await shapeOf(error) }
    }
  }
  const several = async (times, count) => {
    const outcomes = []
    for (let at = 0; at < times; at += 1) outcomes.push(await attempt(count))
    return outcomes
  }

  let outcome = { ok: true }
  for (let turn = 0; outcome.ok && turn < 2000; turn += 1)
    outcome = await attempt(1 + ((turn * job.seed) % 24))
  say({ first: outcome.error })
  say({ whileFull: await several(3, 1) })
  if (job.stayFull) process.kill(process.pid, 'SIGKILL')

  await rm(ballast)
  const same = await several(3, 2)
  say({ same })
  if (!same.at(-1).ok) {
    try {
      await store.close()
      store = await openStore(job.store, job.folder, job)
      say({ reopened: await several(3, 2) })
    } catch (error) {
      say({ reopened: [{ error: await shapeOf(error) }] })
    }
  }
  await several(20, 3)
  say({ strays })
  process.kill(process.pid, 'SIGKILL')
}
