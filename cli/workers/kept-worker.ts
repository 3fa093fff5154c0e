import type { Say } from '../../telemetry/log.ts'
import cluster, { type Worker } from 'node:cluster'
import { Problem } from '../../journal/problem.ts'
import { describedFailure, errorOf } from './failure.ts'
import type { Answers, Begin, Failure, FromWorker, Question, ToWorker } from './messages.ts'
import { LASTING, restartDelay } from './restarts.ts'
import { closeUntaken } from './untaken.ts'

export interface KeptWorkerOptions {
  /** From 1. */
  number: number
  /** Asked at each start. */
  begin: () => Begin
  /** The clocks of all workers are to pass a moment; answers how much of the step is due to this. */
  onPass: (moment: number) => number
  log: Say
}

/** One place among the workers: whenever the process in it dies, another one takes it. */
export class KeptWorker {
  readonly #options: KeptWorkerOptions
  #process: Worker | null = null
  #isHere = false
  #failure: Failure | null = null
  #servingSince: number | null = null
  #endsInRow = 0
  #waiting: NodeJS.Timeout | null = null
  #isEnding = false
  #asked = 0
  readonly #questions = new Map<number, (answer: Answers[Question] | null) => void>()

  constructor(options: KeptWorkerOptions) {
    this.#options = options
  }

  /** Resolves with its URL when it serves for the first time; rejects where it does not come to that. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#fork(resolve, (code, signal) => {
        if (this.#failure !== null) reject(errorOf(this.#failure))
        else reject(endedEarly(this.#options.number, code, signal))
      })
    })
  }

  /** One that did not begin yet will begin with it. */
  send(message: ToWorker): void {
    if (this.#isHere && this.#process?.isConnected()) this.#process.send(message)
  }

  /** Null where it does not answer in `limit` ms. */
  async ask<Q extends Question>(question: Q, limit: number): Promise<Answers[Q] | null> {
    if (this.#servingSince === null) return null
    const id = ++this.#asked
    const answer = await new Promise<Answers[Question] | null>((resolve) => {
      this.#questions.set(id, resolve)
      setTimeout(() => resolve(null), limit).unref()
      this.send({ kind: 'question', id, question })
    })
    this.#questions.delete(id)
    return answer as Answers[Q] | null
  }

  /**
   * Has it end in order; resolves when it has. After `limit` ms it is killed. Rejects where it served
   * and could not settle what it had.
   */
  async end(limit: number): Promise<void> {
    this.#isEnding = true
    const served = this.#servingSince !== null
    if (this.#waiting !== null) clearTimeout(this.#waiting)
    const ending = this.#process
    if (ending === null) return
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    this.send({ kind: 'end' })
    const timer = setTimeout(() => {
      this.#options.log(`worker ${this.#options.number} does not end in time and is killed`)
      this.kill()
    }, limit)
    await ended
    clearTimeout(timer)
    if (served && this.#failure !== null) throw errorOf(this.#failure)
  }

  kill(): void {
    this.#process?.process.kill('SIGKILL')
  }

  #fork(
    onServing: (url: string) => void,
    onEndedEarly: (code: number | null, signal: string | null) => void,
  ): void {
    this.#failure = null
    this.#isHere = false
    const forked = cluster.fork()
    this.#process = forked
    closeUntaken(forked)
    // What cannot be sent is told by its end.
    forked.on('error', () => {})
    forked.on('message', (message: FromWorker) => {
      if (message.kind === 'serving') {
        this.#servingSince = performance.now()
        onServing(message.url)
      } else this.#take(message)
    })
    forked.on('exit', (code: number | null, signal: string | null) => {
      const served = this.#servingSince
      this.#process = null
      this.#servingSince = null
      for (const answer of this.#questions.values()) answer(null)
      if (served === null) onEndedEarly(code, signal)
      else if (!this.#isEnding) {
        this.#endsInRow = performance.now() - served < LASTING ? this.#endsInRow + 1 : 1
        this.#startAgain(
          `worker ${this.#options.number} (pid ${forked.process.pid}) ${howEnded(code, signal)}`,
        )
      }
    })
  }

  #take(message: FromWorker): void {
    if (message.kind === 'here') {
      this.#isHere = true
      this.send(this.#isEnding ? { kind: 'end' } : this.#options.begin())
    } else if (message.kind === 'failed') this.#failure = message.failure
    else if (message.kind === 'answer') this.#questions.get(message.id)?.(message.answer)
    else if (message.kind === 'pass') {
      const moved = this.#options.onPass(message.moment)
      this.send({ kind: 'passed', id: message.id, moved })
    }
  }

  #startAgain(why: string): void {
    const { log, number } = this.#options
    const wait = restartDelay(this.#endsInRow)
    log(`${why}; it is started again${wait === 0 ? '' : ` in ${wait / 1000} s`}`)
    this.#waiting = setTimeout(() => {
      this.#waiting = null
      this.#fork(
        () => log(`worker ${number} serves again`, 'info'),
        (code, signal) => {
          if (this.#isEnding) return
          this.#endsInRow++
          const failure = this.#failure
          this.#startAgain(
            failure === null
              ? `worker ${number} ${howEnded(code, signal)} before it served`
              : `worker ${number} cannot start: ${describedFailure(failure)}`,
          )
        },
      )
    }, wait)
  }
}

function howEnded(code: number | null, signal: string | null): string {
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`
}

function endedEarly(number: number, code: number | null, signal: string | null): Problem {
  return new Problem(
    'worker_failed',
    `worker ${number} ${howEnded(code, signal)} before it served`,
    {
      source: 'internal',
      hint: 'if the system killed it, there may be too little memory for so many',
    },
  )
}
