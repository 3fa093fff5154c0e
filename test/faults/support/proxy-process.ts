import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from './ledger.ts'

export const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url))

export type State = 'ok' | 'spooling' | 'degraded' | 'refusing'

/** For an orderly end, in ms: beyond the deadline that the proxy gives itself. */
const PATIENCE = 40_000

/** A `reprise proxy` of the build. */
export class ProxyProcess {
  readonly pid: number
  /** Where clients connect, and its admin port. */
  readonly url: string
  readonly admin: string
  readonly #child: ChildProcess
  readonly #said: { out: string; log: string }
  readonly #ended: Promise<number | null>

  private constructor(launched: ReturnType<typeof launch>) {
    this.#child = launched.child
    this.#said = launched.said
    this.#ended = launched.ended
    this.pid = launched.child.pid!
    this.url = /^ready (\S+)$/m.exec(launched.said.out)![1]!
    this.admin = /^admin (\S+)$/m.exec(launched.said.out)?.[1] ?? ''
  }

  static async start(
    flags: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ProxyProcess> {
    const launched = launch(flags, env)
    const describe = () => launched.said.log
    await eventually(
      'the proxy is ready',
      () => {
        if (/^ready \S+$/m.test(launched.said.out)) return true
        if (launched.child.exitCode === null) return undefined
        throw new Error(`the proxy ended with ${launched.child.exitCode}: ${describe()}`)
      },
      { describe },
    )
    return new ProxyProcess(launched)
  }

  /** What it said on stderr. */
  get log(): string {
    return this.#said.log
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** Ends it in order: what it still had in its spool is in PostgreSQL then. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const code = await Promise.race([this.#ended, delay(PATIENCE, 'runs on', { ref: false })])
    if (code !== 0)
      throw new Error(`the proxy was asked to end: ${code}\n${this.log.slice(-3_000)}`)
  }

  async state(): Promise<State> {
    const response = await fetch(`${this.admin}/health`)
    return ((await response.json()) as { state: State }).state
  }

  /** Waits until its health is this. */
  async untilState(wanted: State): Promise<void> {
    let last: State | undefined
    await eventually(
      `the proxy's health is ${wanted}`,
      async () => {
        last = await this.state()
        return last === wanted || undefined
      },
      { describe: () => `it is ${last}\n${this.log.slice(-2_000)}` },
    )
  }

  /** Waits until its log has so many lines that match, in all processes of it since. */
  async untilLogged(pattern: RegExp, times: number): Promise<void> {
    const lines = () => this.log.split('\n').filter((line) => pattern.test(line)).length
    await eventually(`the proxy says ${pattern}`, () => lines() >= times || undefined, {
      describe: () => this.log.slice(-2_000),
    })
  }

  /** The sum of all samples of a metric, of whatever labels. */
  async metric(name: RegExp): Promise<number> {
    const text = await (await fetch(`${this.admin}/metrics`)).text()
    return [...text.matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)]
      .filter(([, sample]) => name.test(sample!))
      .reduce((sum, [, , value]) => sum + Number(value), 0)
  }
}

export interface Audited {
  /** 0: the sum holds, nothing is missing. 1: it does not hold. 3: it does, but for what was lost. */
  code: number
  text: string
}

/** `reprise audit` of the build. */
export async function audit(flags: readonly string[]): Promise<Audited> {
  return new Promise((resolve) => {
    const args = [CLI, 'audit', ...flags, '--json']
    const child = execFile(
      process.execPath,
      args,
      { env: cleanEnvironment() },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, text: `${out}${err}` }),
    )
  })
}

function launch(flags: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [CLI, 'proxy', ...flags], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', log: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.log += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, said, ended }
}

/** Settings of whoever runs the tests must not reach what is tested. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^REPRISE_|^DATABASE_URL$|^VITEST/.test(name)),
  )
}
