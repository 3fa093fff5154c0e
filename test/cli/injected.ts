import { PassThrough } from 'node:stream'
import type { Surroundings } from '../../cli/command.ts'
import { main } from '../../cli/main.ts'

export interface Injected {
  stdout(): string
  /** Without colours and cursor movements. */
  stderr(): string
  /** Types it, as a terminal in raw mode hands it on. */
  type(keys: string): void
  /** Nothing more is typed, or piped in. */
  end(): void
  /** Resolves once what was shown since the last call matches. */
  shows(pattern: RegExp): Promise<string>
  interrupt(): void
  ended: Promise<number>
}

export interface InjectedOptions {
  env?: Record<string, string>
  terminal?: 'yes' | 'no'
  columns?: number
}

/** Runs a command line in this process on streams of the test's own. */
export function inject(argv: readonly string[], options: InjectedOptions = {}): Injected {
  const { env = {}, terminal = 'no', columns = 80 } = options
  const stop = new AbortController()
  const stdin = Object.assign(new PassThrough(), { setRawMode: () => stdin })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  if (terminal === 'yes') {
    for (const stream of [stdin, stdout, stderr]) Object.assign(stream, { isTTY: true, columns })
  }
  const texts = { stdout: '', stderr: '', seen: 0 }
  const watchers = new Set<() => void>()
  stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
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
export async function injected(argv: readonly string[], options: InjectedOptions = {}) {
  const running = inject(argv, options)
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
}
