// Subjects as processes: each in a process group of its own, pinned to a core, known by its pid.

import { execFileSync, spawn } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** The subject has a core of its own; load, upstream and PostgreSQL share the other. */
export const FORWARDER_CORE = 0
export const LOAD_CORE = 1

const READY_WITHIN_MS = 30_000
const ENDED_WITHIN_MS = 15_000

const interruption = new AbortController()
/** Aborted when the user ends the run early: what was started is then stopped. */
export const interrupted = interruption.signal
// One a process.
setMaxListeners(0, interrupted)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => interruption.abort(new Error(`ended by ${signal}`)))
}

/**
 * Starts `{ name, command, address }` and waits until it accepts connections at the address. One
 * without an address prints it: `ready http://...`. `stop()` asks for an orderly end, and resolves
 * when none of the group is left.
 */
export async function start({ name, command, address, cwd, env }, core) {
  interrupted.throwIfAborted()
  const [program, ...args] = pinned(command, core)
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').catch(() => {})
  let complaint = ''
  const printed = (bytes) => (complaint = `${complaint}${bytes}`.slice(-2000))
  child.stderr.on('data', printed)
  const alive = () => child.exitCode === null && child.signalCode === null
  const kill = (signal) => signalGroup(child.pid, signal)
  const killNow = () => kill('SIGKILL')
  interrupted.addEventListener('abort', killNow)
  const stop = async () => {
    kill('SIGTERM')
    await Promise.race([ended, pause(ENDED_WITHIN_MS, undefined, { ref: false })])
    killNow()
    interrupted.removeEventListener('abort', killNow)
  }
  try {
    const found = address === undefined ? readyLine(child.stdout) : accepting(address)
    if (address !== undefined) child.stdout.on('data', printed)
    const ready = await Promise.race([
      found,
      ended.then(() => Promise.reject(new Error('ended before it was ready'))),
      failedToSpawn(child),
      pause(READY_WITHIN_MS, undefined, { ref: false }).then(() =>
        Promise.reject(new Error('was not ready in time')),
      ),
    ])
    return { address: ready, pid: child.pid, alive, stop }
  } catch (error) {
    killNow()
    throw new Error(`${name} ${error.message}: ${complaint.trim()}`, { cause: error })
  }
}

const failedToSpawn = async (child) => {
  const [error] = await once(child, 'error')
  throw error
}

function readyLine(stdout) {
  return new Promise((resolve) => {
    let printed = ''
    stdout.on('data', (bytes) => {
      if (printed === undefined) return
      printed += bytes
      const ready = /^ready\b.*?(http:\/\/[^\s"',]+)/m.exec(printed)
      if (ready === null) return
      printed = undefined
      resolve(ready[1])
    })
  })
}

async function accepting(address) {
  const { hostname, port } = new URL(address)
  for (;;) {
    const socket = net.connect({ host: hostname, port: Number(port) })
    const accepted = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (accepted) return address
    await pause(50)
  }
}

function signalGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** For those that cannot take a free port by themselves and say which. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The command on one core, where taskset exists; `undefined` as core leaves it alone. */
export function pinned(command, core) {
  return core === undefined || !canPin() ? command : ['taskset', '-c', String(core), ...command]
}

/** Moves a process, with all its threads, to a core. */
export function pin(pid, core) {
  if (canPin()) execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' })
}

let pins
export function canPin() {
  if (pins === undefined) {
    try {
      execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
      pins = true
    } catch {
      pins = false
    }
  }
  return pins
}
