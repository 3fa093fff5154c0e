// What a process and all that it started have used, from /proc. Unknown where there is none.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const knows = existsSync('/proc/self/stat')

/**
 * User and system time of a process tree, in seconds. A process passes what it used to its parent
 * when it ends, so that nothing is missed of those that came and went.
 */
export function cpuSeconds(pid) {
  if (pid === undefined || !knows) return undefined
  let ticks = 0
  for (const { used } of treeOf(pid)) ticks += used
  return ticks / ticksPerSecond()
}

/** Of a process tree, in megabytes: `VmRSS` is resident now, `VmHWM` the sum of their peaks. */
export function memory(pid, key) {
  if (pid === undefined || !knows) return undefined
  let kilobytes = 0
  for (const one of treeOf(pid)) {
    const status = readIfThere(`/proc/${one.pid}/status`) ?? ''
    kilobytes += Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
  }
  return kilobytes / 1024
}

/** Its parent, or `undefined`. */
export const parentOf = (pid) => (knows ? statOf(pid)?.parent : undefined)

/** Those that it started itself. */
export const childrenOf = (pid) =>
  (knows ? statsOfAll() : []).filter(({ parent }) => parent === pid).map((stat) => stat.pid)

function statsOfAll() {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return all.map((pid) => statOf(Number(pid))).filter((stat) => stat !== undefined)
}

function treeOf(root) {
  const stats = statsOfAll()
  const tree = stats.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...stats.filter(({ parent }) => parent === pid))
  return tree
}

function statOf(pid) {
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name in parentheses may hold spaces; after it the parent is field 1, and from 11 on come
  // utime, stime, and the same of children that have ended.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const used = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { pid, parent: Number(fields[1]), used }
}

/** Processes end while they are looked at. */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

let ticks
function ticksPerSecond() {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ticks
}
