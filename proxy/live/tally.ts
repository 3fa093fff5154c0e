import type { Notes } from '../../aliases/streaming/body-rewriter.ts'
import type { Change, Flaw } from '../../aliases/streaming/output.ts'
import type { LiveCounts, Untouched } from './live-aliases.ts'

/** Counts of one message what became of it: each at most once. */
export class Tally implements Notes {
  readonly #counts: LiveCounts
  readonly #side: 'requests' | 'answers'
  readonly #tell: (change: Change) => void
  #isRenamed = false
  readonly #said = new Set<Untouched>()

  /** `tell`: of each value of its body that was replaced. */
  constructor(
    counts: LiveCounts,
    side: 'requests' | 'answers',
    tell: (change: Change) => void = () => {},
  ) {
    this.#counts = counts
    this.#side = side
    this.#tell = tell
  }

  renamed(): void {
    if (!this.#isRenamed) this.#counts[this.#side] += 1
    this.#isRenamed = true
  }

  untouched(reason: Untouched): void {
    if (!this.#said.has(reason)) this.#counts.untouched[reason] += 1
    this.#said.add(reason)
  }

  changed(change: Change): void {
    this.renamed()
    this.#tell(change)
  }

  flawed(flaw: Flaw): void {
    this.untouched(flaw)
  }
}
