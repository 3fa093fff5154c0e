import { Held, MOST_HELD, type Output, type Rewriter } from './output.ts'

/** Of a body that is one piece after the other, each rewritten by itself: pairs of a form, lines of events. */
export class PiecesStream implements Rewriter {
  readonly #output: Output
  /** A global expression of one character, which stands behind each but the last. */
  readonly #separator: RegExp
  readonly #rewrite: (piece: string) => string
  readonly #held = new Held()
  #isLong = false

  constructor(output: Output, separator: RegExp, rewrite: (piece: string) => string) {
    this.#output = output
    this.#separator = separator
    this.#rewrite = rewrite
  }

  write(text: string): void {
    let from = 0
    for (;;) {
      this.#separator.lastIndex = from
      if (!this.#separator.test(text)) break
      const end = this.#separator.lastIndex - 1
      this.#held.add(text.slice(from, end))
      this.#pieceEnds()
      this.#output.keep(text[end]!)
      from = end + 1
    }
    this.#held.add(text.slice(from))
    if (this.#held.length > MOST_HELD || this.#isLong) this.#letGo()
  }

  end(): void {
    this.#pieceEnds()
  }

  #pieceEnds(): void {
    if (this.#held.length > MOST_HELD || this.#isLong) this.#letGo()
    else if (this.#held.length > 0) {
      const piece = this.#held.take()
      this.#output.put(piece, this.#rewrite(piece))
    }
    this.#isLong = false
  }

  #letGo(): void {
    if (!this.#isLong) this.#output.flaw('long_value')
    this.#isLong = true
    this.#output.keep(this.#held.take())
  }
}
