// What is run in a process of its own, because it is killed or may die: node child.mjs '{"mode":…}'

import { writeSync } from 'node:fs'
import { fill } from './fill.mjs'
import { batch, bodyOf, toRanges } from './records.mjs'
import { speed } from './speed-child.mjs'
import { openStore } from './stores.mjs'

const job = JSON.parse(process.argv[2])
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

/** What went wrong is in `cause` with classic-level, and in a promise, `commitError`, with lmdb. */
async function shapeOf(error) {
  let { cause } = error
  try {
    await error.commitError
  } catch (reason) {
    cause = reason
  }
  const message = String(cause?.message ?? error.message)
  return { code: error.code, cause: cause?.code, message: message.slice(0, 160) }
}

const strays = []
process.on('unhandledRejection', (error) => {
  strays.push(String(error.message))
})

/** Appends until killed, telling every number that is safe, and drains some of it. */
async function write() {
  const store = await openStore(job.store, job.folder, job)
  const until = Date.now() + 10_000
  let next = job.from
  let oldest = job.oldest ?? job.from
  for (let turn = 1; Date.now() < until && next < job.from + job.most; turn += 1) {
    const count = 1 + Math.floor(Math.random() * 64)
    await store.append(batch(next, count))
    next += count
    say({ acked: next - 1 })
    if (!job.drains || turn % 4 > 0 || next - oldest < 300) continue
    const gone = Array.from({ length: next - oldest - 200 }, (_, at) => oldest + at)
    oldest += gone.length
    say({ drained: oldest - 1 })
    await store.remove(gone)
  }
  process.kill(process.pid, 'SIGKILL')
}

/** All there is, compared with what it should be; with `drain`, removed as well. */
async function read() {
  const found = { present: [], wrong: 0, disordered: 0 }
  const seqs = []
  try {
    const store = await openStore(job.store, job.folder, job)
    found.opened = true
    let from = 0
    for (;;) {
      const records = await store.read(from, 200)
      if (records.length === 0) break
      for (const [seq, value] of records) {
        if (seqs.length > 0 && seq <= seqs.at(-1)) found.disordered += 1
        if (!Number.isSafeInteger(seq) || seq > 1e7 || !bodyOf(seq).equals(value)) found.wrong += 1
        else seqs.push(seq)
      }
      from = records.at(-1)[0] + 1
      if (!Number.isSafeInteger(from) || from > 1e7) break
      if (job.drain) await store.remove(records.map(([seq]) => seq))
    }
    found.read = true
    if (job.hold) {
      say({ holding: true })
      await new Promise((done) => {
        setTimeout(done, 5000)
      })
    }
    await store.close()
  } catch (error) {
    found.error = await shapeOf(error)
  }
  say({ ...found, present: toRanges(seqs), strays })
}

const modes = { write, read, fill, speed }
await modes[job.mode]({ job, say, shapeOf, strays })
