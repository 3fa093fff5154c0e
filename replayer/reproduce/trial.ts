import type { AttemptResult } from '../../journal/runs.ts'
import type { Journal } from '../../journal/contract.ts'
import { VERDICTS } from '../../journal/entry.ts'
import type { RunOptions } from '../run.ts'
import { reproduce, type FailurePlan, type Reproduction } from './reproduce.ts'

export interface TrialOptions {
  plan: FailurePlan
  /** How each entry is sent. */
  run: RunOptions
  /** Makes the target as it was before the recording; resolves when it answers. */
  reset: () => Promise<void>
  /** How often a part is tried until it fails. */
  tries: number
  /** Trials at most. */
  mostTrials: number
  /** None begins later, in ms from now. */
  timeLimit: number
  onTrial?: (trial: Trial) => void
}

export interface Trial {
  /** From 1. */
  number: number
  /** The entries that were sent before the failure. */
  ids: readonly number[]
  came: Reproduction
}

/** Sends parts of what came before a failure to a target that was reset, and counts. */
export class Trials {
  readonly #journal: Journal
  readonly #options: TrialOptions
  readonly #until: number
  #count = 0
  #last: Reproduction | null = null
  #refused: readonly number[] = []

  constructor(journal: Journal, options: TrialOptions) {
    this.#journal = journal
    this.#options = options
    this.#until = performance.now() + options.timeLimit
  }

  get count(): number {
    return this.#count
  }

  /** What came of the latest. */
  get last(): Reproduction | null {
    return this.#last
  }

  /** Of the latest trial that failed: what before the failure was not answered below 400. */
  get refused(): readonly number[] {
    return this.#refused
  }

  /** Tries a part until it fails in the same way, as often as was said. */
  async fails(ids: readonly number[]): Promise<'fails' | 'passes' | 'stop'> {
    for (let i = 0; i < this.#options.tries; i++) {
      const came = await this.once(ids)
      if (came !== 'passes') return came
    }
    return 'passes'
  }

  /** `stop`: it was not tried, or not to its end. */
  async once(ids: readonly number[]): Promise<'fails' | 'passes' | 'stop'> {
    const { plan, run, reset, mostTrials, onTrial } = this.#options
    const { signal } = run
    if (this.#count >= mostTrials || performance.now() > this.#until || signal.aborted)
      return 'stop'
    try {
      await reset()
    } catch (error) {
      if (signal.aborted) return 'stop'
      throw error
    }
    this.#count++
    const refused: number[] = []
    const came = await reproduce(this.#journal, planOf(plan, ids), {
      ...run,
      onAttempt({ entry, result }) {
        if (entry.id !== plan.upTo.id && !isAccepted(result)) refused.push(entry.id)
      },
    })
    if (came.run.state === 'interrupted') return 'stop'
    this.#last = came
    onTrial?.({ number: this.#count, ids, came })
    if (came.judgement !== 'reproduced') return 'passes'
    this.#refused = refused
    return 'fails'
  }
}

/** The entries were chosen already: whatever became of each, it is sent. */
function planOf(plan: FailurePlan, ids: readonly number[]): FailurePlan {
  const { stream, upTo } = plan
  const filter = { ids, verdicts: VERDICTS }
  return {
    ...plan,
    filter: { ...filter, stream },
    selection: { filter, inDoubt: 'send', upTo: upTo.id },
    planned: ids.length + 1,
    leftOut: {},
  }
}

function isAccepted({ answer }: AttemptResult): boolean {
  return answer !== null && answer.status < 400
}
