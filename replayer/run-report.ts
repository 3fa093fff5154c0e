import type { Found } from './compare/difference.ts'
import type { FinishedAttempt } from './run.ts'
import { keptUses } from './run/attempt-uses.ts'

/** One place where an answer was another one, of the entry that was answered. */
export interface ListedDifference {
  entry: number
  method: string
  target: string
  where: string
  recorded: string | null
  came: string | null
}

/** Attempts, and differences, that are kept: a run may have many more. */
const MOST_TROUBLES = 100
const MOST_DIFFERENCES = 20

/** What a run is told of at its end, gathered from its attempts: the first of each, and how many more. */
export class RunReport {
  /** Attempts that did not come out as recorded, without what came back. */
  readonly troubles: FinishedAttempt[] = []
  moreTroubles = 0
  readonly differences: ListedDifference[] = []
  moreDifferences = 0
  /** Recorded values in whose place others were sent, in so many requests. */
  readonly replaced = { values: 0, requests: 0 }
  /** Values that have aliases and were sent as they were. */
  leftAlone = 0
  /** Requests that were sent without secrets, and the fields whose values are not known. */
  readonly without = { requests: 0, names: new Set<string>() }

  add(attempt: FinishedAttempt): void {
    const { entry, result } = attempt
    const uses = keptUses(result.uses)
    if (uses !== null && uses.replaced.length > 0) {
      this.replaced.values += uses.replaced.length
      this.replaced.requests++
    }
    this.leftAlone += uses?.leftAlone.length ?? 0
    if (entry.withheld.length > 0) this.without.requests++
    for (const name of entry.withheld) this.without.names.add(name.toLowerCase())
    if (result.outcome === 'same' || result.outcome === 'skipped') return
    if (this.troubles.length < MOST_TROUBLES) this.troubles.push(withoutBody(attempt))
    else this.moreTroubles++
    this.#addDifferences(attempt)
  }

  #addDifferences({ entry, result }: FinishedAttempt): void {
    const found = foundOf(result.differences)
    if (found === null) return
    const { id, method, target } = entry
    const room = MOST_DIFFERENCES - this.differences.length
    const listed = found.differences.slice(0, room)
    this.differences.push(...listed.map((one) => ({ entry: id, method, target, ...one })))
    this.moreDifferences += found.differences.length - listed.length + found.unlisted
  }
}

/** What an attempt kept of its comparison; null: nothing. */
export function foundOf(differences: unknown): Found | null {
  return (differences ?? null) as Found | null
}

function withoutBody(attempt: FinishedAttempt): FinishedAttempt {
  const { answer } = attempt.result
  const kept = answer && { ...answer, fields: [], body: Buffer.alloc(0) }
  return { ...attempt, result: { ...attempt.result, answer: kept } }
}
