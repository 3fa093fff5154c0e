import type { Epoch } from '../../journal/epochs.ts'
import type { Say } from '../../telemetry/log.ts'
import { loadAliases, type AliasSource, type AliasTable } from './alias-table.ts'

/** For how long, and how many of them, clients may go on with values from before a restore. */
export interface LiveAliasRules {
  /** In ms from the restore; null: for ever. */
  expiry: number | null
  /** Things that are renamed at most: the newest. */
  most: number
}

/**
 * Why a body was passed on as it was, or some of it, though values in it may have had aliases: it is a part
 * (206, Content-Range); a value in it was too long; its coding is not known or not what it says; what it is not what it is called.
 */
export const UNTOUCHED = ['partial', 'long_value', 'coding', 'malformed'] as const
export type Untouched = (typeof UNTOUCHED)[number]

export interface LiveCounts {
  /** Requests and answers in which something was replaced. */
  requests: number
  answers: number
  untouched: Record<Untouched, number>
}

/** What clients may call otherwise than the backend does in the epoch of now. */
export class LiveAliases {
  readonly #source: AliasSource
  readonly #stream: string
  readonly #rules: LiveAliasRules
  readonly #say: Say
  #table: AliasTable | null = null
  /** Of `Date.now()`. */
  #until = Infinity
  #loaded = ''
  readonly counts: LiveCounts = {
    ...{ requests: 0, answers: 0 },
    untouched: { partial: 0, long_value: 0, coding: 0, malformed: 0 },
  }

  constructor(source: AliasSource, stream: string, rules: LiveAliasRules, say: Say) {
    this.#source = source
    this.#stream = stream
    this.#rules = rules
    this.#say = say
  }

  /** Null: nothing has an alias. */
  get table(): AliasTable | null {
    if (this.#table !== null && Date.now() > this.#until) this.#expire()
    return this.#table
  }

  /** Before clients are let in: what the restore of this epoch renamed. Rejects where the journal is away. */
  async prepare({ number, endedAt }: Pick<Epoch, 'number' | 'endedAt'>): Promise<void> {
    const loading = `${number} ${endedAt}`
    if (loading === this.#loaded) return
    const { expiry, most } = this.#rules
    this.#table = await loadAliases(this.#source, this.#stream, most)
    this.#until = expiry === null || endedAt === null ? Infinity : endedAt / 1000 + expiry
    this.#loaded = loading
    const size = this.table?.size ?? 0
    if (size > 0) this.#say(`epoch ${number}: ${size} values of clients are renamed`, 'info')
  }

  #expire(): void {
    this.#say(`the aliases of ${this.#table!.size} values of clients have expired`, 'info')
    this.#table = null
  }
}
