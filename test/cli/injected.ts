import { setMaxListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Surroundings } from '../../cli/command.ts'
import { main } from '../../cli/main.ts'
import { surroundingsOfFile } from '../support/command.ts'

export interface Injected {
  stdout: () => string
  /** Without colours and cursor movements. */
  stderr: () => string
  /** Types it, as a terminal in raw mode hands it on. */
  type(keys: string): void
  /** Nothing more is typed, or piped in. */
  end(): void
  /** Resolves once what it wrote on stdout matches. */
  says(pattern: RegExp): Promise<void>
  /** Resolves once what was shown since the last call matches. */
  shows(pattern: RegExp): Promise<string>
  interrupt(): void
  ended: Promise<number>
}

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** What serves in this process. */
export interface Serving {
  /** What its `ready` line says. */
  url: string
  stdout: () => string
  stderr: () => string
  /** Asks it to end in order, and waits. */
  stop: () => Promise<Ran>
}

export interface InjectedOptions {
  env?: Record<string, string>
  terminal?: 'yes' | 'no'
  columns?: number
}

/** Runs a command line in this process on streams of the test's own. */
export function inject(argv: readonly string[], options: InjectedOptions = {}): Injected {
  const { terminal = 'no', columns = 80 } = options
  const env = { ...surroundingsOfFile(), ...options.env }
  const stop = new AbortController()
  // As cli.ts has it.
  setMaxListeners(0, stop.signal)
  const stdin = Object.assign(new PassThrough(), { setRawMode: () => stdin })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  if (terminal === 'yes') {
    for (const stream of [stdin, stdout, stderr]) Object.assign(stream, { isTTY: true, columns })
  }
  const texts = { stdout: '', stderr: '', seen: 0 }
  const watchers = new Set<() => void>()
  stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text
    watchers.forEach((watch) => watch())
  })
  stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text
    watchers.forEach((watch) => watch())
  })
  const surroundings: Surroundings = {
    ...{ env, stdin, stdout, stderr, signal: stop.signal },
    onHangUp: () => {},
  }
  return {
    stdout: () => texts.stdout,
    stderr: () => plain(texts.stderr),
    type: (keys) => void stdin.write(keys),
    end: () => void stdin.end(),
    interrupt: () => stop.abort('SIGINT'),
    ended: main(argv, surroundings),
    says: (pattern) =>
      new Promise((resolve) => {
        const watch = () => {
          if (!pattern.test(texts.stdout)) return
          watchers.delete(watch)
          resolve()
        }
        watchers.add(watch)
        watch()
      }),
    shows: (pattern) =>
      new Promise((resolve) => {
        const watch = () => {
          const shown = plain(texts.stderr.slice(texts.seen))
          if (!pattern.test(shown)) return
          watchers.delete(watch)
          texts.seen = texts.stderr.length
          resolve(shown)
        }
        watchers.add(watch)
        watch()
      }),
  }
}

/** Runs it to its end. */
export async function injected(
  argv: readonly string[],
  options: InjectedOptions = {},
): Promise<Ran> {
  const running = inject(argv, options)
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

/**
 * Starts a command that serves, in this process, and waits for its `ready` line; ended after the test. What is
 * about signals, a kill or the machine's own environment needs a process (see support/command.ts).
 */
export async function serving(
  argv: readonly string[],
  options: InjectedOptions = {},
): Promise<Serving> {
  const running = inject(argv, options)
  const { stdout, stderr } = running
  const stop = async () => {
    running.interrupt()
    return { code: await running.ended, stdout: stdout(), stderr: stderr() }
  }
  onTestFinished(async () => void (await stop()))
  const ready = /^ready (\S+)$/m
  const isReady = running.says(ready).then(() => true)
  if (!(await Promise.race([isReady, running.ended.then(() => false)]))) {
    throw new Error(`ended before it was ready: ${JSON.stringify(await stop())}`)
  }
  return { url: ready.exec(stdout())![1]!, stdout, stderr, stop }
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
}
