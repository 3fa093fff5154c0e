import type { DeedStore } from '../../../journal/deed.ts'
import { messageOf } from '../../../journal/problem.ts'
import type { Say } from '../../../telemetry/log.ts'

/** Refused attempts that are noted one by one in a minute, whoever makes them. */
const MOST = 60
const MINUTE = 60_000

/**
 * Notes refused attempts in the audit trail, so many and no more: somebody who tries and tries must not
 * fill it. Those that were not noted are counted in the next one that is.
 */
export class RefusedDeeds {
  readonly #store: DeedStore
  readonly #say: Say
  readonly #now: () => number
  #minute = { began: -Infinity, noted: 0 }
  #unnoted = 0

  constructor(store: DeedStore, say: Say, now: () => number = () => performance.now()) {
    this.#store = store
    this.#say = say
    this.#now = now
  }

  /** Nobody waits for it: a refusal is answered whatever becomes of its note. */
  note(address: string, detail: Readonly<Record<string, unknown>>): void {
    const now = this.#now()
    if (now - this.#minute.began >= MINUTE) this.#minute = { began: now, noted: 0 }
    if (this.#minute.noted >= MOST) {
      this.#unnoted++
      return
    }
    this.#minute.noted++
    const unnoted = this.#unnoted
    this.#unnoted = 0
    this.#store
      .noteDeed({
        ...{ who: null, role: null, means: 'token', address, action: 'refused', stream: null },
        detail: { ...detail, ...(unnoted > 0 && { unnoted_before: unnoted }) },
      })
      .catch((error: unknown) => this.#say(`a refusal was not noted: ${messageOf(error)}`))
  }
}
