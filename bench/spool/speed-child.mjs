// In the child: synced batches of 64 x 500 bytes for a while, then all of it drained.

import { randomBytes } from 'node:crypto'
import { openStore } from './stores.mjs'

const COUNT = 64
const CHUNK = 512

export async function speed({ job, say }) {
  const store = await openStore(job.store, job.folder, job)
  const noise = randomBytes(1 << 20)
  const valueOf = (seq) => noise.subarray((seq * 61) % 1_000_000).subarray(0, 500)
  let next = 1
  const cpu = process.cpuUsage()
  const start = performance.now()
  while (performance.now() - start < job.seconds * 1000) {
    const from = next
    await store.append(Array.from({ length: COUNT }, (_, at) => [from + at, valueOf(from + at)]))
    next += COUNT
  }
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const records = next - 1
  const memory = process.memoryUsage.rss()
  say({ written: true })

  const begun = performance.now()
  let from = 1
  let drained = 0
  for (;;) {
    const chunk = await store.read(from, CHUNK)
    if (chunk.length === 0) break
    await store.remove(chunk.map(([seq]) => seq))
    drained += chunk.length
    from = chunk.at(-1)[0] + 1
  }
  const drainSeconds = (performance.now() - begun) / 1000
  if (drained !== records) throw new Error(`drained ${drained} of ${records}`)
  say({ drained: true })
  await store.compact()
  await store.close()
  say({
    batches: records / COUNT / seconds,
    cpu: (user + system) / records,
    drain: records / drainSeconds,
    memory,
  })
}
