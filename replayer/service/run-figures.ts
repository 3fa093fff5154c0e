import type { AttemptOutcome, RunState, RunStore } from '../../journal/runs.ts'
import { gauge, type Family, type Labels } from '../../telemetry/family.ts'

type Outcomes = Readonly<Partial<Record<AttemptOutcome, number>>>

/** How long what the journal said is shown again, in ms: several may look at once. */
const FRESH = 5_000

/** How long it may take to say it, in ms: Prometheus gives up after ten seconds. */
const PATIENCE = 5_000

/** Runs and attempts as the journal has them, whoever drove them. */
export class RunFigures {
  readonly #journal: Pick<RunStore, 'runTallies'>
  readonly #besides: () => Promise<Family[]>
  /** Of runs that are done: those do not change any more, and have the most attempts. */
  #settled = new Map<number, Outcomes>()
  #latest: { at: number; families: Promise<Family[]> } | null = null

  /** `besides`: what else is asked of the journal at the same time. */
  constructor(
    journal: Pick<RunStore, 'runTallies'>,
    besides: () => Promise<Family[]> = () => Promise.resolve([]),
  ) {
    this.#journal = journal
    this.#besides = besides
  }

  /** Without them, and with a word that the journal is away, where it does not answer in time. */
  families(): Promise<Family[]> {
    const now = performance.now()
    if (this.#latest === null || now - this.#latest.at > FRESH) {
      this.#latest = { at: now, families: this.#inTime() }
    }
    return this.#latest.families
  }

  async #inTime(): Promise<Family[]> {
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE)
    })
    const all = Promise.all([this.count(), this.#besides()]).then((families) => families.flat())
    const counted = await Promise.race([all.catch(() => null), silence])
    clearTimeout(timer)
    const up = gauge('reprise_journal_up', '1 where the journal answers.', counted === null ? 0 : 1)
    return counted === null ? [up] : [up, ...counted]
  }

  /** Asks the journal now. */
  async count(): Promise<Family[]> {
    const tallies = await this.#journal.runTallies([...this.#settled.keys()])
    const settled = new Map<number, Outcomes>()
    const states = new Map<RunState, number>(STATES.map((state) => [state, 0]))
    const attempts = new Map<AttemptOutcome, number>(OUTCOMES.map((outcome) => [outcome, 0]))
    for (const { run, state, outcomes } of tallies) {
      const known = outcomes ?? this.#settled.get(run)!
      if (state === 'done') settled.set(run, known)
      states.set(state, states.get(state)! + 1)
      for (const outcome of OUTCOMES) {
        attempts.set(outcome, attempts.get(outcome)! + (known[outcome] ?? 0))
      }
    }
    this.#settled = settled
    return [
      gauge(
        'reprise_runs',
        'Replays that the journal knows, by state.',
        [...states].map(([state, n]): [Labels, number] => [{ state }, n]),
      ),
      gauge(
        'reprise_attempts',
        'Requests that they sent again, by outcome.',
        [...attempts].map(([outcome, n]): [Labels, number] => [{ outcome }, n]),
      ),
    ]
  }
}

const STATES: readonly RunState[] = ['running', 'done', 'stopped', 'interrupted']
const OUTCOMES: readonly AttemptOutcome[] = [
  'sending',
  'same',
  'differs',
  'failed',
  'skipped',
  'in_doubt',
]
