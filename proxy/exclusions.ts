import type { Unrecorded } from '../journal/entry.ts'
import type { Ticket } from './identity.ts'

/**
 * Numbers of mutations that get no entry, gathered until they are noted in the journal, so that
 * every number has its place there.
 */
export class Exclusions {
  #pending = new Map<
    string,
    { recorder: string; numbers: number[]; begun: number[]; reason: string }
  >()

  /** `begun`: an intent or pieces of a body may have been written for it. */
  add({ recorder, number }: Ticket, reason: string, traces: 'begun' | 'none'): void {
    const key = `${recorder} ${reason}`
    let group = this.#pending.get(key)
    if (group === undefined) {
      group = { recorder, reason, numbers: [], begun: [] }
      this.#pending.set(key, group)
    }
    group.numbers.push(number)
    if (traces === 'begun') group.begun.push(number)
  }

  /** Takes all that was gathered, by recorder and reason. */
  take(): { recorder: string; unrecorded: Unrecorded }[] {
    const groups = [...this.#pending.values()]
    this.#pending.clear()
    return groups.map(({ recorder, reason, numbers, begun }) => ({
      recorder,
      unrecorded: { reason, numbers: numbers.sort((a, b) => a - b), begun },
    }))
  }
}
