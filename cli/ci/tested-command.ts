import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../../journal/problem.ts'
import { isOpen, isReady, type Ready } from './ready.ts'

// The program that is tested: started by a shell in a process group of its own, waited for, and ended with all
// that it started. Its output goes into a file, not into a pipe: what it leaves behind may go on writing.

export interface CommandOptions {
  command: string
  ready: Ready
  /** How long it may take to get ready, in ms. */
  timeout: number
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

export interface TestedCommand {
  /** How it ended by itself; null: it has not. */
  ended(): string | null
  /** The last of what it wrote to both of its outputs. */
  output(): string
  /** Asks it to end, and ends it after some seconds. */
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
  let how: string | null = null
  child.on('error', (error) => (how = error.message))
  const exit = new Promise<void>((resolve) => {
    child.on('exit', (code, by) => {
      how ??= by === null ? `exit code ${code}` : by
      resolve()
    })
    child.on('error', () => resolve())
  })
  const tested: TestedCommand = {
    ended: () => how,
    output: () => tailOf(file),
    async stop() {
      await end(child.pid, exit)
      closeSync(file)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await becomeReady(tested, options)
  } catch (error) {
    await tested.stop()
    throw error
  }
  signal.throwIfAborted()
  return tested
}

/** How often it is asked, in ms. */
const PACE = 50

async function becomeReady(tested: TestedCommand, options: CommandOptions): Promise<void> {
  const { ready, timeout, signal } = options
  const deadline = performance.now() + timeout
  while (!(await isReady(ready, signal))) {
    signal.throwIfAborted()
    const ended = tested.ended()
    const where = ready.kind === 'port' ? `port ${ready.url.port} is not open` : ready.url.href
    if (ended !== null) {
      const what = `the command ended with ${ended} before it was ready`
      throw failed(what, tested.output(), 'see what it says; does it run from this folder?')
    }
    if (performance.now() > deadline) {
      const what = `the command did not get ready in ${timeout} ms (${where})`
      throw failed(what, tested.output(), 'see --ready and --ready-timeout')
    }
    await delay(PACE)
  }
}

/** How long it may take to end in order, in ms. */
const FAREWELL = 10_000

async function end(pid: number | undefined, exit: Promise<void>): Promise<void> {
  if (pid === undefined) return
  const all = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal)
    } catch {
      // They have ended.
    }
  }
  all('SIGTERM')
  const timer = new AbortController()
  const late = delay(FAREWELL, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([exit, late])
  timer.abort()
  // What it started may not have listened.
  all('SIGKILL')
  await exit
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
