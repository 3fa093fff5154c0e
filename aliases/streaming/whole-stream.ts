import { Held, MOST_HELD, type Output, type Rewriter } from './output.ts'

/** Of a text that is nothing but one value; within longer text nothing is replaced. */
export class WholeStream implements Rewriter {
  readonly #output: Output
  readonly #rewrite: (text: string) => string
  readonly #held = new Held()
  #isText = false

  constructor(output: Output, rewrite: (text: string) => string) {
    this.#output = output
    this.#rewrite = rewrite
  }

  write(text: string): void {
    this.#held.add(text)
    this.#isText ||= /\s/.test(text) || this.#held.length > MOST_HELD
    if (this.#isText) this.#output.keep(this.#held.take())
  }

  end(): void {
    const text = this.#held.take()
    if (text !== '') this.#output.put(text, this.#rewrite(text))
  }
}
