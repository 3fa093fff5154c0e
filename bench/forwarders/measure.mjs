// How a run is measured: the load in a process of its own, CPU time from the system.

import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinned, start } from './engines.mjs'

/** The forwarder under test has a core of its own; all else shares the other. */
export const FORWARDER_CORE = 0
export const LOAD_CORE = 1

const here = path.dirname(fileURLToPath(import.meta.url))

/** User and system time of a process; unknown where there is no /proc. */
export function cpuSeconds(pid) {
  if (pid === undefined || process.platform !== 'linux') return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; after it, utime and stime are fields 12 and 13.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond()
}

let ticks
function ticksPerSecond() {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ticks
}

/** Runs the load against an address and answers its figures (see load.mjs). */
export async function load(address, seconds) {
  const args = [path.join(here, 'load.mjs'), address, String(seconds)]
  return JSON.parse(await output([process.execPath, ...args], LOAD_CORE))
}

function output(line, core) {
  const [command, ...args] = pinned(line, core)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (bytes) => (printed += bytes))
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`load ended with ${code}`)),
    )
  })
}

/** The upstream that answers every POST of the load. */
export const startOrigin = () =>
  start({ name: 'origin', arguments: () => [path.join(here, 'origin.mjs')] }, '', LOAD_CORE)

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
