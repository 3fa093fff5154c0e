import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Ran {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Started {
  child: ChildProcess
  /** What its `ready` line says. */
  url: string
  stdout(): string
  stderr(): string
  /** Asks it to end in order, and waits. */
  stop(signal?: NodeJS.Signals): Promise<Ran>
}

export interface CommandOptions {
  env?: Record<string, string>
  cwd?: string
}

/** Runs the built command line to its end. */
export async function run(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  return launch(args, options).ended
}

/** Starts a command that serves and waits for its `ready` line; killed after the test. */
export async function start(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Started> {
  const { child, output, ended } = launch(args, options)
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const ready = /^ready (\S+)$/m.exec(output.stdout)
      if (ready !== null) resolve(ready[1]!)
    })
    void ended.then((ran) => reject(new Error(`ended before it was ready: ${JSON.stringify(ran)}`)))
  })
  return {
    child,
    url,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** Starts a command; killed after the test. */
export function launch(args: readonly string[], { env, cwd }: CommandOptions) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: {
      ...cleanEnvironment(),
      ...(cwd === undefined ? surroundingsOfFile() : READABLE),
      ...env,
    },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...output,
  }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output, ended }
}

/** What the commands of a test file find that say nothing else, in a process of their own or not. */
export function surroundingsOfFile(): Record<string, string> {
  return { ...READABLE, REPRISE_DATA_DIR: dataDirOfFile() }
}

/** Where those are that name no folder: not in that of whoever runs the tests. */
function dataDirOfFile(): string {
  const file = expect.getState().testPath!
  const known = dataDirs.get(file)
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'reprise-data-'))
  dataDirs.set(file, folder)
  return folder
}

const dataDirs = new Map<string, string>()
process.on('exit', () => {
  for (const folder of dataDirs.values()) rmSync(folder, { recursive: true, force: true })
})

/** What tests look for in the log is written as people read it. */
const READABLE = { REPRISE_LOG_FORMAT: 'text' }

/** Settings of whoever runs the tests must not reach the commands under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^REPRISE_|^DATABASE_URL$|^VITEST/.test(name)),
  )
}
