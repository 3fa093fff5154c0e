import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { codeOf } from '../problem.ts'

/** A server as its postmaster.pid tells of it. */
export interface Running {
  pid: number
  port: number
  ready: boolean
}

/**
 * What postmaster.pid says (its lines: pid, data directory, start time, port, socket folder,
 * listen address, shared memory, status), or undefined if no server runs. A file that a killed
 * server left is removed where its pid now belongs to some other program; PostgreSQL itself sees
 * to the case where it belongs to nobody.
 */
export function readPidFile(place: { cluster: string; pidFile: string }): Running | undefined {
  const text = contents(place.pidFile)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isThere(pid)) return undefined
  if (isZombie(pid) || isOtherProgram(pid, place.cluster)) {
    // Somebody else may have come to the same end a moment ago, and started a server since.
    if (contents(place.pidFile) === text) rmSync(place.pidFile, { force: true })
    return undefined
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/** Whether a process runs; one that ended and was not waited for does not. */
export function isAlive(pid: number): boolean {
  return isThere(pid) && !isZombie(pid)
}

function contents(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** In a container whose first process waits for nobody, what ended stays in the process table. */
function isZombie(pid: number): boolean {
  return /^\d+ \(.*\) [ZX]/s.test(contents(`/proc/${pid}/stat`) ?? '')
}

/**
 * Whether a pid is not that of this cluster's server, which works in the cluster's folder: the pid
 * may have come to any program, to the server of another cluster too. Where that cannot be read
 * the name of the program decides, and where there is no /proc it is taken for the server.
 */
function isOtherProgram(pid: number, cluster: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(cluster)
  } catch {
    const name = contents(`/proc/${pid}/comm`)
    return name !== undefined && !name.startsWith('postgres')
  }
}
