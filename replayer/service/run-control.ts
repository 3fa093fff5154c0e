import type { Journal } from '../../journal/contract.ts'
import { Problem } from '../../journal/problem.ts'
import { guardedLookup } from '../guarded-lookup.ts'
import { rulesOfRun } from '../order/rules.ts'
import { makePlan, selectionOf, type Plan } from '../plan.ts'
import { replay, type RunOptions } from '../run.ts'
import type { InFlight } from '../run/resume.ts'
import { allowanceOf, targetNotAllowed, type AllowedTarget, type Allowance } from '../target.ts'

// The runs that this service drives. What they send and what came of it stands in the journal, as for
// any other run, and so does what is wanted of them (../held-runs.ts): here is only by what they end with the service.

/** How the service sends: what no request to it says. */
export interface Replaying extends Pick<
  RunOptions,
  | 'tls'
  | 'http2'
  | 'timeout'
  | 'incomplete'
  | 'compare'
  | 'aliases'
  | 'sending'
  | 'ledger'
  | 'traceRun'
> {
  host: RunOptions['host'] | 'auto'
  /** Targets that may be sent to, besides this machine and the recorded upstreams. */
  allowed: readonly AllowedTarget[]
  /** Told of a run that broke off by an error, which its own state does not say. */
  onBroken: (run: number, error: unknown) => void
}

/** What a request chooses. */
export interface RunWish extends Pick<
  RunOptions,
  'lanes' | 'onFailure' | 'onDifference' | 'actor'
> {
  target: URL
  concurrency: number
  /** In microseconds. */
  tolerance: number
  /** As it was recorded, so many times as fast; null: as fast as order allows. */
  speed: number | null
  /** Requests a second at most; null: any number. */
  rate: number | null
}

interface Driven {
  stop: AbortController
  over: Promise<void>
}

/** Runs that one service drives at a time. */
const MOST_RUNS = 8

export class RunControl {
  readonly #journal: Journal
  readonly #replaying: Replaying
  /** Those too that are being prepared, and have no id yet. */
  readonly #all = new Set<Driven>()
  readonly #driven = new Map<number, Driven>()

  constructor(journal: Journal, replaying: Replaying) {
    this.#journal = journal
    this.#replaying = replaying
  }

  /** Why a target may be sent to; null: it may not. */
  allowanceOf(target: URL, { recordedTargets }: Pick<Plan, 'recordedTargets'>): Allowance | null {
    return allowanceOf(target, recordedTargets, this.#replaying.allowed)
  }

  /** What the settings allow, as they say it. */
  get namedTargets(): string[] {
    return this.#replaying.allowed.map(({ host, port }) => (port ? `${host}:${port}` : host))
  }

  /** Resolves with the run's id once it has begun; rejects where it cannot. */
  start(plan: Plan, wish: RunWish): Promise<number> {
    return this.#drive(plan, wish, {})
  }

  /** Goes on with a run that was stopped, or whose process died. */
  async resume(id: number, inFlight: InFlight, wish: Omit<RunWish, 'target'>): Promise<number> {
    // It is not waited for, as one of a process that died is.
    if (this.#driven.has(id)) throw drivenHere(id)
    const run = await this.#journal.run(id)
    const plan = await makePlan(this.#journal, selectionOf(run))
    const target = new URL(run.target)
    return this.#drive(plan, { ...wish, target }, { resume: { run: id, inFlight } })
  }

  /** Stops all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map(stopped))
  }

  async #drive(
    plan: Plan,
    { concurrency, tolerance, speed, rate, ...wish }: RunWish,
    resume: Pick<RunOptions, 'resume'>,
  ): Promise<number> {
    const { host, allowed, onBroken, ...replaying } = this.#replaying
    const allowance = this.allowanceOf(wish.target, plan)
    if (allowance === null) throw targetNotAllowed(wish.target, plan.recordedTargets)
    if (this.#all.size >= MOST_RUNS) throw tooMany()
    const { sending } = replaying
    const driven: Driven = { stop: new AbortController(), over: Promise.resolve() }
    this.#all.add(driven)
    let id: number | null = null
    return new Promise<number>((begun, refused) => {
      const run = replay(this.#journal, plan, {
        ...replaying,
        ...wish,
        ...resume,
        lookup: guardedLookup(wish.target, allowed),
        host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
        order: rulesOfRun({ concurrency, tolerance }, wish.lanes),
        sending: {
          ...sending,
          pace: {
            ...sending.pace,
            speed: speed ?? sending.pace.speed,
            rate: rate ?? sending.pace.rate,
          },
        },
        onBegun: (given) => {
          id = given
          this.#driven.set(id, driven)
          begun(id)
        },
        signal: driven.stop.signal,
      })
      driven.over = run
        .then(
          () => {},
          (error: unknown) => {
            if (id !== null) onBroken(id, error)
            refused(error)
          },
        )
        .finally(() => {
          this.#all.delete(driven)
          if (id !== null) this.#driven.delete(id)
        })
    })
  }
}

function stopped({ stop, over }: Driven): Promise<void> {
  stop.abort()
  return over
}

function drivenHere(id: number): Problem {
  return new Problem('run_driven', `this service drives run ${id} already`, {
    source: 'user',
    hint: 'wait until it has ended, or stop it',
  })
}

function tooMany(): Problem {
  return new Problem('run_limit', `this service drives ${MOST_RUNS} runs already`, {
    source: 'user',
    retryable: true,
    hint: 'wait until one of them has ended, or stop one',
  })
}
