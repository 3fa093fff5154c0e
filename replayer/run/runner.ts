import type { AttemptOutcome, AttemptResult, RunAlias } from '../../journal/runs.ts'
import type { Entry, EntrySummary, Micros } from '../../journal/entry.ts'
import type { Placed } from '../order/placed.ts'
import type { Schedule } from '../order/schedule.ts'
import type { Ledger } from './ledger.ts'
import type { Notes } from './notes.ts'

// Sends what the schedule lets go, as long as there is something: reads a page ahead, notes that its
// entries begin, and what came of each. What it does with one entry is `perform`'s business.

/** An entry and its place in a run. */
export interface Step {
  /** From 0. */
  position: number
  entry: Entry
  placed: Placed
}

export interface FinishedAttempt {
  position: number
  entry: EntrySummary
  result: AttemptResult
  undelivered?: Undelivered | undefined
}

/** Nothing of it was sent: the target took no connection, or none came to be what it has to be. */
type Undelivered = 'refused' | 'broken'

/** What came of sending one entry, and what was learned from it. */
export interface Performed {
  result: AttemptResult
  aliases: readonly RunAlias[]
  /** Nothing more is to be sent. Default: that depends on its outcome. */
  ending?: 'stop'
  /** Default: it was delivered, or nobody knows. */
  undelivered?: Undelivered
}

/** What somebody who is asked about one request answers. */
export type Choice = 'yes' | 'no' | 'all' | 'quit'

export interface RunnerOptions {
  schedule: Schedule<Step>
  notes: Notes
  /** Null: nothing is kept of it beside the journal. */
  ledger: Ledger | null
  /** Resolves when it is this entry's time. */
  pace: (entry: Entry) => Promise<void>
  /** Unsent: the run was ended before anything of the request went out. */
  perform: (entry: Entry) => Promise<Performed | 'unsent'>
  /**
   * What becomes of what was not delivered. `withdrawn`: it ends the run, which has no attempt of it then, so
   * that whoever goes on with it sends it. Default: noted.
   */
  undelivered?: 'noted' | 'withdrawn'
  /** Whether what came of an entry ends the run. */
  isEnd: (outcome: AttemptOutcome) => boolean
  /** Asked before each request, until `all`; null: left with Ctrl-C. Without it nobody is asked. */
  ask?: (entry: Entry, position: number) => Promise<Choice | null>
  onAttempt?: (attempt: FinishedAttempt, times: Times) => void
  signal: AbortSignal
  /** Aborted: nothing more is begun, and what is under way comes to its end. Default: never. */
  ending?: AbortSignal | undefined
}

/** When an attempt began and ended. */
export interface Times {
  sentAt: Micros
  endedAt: Micros
}

/** What a run did so far. */
export interface Tally {
  sent: number
  outcomes: Partial<Record<AttemptOutcome, number>>
  /** The attempt that stopped the run, or null. */
  stoppedBy: FinishedAttempt | null
}

export class Runner {
  readonly #options: RunnerOptions
  readonly tally: Tally
  #ask: RunnerOptions['ask']
  #end: 'stopped' | 'interrupted' | null = null
  #broken: { by: unknown } | null = null
  /** Positions that have begun, as the journal knows, and of which nothing is known to have gone out. */
  readonly #waiting = new Set<number>()
  /** Of those the ones for which the schedule had no room yet. */
  #announced: Step[] = []
  #underWay = 0
  #wake = () => {}

  constructor(options: RunnerOptions, tally: Tally) {
    this.#options = options
    this.#ask = options.ask
    this.tally = tally
    const { notes, ledger } = options
    notes.onNoted = (ended) => {
      ledger?.noted(ended)
      this.#wake()
    }
    notes.onFailed = () => this.#wake()
  }

  /** Sends all of the pages. Rejects with what broke it, once nothing is under way any more. */
  async run(pages: AsyncIterator<readonly Step[]>): Promise<'done' | 'stopped' | 'interrupted'> {
    const { notes, signal, ending } = this.#options
    const interrupt = () => this.#stop('interrupted')
    signal.addEventListener('abort', interrupt)
    ending?.addEventListener('abort', interrupt)
    if (signal.aborted || ending?.aborted === true) interrupt()
    let reading = 'nothing' as 'page' | 'nothing' | 'over'
    let page = Promise.resolve()
    const read = async () => {
      reading = 'page'
      const next = await pages.next()
      if (next.done !== true) await this.#announce(next.value)
      reading = next.done === true ? 'over' : 'nothing'
      this.#wake()
    }
    try {
      for (;;) {
        if (notes.failure !== null) this.#break(notes.failure)
        if (this.#end === null) {
          this.#fill()
          if (reading === 'nothing' && this.#announced.length === 0)
            page = read().catch((error: unknown) => this.#break(error))
          this.#launchAll()
        }
        const isOver = this.#end !== null || (reading === 'over' && this.#waiting.size === 0)
        if (this.#underWay === 0 && isOver) break
        await new Promise<void>((wake) => (this.#wake = wake))
      }
      // What is announced at this moment is not sent any more, and withdrawn with the rest.
      await page
      if (notes.failure === null) {
        notes.withdraw([...this.#waiting])
        await notes.settled()
      }
      if (this.#broken !== null) throw this.#broken.by
      return this.#end ?? 'done'
    } finally {
      signal.removeEventListener('abort', interrupt)
      ending?.removeEventListener('abort', interrupt)
    }
  }

  async #announce(page: readonly Step[]): Promise<void> {
    const begun = page.map(({ position, entry }) => ({ position, entry: entry.id }))
    await this.#options.notes.begin(begun)
    this.#announced = [...page]
    for (const { position } of page) this.#waiting.add(position)
  }

  #fill(): void {
    const { schedule } = this.#options
    let n = 0
    while (n < this.#announced.length && schedule.hasRoom) {
      const step = this.#announced[n++]!
      schedule.add(step, step.placed)
    }
    this.#announced.splice(0, n)
  }

  #launchAll(): void {
    const { schedule, notes } = this.#options
    while (this.#end === null && !notes.isFull) {
      const step = schedule.take()
      if (step === null) return
      this.#underWay++
      this.#launch(step)
        .catch((error: unknown) => this.#break(error))
        .finally(() => {
          this.#underWay--
          schedule.done(step.entry.id)
          this.#wake()
        })
    }
  }

  async #launch({ position, entry }: Step): Promise<void> {
    const { ledger, notes, pace, perform } = this.#options
    const choice = this.#ask === undefined ? 'yes' : await this.#ask(entry, position)
    if (choice === null) this.#stop('interrupted')
    if (choice === 'quit') this.#stop('stopped')
    if (choice === 'all') this.#ask = undefined
    await pace(entry)
    if (this.#end !== null) return
    if (ledger !== null) await ledger.begin(position)
    if (this.#end !== null) return
    const sentAt = now()
    const performed = choice === 'no' ? DECLINED : await perform(entry)
    if (performed === 'unsent') return
    const { result, aliases, undelivered } = performed
    if (undelivered !== undefined && this.#options.undelivered === 'withdrawn') {
      if (this.#end === null) this.tally.stoppedBy = { position, entry, result, undelivered }
      this.#stop('stopped')
      return
    }
    this.#waiting.delete(position)
    const ended = { position, entry: entry.id, result, sentAt, endedAt: now(), aliases }
    ledger?.end(ended)
    notes.end(ended)
    this.#count({ position, entry, result }, ended, performed.ending)
  }

  #count(attempt: FinishedAttempt, times: Times, ending: 'stop' | undefined): void {
    const { outcome, answer } = attempt.result
    const { outcomes } = this.tally
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (answer !== null || outcome === 'in_doubt') this.tally.sent++
    this.#options.onAttempt?.(attempt, times)
    if (ending !== 'stop' && !this.#options.isEnd(outcome)) return
    if (this.#end === null) this.tally.stoppedBy = attempt
    this.#stop('stopped')
  }

  #stop(how: 'stopped' | 'interrupted'): void {
    this.#end ??= how
    this.#wake()
  }

  #break(error: unknown): void {
    this.#broken ??= { by: error }
    this.#stop('stopped')
  }
}

const DECLINED: Performed = {
  result: { outcome: 'skipped', detail: 'declined', answer: null },
  aliases: [],
}

function now(): Micros {
  return Math.round((performance.timeOrigin + performance.now()) * 1000)
}
