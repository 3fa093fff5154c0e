import { spawn, type ChildProcess } from 'node:child_process'
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { isOpen, unreadiness, type Ready } from './ready.ts'

// The program that is tested: started by a shell in a process group of its own, waited for, and ended with all
// that it started. Its output goes into a file, not into a pipe: what it leaves behind may go on writing.

export interface CommandOptions {
  command: string
  ready: Ready
  /** How long it may take to get ready, in ms. */
  timeout: number
  /** How long it may take to end, in ms. */
  stopTimeout: number
  say: Say
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

export interface TestedCommand {
  /** How it ended by itself; null: it has not. */
  ended(): string | null
  /** The last of what it wrote to both of its outputs. */
  output(): string
  /** Asks it to end, with all that it started, and kills what has not in its time. */
  stop(): Promise<void>
}

/** Rejects with `command_failed`. */
export async function startCommand(options: CommandOptions): Promise<TestedCommand> {
  const { command, ready, signal } = options
  if (await isOpen(ready.url)) {
    throw failed(
      `something listens at ${ready.url.host} already`,
      '',
      'end it, or take another port',
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'reprise-command-'))
  const file = openSync(join(folder, 'output'), 'w+')
  const child = spawn('/bin/sh', ['-c', command], {
    ...{ stdio: ['ignore', file, file], detached: true, env: options.env },
  })
  const guard = child.pid === undefined ? null : guardOf(child.pid)
  let how: string | null = null
  child.on('error', (error) => (how = error.message))
  child.on('exit', (code, by) => (how ??= by === null ? `exit code ${code}` : by))
  const tested: TestedCommand = {
    ended: () => how,
    output: () => tailOf(file),
    async stop() {
      if (child.pid !== undefined) await endGroup(child.pid, options)
      guard?.kill('SIGKILL')
      closeSync(file)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await becomeReady(tested, options)
    signal.throwIfAborted()
  } catch (error) {
    await tested.stop()
    throw error
  }
  return tested
}

/** How often it is asked, in ms. */
const PACE = 50

async function becomeReady(tested: TestedCommand, options: CommandOptions): Promise<void> {
  const { ready, timeout, signal } = options
  const deadline = performance.now() + timeout
  for (;;) {
    const why = await unreadiness(ready, signal)
    if (why === null) return
    signal.throwIfAborted()
    const ended = tested.ended()
    if (ended !== null) {
      const what = `the command ended with ${ended} before it was ready`
      throw failed(what, tested.output(), 'see what it says; does it run from this folder?')
    }
    if (performance.now() > deadline) {
      const what = `the command did not get ready in ${timeout} ms: ${why}`
      throw failed(what, tested.output(), await hintOf(ready))
    }
    await delay(PACE)
  }
}

/** What listens on localhost may have IPv6 alone. */
async function hintOf({ kind, url }: Ready): Promise<string> {
  const other = new URL(`http://[::1]:${url.port}/`)
  if (kind === 'url' || !(await isOpen(other))) return 'see --ready and --ready-timeout'
  return `it listens on IPv6 alone: give a URL that it answers below 400, --ready ${other.href}`
}

/**
 * A shell that waits for the end of its input, which comes when this process is no more, whatever ended it: then
 * nobody else would end the command.
 */
function guardOf(group: number): ChildProcess {
  return spawn('/bin/sh', ['-c', 'read -r _; kill -s KILL -- "-$1"', 'reprise-guard', `${group}`], {
    ...{ stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  })
}

/** Asks all of a process group to end, and kills what has not in its time. */
async function endGroup(group: number, { stopTimeout, say }: CommandOptions): Promise<void> {
  signalGroup(group, 'SIGTERM')
  const deadline = performance.now() + stopTimeout
  while (isAliveGroup(group)) {
    if (performance.now() > deadline) {
      say(`it did not end within ${stopTimeout} ms, and was killed`)
      signalGroup(group, 'SIGKILL')
      return
    }
    await delay(PACE)
  }
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}

/** In a container whose first process waits for nobody, what ended stays in the process table, and in its group. */
function isAliveGroup(group: number): boolean {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((name) => {
    const [, state, of] = /^\d+ \(.*\) (\S) \d+ (\d+) /s.exec(statOf(name)) ?? []
    return of === String(group) && state !== 'Z' && state !== 'X'
  })
}

function statOf(pid: string): string {
  if (!/^\d+$/.test(pid)) return ''
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}

/** Of an output, in bytes. */
const TAIL = 8 * 1024

function tailOf(file: number): string {
  const { size } = fstatSync(file)
  const bytes = Buffer.alloc(Math.min(size, TAIL))
  readSync(file, bytes, 0, bytes.length, size - bytes.length)
  return bytes.toString('utf8').trim()
}

function failed(what: string, output: string, hint: string): Problem {
  const said = output === '' ? '' : `\n${output.replaceAll(/^/gm, '  | ')}`
  return new Problem('command_failed', `${what}${said}`, { source: 'upstream', hint })
}
