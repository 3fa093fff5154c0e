import type { SealedRecord } from '../journal/contract.ts'
import type { NewRecord } from '../journal/entry.ts'
import type { Problem } from '../journal/problem.ts'
import type { OwnedRecord } from './spool.ts'

/**
 * A record that is made and sealed when its batch goes. Doing that for a whole batch in one go takes
 * half the time that it takes between all else that a request needs: the code of it stays in the
 * processor's cache.
 */
export interface Draft {
  /** What it will have, in bytes: of bodies, which is most of it where it matters. */
  bytes: number
  make: () => NewRecord
}

interface Item {
  recorder: string
  bytes: number
  /** By `performance.now()`. */
  since: number
  /** Called once: when it is durable, or with the reason why nobody should wait any longer. */
  done: (failure: Problem | null) => void
  /** `given_up`: who waited was told already; the record is stored all the same if it can be. */
  state: 'waited_for' | 'given_up'
}

interface Drafted extends Item {
  draft: Draft
}

/** A record that waits to be stored, and who waits for it. */
export interface Waiting extends Item, OwnedRecord {}

export const MAX_BATCH_RECORDS = 512
export const MAX_BATCH_BYTES = 16 * 1024 * 1024

/** What waits, in order. */
export class Queue {
  readonly #seal: (record: NewRecord) => SealedRecord
  /** What was taken once; all of it comes before what was not. */
  readonly #sealed: Waiting[] = []
  readonly #drafted: Drafted[] = []
  #bytes = 0

  constructor(seal: (record: NewRecord) => SealedRecord) {
    this.#seal = seal
  }

  get length(): number {
    return this.#sealed.length + this.#drafted.length
  }

  get bytes(): number {
    return this.#bytes
  }

  push(recorder: string, draft: Draft, done: Item['done']): void {
    const { bytes } = draft
    this.#bytes += bytes
    const since = performance.now()
    this.#drafted.push({ recorder, draft, bytes, since, done, state: 'waited_for' })
  }

  /** Takes so many records, or as many as have so many bytes, but at least one; all of one recorder. */
  take(records: number, most: number): Waiting[] {
    const taken =
      this.#sealed.length > 0
        ? takeFrom(this.#sealed, records, most)
        : takeFrom(this.#drafted, records, most).map((item) => this.#sealedOf(item))
    for (const { bytes } of taken) this.#bytes -= bytes
    return taken
  }

  /** Puts back what was taken, at its head. */
  putBack(items: readonly Waiting[]): void {
    this.#sealed.unshift(...items)
    for (const { bytes } of items) this.#bytes += bytes
  }

  /** Those that have waited for longer than so many ms. */
  overdue(limit: number): Item[] {
    const since = performance.now() - limit
    return [...this.#sealed, ...this.#drafted].filter(
      (item) => item.state === 'waited_for' && item.since <= since,
    )
  }

  #sealedOf({ recorder, draft, since, done, state, bytes: assumed }: Drafted): Waiting {
    const record = this.#seal(draft.make())
    const bytes = record.bytes.reduce((sum, { length }) => sum + length, record.json.length)
    this.#bytes += bytes - assumed
    return { recorder, record, bytes, since, done, state }
  }
}

function takeFrom<T extends Item>(items: T[], records: number, most: number): T[] {
  let bytes = 0
  let n = 0
  while (n < items.length && n < records) {
    const { recorder, bytes: size } = items[n]!
    bytes += size
    if (n > 0 && (bytes > most || recorder !== items[0]!.recorder)) break
    n++
  }
  return items.splice(0, n)
}
