import { randomUUID } from 'node:crypto'
import type { RecorderInfo } from '../journal/standing.ts'
import { beginLedger, type Ledger } from './ledger.ts'

/** The number of a forwarded mutation, and the recorder that gave it. */
export interface Ticket {
  recorder: string
  number: number
}

/** A recorder as it was when it ended. */
export interface Ended {
  id: string
  lastNumber: number
}

/**
 * Who this process is as a recorder, and the numbers that it gives: from 1 without a gap, one for
 * each forwarded mutation. A process that was taken for dead goes on as a new recorder.
 */
export class Identity {
  #info: RecorderInfo
  #lastNumber = 0
  #noted = true
  #spooled = 0
  #moved = 0
  #ledger: Ledger | null = null
  readonly #folder: string | null
  /** All that it has been. */
  readonly #ids = new Set<string>()
  readonly #onProblem: (error: unknown) => void

  /**
   * Its ledger is kept in the folder. Without one the highest number is known to PostgreSQL alone,
   * as of the last heartbeat.
   */
  constructor(
    info: Omit<RecorderInfo, 'id'>,
    folder: string | null,
    onProblem: (error: unknown) => void,
  ) {
    this.#info = { ...info, id: randomUUID() }
    this.#folder = folder
    this.#onProblem = onProblem
    this.#begin()
  }

  get info(): RecorderInfo {
    return this.#info
  }

  get id(): string {
    return this.#info.id
  }

  /** Whether this process is, or was, that recorder. */
  owns(id: string): boolean {
    return this.#ids.has(id)
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  next(): Ticket {
    if (this.#noted && this.#ledger !== null) {
      this.#noted = false
      // Once for all numbers of this turn of the event loop; no answer comes before its end.
      setImmediate(() => this.#note())
    }
    return { recorder: this.#info.id, number: ++this.#lastNumber }
  }

  /** Goes on as a new recorder; answers what the one before was. */
  succeed(startedAt: number): Ended {
    this.#note()
    const ended = { id: this.#info.id, lastNumber: this.#lastNumber }
    this.#info = { ...this.#info, id: randomUUID(), startedAt }
    this.#lastNumber = 0
    this.#begin()
    return ended
  }

  /** Notes up to where the spool is filled, and moved to the journal. */
  noteSpool(spooled: number, moved: number): void {
    this.#spooled = spooled
    this.#moved = moved
    this.#note()
  }

  close(): void {
    this.#note()
    this.#ledger?.close()
    this.#ledger = null
  }

  #begin(): void {
    this.#ids.add(this.#info.id)
    this.#ledger?.close()
    this.#ledger = null
    if (this.#folder === null) return
    try {
      this.#ledger = beginLedger(this.#folder, this.#info)
    } catch (error) {
      // A disk that is full is no reason not to record: PostgreSQL may still take entries.
      this.#onProblem(error)
    }
  }

  #note(): void {
    this.#noted = true
    try {
      const marks = { lastNumber: this.#lastNumber, spooled: this.#spooled, moved: this.#moved }
      this.#ledger?.note(marks)
    } catch (error) {
      this.#onProblem(error)
    }
  }
}
