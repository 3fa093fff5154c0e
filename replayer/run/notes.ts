import type {
  AttemptResult,
  Driving,
  RunAlias,
  RunNotes,
  RunStore,
} from '../../journal/contract.ts'
import type { Micros } from '../../journal/entry.ts'
import { messageOf } from '../../journal/problem.ts'

// What a run notes in the journal, by group commit: while one statement is being committed, notes
// gather, and the next one takes all of them. Nothing is sent before its beginning is committed; what
// came of it may follow later, for the ledger holds it (see ledger.ts).

/** For how long a run is one process's own without a word from it, in ms. */
export const RUN_LEASE = 5_000

/** So many notes may wait; whoever has more waits for the journal. */
const MOST_WAITING = 2_000

export interface Ended {
  position: number
  result: AttemptResult
  sentAt: Micros
  endedAt: Micros
  aliases: readonly RunAlias[]
}

export class Notes {
  readonly #store: RunStore
  readonly #driving: Driving
  #gathering = nothing()
  #aliases: number
  #writing: Promise<void> | null = null
  #failure: Error | null = null
  readonly #heartbeat: NodeJS.Timeout

  /** Told when nothing waits any more, and when nothing can be noted any more. */
  onNoted = () => {}
  onFailed = () => {}

  /** `aliases`: how many the run has already. */
  constructor(store: RunStore, driving: Driving, aliases: number) {
    this.#store = store
    this.#driving = driving
    this.#aliases = aliases
    this.#heartbeat = setInterval(() => this.#write(), RUN_LEASE / 3)
  }

  /** Resolves when these may be sent. */
  async begin(begun: RunNotes['begun']): Promise<void> {
    this.#gathering.begun.push(...begun)
    this.#write()
    await this.settled()
  }

  withdraw(positions: readonly number[]): void {
    this.#gathering.withdrawn.push(...positions)
    this.#write()
  }

  end(ended: Ended): void {
    this.#gathering.ended.push(ended)
    for (const alias of ended.aliases)
      this.#gathering.aliases.push({ ...alias, number: this.#aliases++ })
    this.#write()
  }

  /** Whether so much waits that nothing more should be sent before the journal has caught up. */
  get isFull(): boolean {
    return this.#gathering.ended.length > MOST_WAITING
  }

  /** Why nothing can be noted any more, or null. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Resolves when all that was handed over until now is noted. Rejects with what prevented it. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing
    if (this.#failure !== null) throw this.#failure
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat)
    await this.settled()
  }

  #write(): void {
    if (this.#failure === null) this.#writing ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    try {
      do {
        const notes = this.#gathering
        this.#gathering = nothing()
        await this.#store.note(this.#driving, notes, RUN_LEASE)
      } while (!isNothing(this.#gathering))
      this.onNoted()
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(messageOf(error))
      clearInterval(this.#heartbeat)
      this.onFailed()
    } finally {
      this.#writing = null
    }
  }
}

type Gathering = { [part in keyof RunNotes]: RunNotes[part][number][] }

function nothing(): Gathering {
  return { begun: [], withdrawn: [], ended: [], aliases: [] }
}

function isNothing({ begun, withdrawn, ended, aliases }: Gathering): boolean {
  return begun.length + withdrawn.length + ended.length + aliases.length === 0
}
