import type {
  AttemptResult,
  Begun,
  Driving,
  RunAlias,
  RunNotes,
  RunStore,
  Wanted,
} from '../../journal/runs.ts'
import type { Micros } from '../../journal/entry.ts'
import { messageOf } from '../../journal/problem.ts'

// What a run notes in the journal, by group commit: while one statement is being committed, notes
// gather, and the next one takes all of them. Nothing is sent before its beginning is committed; what
// came of it may follow later, for the ledger holds it (see ledger.ts): it waits for company, since a
// statement for each of them costs more than to send them one by one. Whoever waits for a note waits
// for its own statement only: others follow it all the time.

/** For how long a run is one process's own without a word from it, in ms. */
export const RUN_LEASE = 5_000

/** How often at least it is asked what is wanted of a run, in ms: a note is the question, too. */
const PACE = 500

/** So many notes may wait; whoever has more waits for the journal. */
const MOST_WAITING = 2_000

/** So many ends are company enough. */
const COMPANY = 64

export interface Ended extends Begun {
  result: AttemptResult
  sentAt: Micros
  endedAt: Micros
  aliases: readonly RunAlias[]
}

export class Notes {
  readonly #store: RunStore
  readonly #driving: Driving
  #aliases: number
  #gathering = nothing()
  /** When what gathers will be in the journal; null: its turn was not asked for yet. */
  #next: Promise<void> | null = null
  #last: Promise<void> = Promise.resolve()
  #failure: Error | null = null
  readonly #heartbeat: NodeJS.Timeout
  readonly #patience: number
  #timer: NodeJS.Timeout | null = null

  /** Told of the positions whose ends are in the journal now, and when nothing can be noted any more. */
  onNoted: (ended: readonly number[]) => void = () => {}
  onFailed = () => {}
  /** Told what is wanted of the run, with each note. */
  onWanted: (wanted: Wanted | null) => void = () => {}

  /** `aliases`: how many the run has already. `patience`: how long an end may wait for others, in ms. */
  constructor(store: RunStore, driving: Driving, aliases: number, patience: number) {
    this.#store = store
    this.#driving = driving
    this.#aliases = aliases
    this.#patience = patience
    this.#heartbeat = setInterval(() => void this.#write(), PACE)
  }

  /** Resolves when these may be sent. */
  begin(begun: RunNotes['begun']): Promise<void> {
    this.#gathering.begun.push(...begun)
    return this.#write()
  }

  withdraw(positions: readonly number[]): void {
    this.#gathering.withdrawn.push(...positions)
    void this.#write()
  }

  end(ended: Ended): void {
    this.#gathering.ended.push(ended)
    for (const alias of ended.aliases)
      this.#gathering.aliases.push({ ...alias, number: this.#aliases++ })
    if (this.#patience === 0 || this.#gathering.ended.length >= COMPANY) void this.#write()
    else if (this.#next === null)
      this.#timer ??= setTimeout(() => void this.#write(), this.#patience)
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
  settled(): Promise<void> {
    return this.#timer === null ? this.#last : this.#write()
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat)
    await this.settled()
  }

  /** Resolves when what gathers now is in the journal. */
  #write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#next === null) {
      this.#next = this.#last = this.#last.then(() => this.#writeGathered())
      // Not everybody waits for it: `failure` tells those who do not.
      this.#last.catch(() => {})
    }
    return this.#next
  }

  async #writeGathered(): Promise<void> {
    const notes = this.#gathering
    this.#gathering = nothing()
    this.#next = null
    try {
      const wanted = await this.#store.note(this.#driving, notes, RUN_LEASE)
      this.onWanted(wanted)
      this.onNoted(notes.ended.map(({ position }) => position))
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(messageOf(error))
      clearInterval(this.#heartbeat)
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.onFailed()
      throw this.#failure
    }
  }
}

type Gathering = { [part in keyof RunNotes]: RunNotes[part][number][] }

function nothing(): Gathering {
  return { begun: [], withdrawn: [], ended: [], aliases: [] }
}
