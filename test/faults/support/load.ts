import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { eventually, Ledger } from './ledger.ts'

const PROGRAM = fileURLToPath(new URL('load-process.mjs', import.meta.url))

/** A kind of request; its name is the second part of its target. */
export interface Kind {
  name: string
  /** Length of the body: from, to. */
  bytes: readonly [number, number]
  /** What the origin is asked to do. Default: it answers. */
  behaviour?: 'reset-before' | 'reset-during' | 'reset-after' | 'hang' | 'slow-answer'
  /** Sends the head first and the body in so many pieces, each after a gap in ms. */
  pieces?: number
  gap?: number
}

export interface LoadOptions {
  /** Of the proxy. */
  url: string
  /** Where it notes what it was answered. */
  file: string
  /** The first part of every target. */
  name: string
  clients: number
  /** A client's mean pause between two requests, in ms. */
  pause: number
  /** Picked from at random, each as often as it stands there. */
  kinds: readonly Kind[]
}

/** What a client was told. */
export interface Answer {
  target: string
  /**
   * acked: a whole answer below 300. refused: the proxy's own 503. answered: any other whole answer.
   * cut: no whole answer. began: the head of an answer came, of which more is told later.
   */
  outcome: 'acked' | 'refused' | 'answered' | 'cut' | 'began'
  status?: number
  /** The code of the proxy's own answer. */
  problem?: string
  /** When it was sent, in ms since 1970, and how long the answer took. */
  at: number
  ms: number
}

/** Clients that send until they are stopped or killed: a process of its own. */
export class Load {
  readonly answers: Ledger<Answer>
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(options: LoadOptions) {
    writeFileSync(options.file, '')
    this.answers = new Ledger(options.file, (text) => JSON.parse(text) as Answer)
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    this.#ended = once(this.#child, 'exit')
  }

  count(outcome: Answer['outcome']): number {
    return this.answers.read().filter((answer) => answer.outcome === outcome).length
  }

  /** Waits until so many more were answered so. */
  async more(count: number, outcome: Answer['outcome'] = 'acked'): Promise<void> {
    const enough = this.count(outcome) + count
    await eventually(
      `${enough} requests ${outcome}`,
      () => this.count(outcome) >= enough || undefined,
      { describe: () => this.#describe() },
    )
  }

  /** What was sent and answered between two moments (ms since 1970). */
  between(since: number, until: number): Answer[] {
    return this.answers
      .read()
      .filter(({ outcome, at, ms }) => outcome !== 'began' && at >= since && at + ms <= until)
  }

  /** Lets every client finish its request. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const ended = this.#ended.then(() => 'ended')
    if ((await Promise.race([ended, delay(45_000, 'runs on', { ref: false })])) !== 'ended') {
      throw new Error(`the clients do not come to an end\n${this.#describe()}`)
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  #describe(): string {
    const counts: Record<string, number> = {}
    for (const { outcome, status = '', problem = '' } of this.answers.read()) {
      const key = `${outcome} ${status} ${problem}`.trim()
      counts[key] = (counts[key] ?? 0) + 1
    }
    return `answers so far: ${JSON.stringify(counts)}`
  }
}
