import type { SealedRecord } from '../journal/contract.ts'
import type { Problem } from '../journal/problem.ts'
import type { OwnedRecord } from './spool.ts'

/** A record that waits to be stored, and who waits for it. */
export interface Waiting extends OwnedRecord {
  bytes: number
  /** By `performance.now()`. */
  since: number
  /** Called once: when it is durable, or with the reason why nobody should wait any longer. */
  done: (failure: Problem | null) => void
  /** `given_up`: who waited was told already; the record is stored all the same if it can be. */
  state: 'waited_for' | 'given_up'
}

export const MAX_BATCH_RECORDS = 512
export const MAX_BATCH_BYTES = 16 * 1024 * 1024

/** What waits, in order. */
export class Queue {
  #items: Waiting[] = []
  #bytes = 0

  get length(): number {
    return this.#items.length
  }

  get bytes(): number {
    return this.#bytes
  }

  push(recorder: string, record: SealedRecord, done: Waiting['done']): void {
    const bytes = record.bytes.reduce((sum, { length }) => sum + length, record.json.length)
    this.#bytes += bytes
    const since = performance.now()
    this.#items.push({ recorder, record, bytes, since, done, state: 'waited_for' })
  }

  /** Takes so many records, or as many as have so many bytes, but at least one; all of one recorder. */
  take(records: number, most: number): Waiting[] {
    let bytes = 0
    let n = 0
    while (n < this.#items.length && n < records) {
      const { recorder, bytes: size } = this.#items[n]!
      bytes += size
      if (n > 0 && (bytes > most || recorder !== this.#items[0]!.recorder)) break
      n++
    }
    const taken = this.#items.splice(0, n)
    for (const { bytes: size } of taken) this.#bytes -= size
    return taken
  }

  /** Puts back what was taken, at its head. */
  putBack(items: readonly Waiting[]): void {
    this.#items.unshift(...items)
    for (const { bytes } of items) this.#bytes += bytes
  }

  /** Those that have waited for longer than so many ms. */
  overdue(limit: number): Waiting[] {
    const since = performance.now() - limit
    return this.#items.filter((item) => item.state === 'waited_for' && item.since <= since)
  }
}
