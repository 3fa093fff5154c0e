// The load, each in a process of its own on the core that is not the subject's.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FORWARDER_CORE, interrupted, LOAD_CORE, pinned, start } from '../processes.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))

/** Of each load in this run: request bodies bear it, so that no two are the same. */
let number = 0

/**
 * `{ requests, elapsed, p50, p99, p999, sent, answered, changed, failed, complaint }`: the requests
 * answered in the time and their latencies in ms; all that was sent and answered (the last ones
 * after the time), how many answers had another length than the upstream's, and what went wrong.
 */
export const load = (plan) => figuresOf('load.mjs', { ...plan, number: ++number }, LOAD_CORE)

/** `{ bytes, elapsed }` */
export const upload = (plan) => figuresOf('upload.mjs', { ...plan, number: ++number }, LOAD_CORE)

/** `{ p50, p99 }` of one commit, in ms: from the subject's core, as the proxy would do it. */
export const commits = (plan) => figuresOf('commits.mjs', plan, FORWARDER_CORE)

/** Holds idle connections: `{ open, leave }`; `leave()` answers how many were open to the end. */
export async function hold(plan) {
  const { child, lines, ended } = run('hold.mjs', { ...plan, number: ++number }, LOAD_CORE)
  const { value } = await Promise.race([lines.next(), ended.then(() => ({}))])
  if (value === undefined) return ended
  return {
    open: JSON.parse(value).open,
    leave: async () => {
      child.stdin.end()
      return JSON.parse((await lines.next()).value).open
    },
  }
}

/** The upstream of all subjects. */
export const startOrigin = () =>
  start({ name: 'origin', command: [process.execPath, path.join(here, 'origin.mjs')] }, LOAD_CORE)

async function figuresOf(file, plan, core) {
  const { child, lines, ended } = run(file, plan, core)
  child.stdin.end()
  const { value } = await lines.next()
  await ended
  return JSON.parse(value)
}

/** `ended` is rejected with what the process complained of. */
function run(file, plan, core) {
  const line = pinned([process.execPath, path.join(here, file), JSON.stringify(plan)], core)
  const child = spawn(line[0], line.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.on('data', (bytes) => (complaint += bytes))
  const stop = () => child.kill('SIGKILL')
  interrupted.addEventListener('abort', stop)
  const ended = once(child, 'close').then(([code]) => {
    interrupted.removeEventListener('abort', stop)
    if (code !== 0) throw new Error(complaint.trim() || `${file} was ended`)
  })
  return { child, lines, ended }
}
