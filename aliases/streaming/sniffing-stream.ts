import { Held, MOST_HELD, type Rewriter } from './output.ts'

/**
 * Of what may be JSON that is not called so: curl calls it a form, and fetch a text, if they are told nothing.
 * Its beginning tells.
 */
export class SniffingStream implements Rewriter {
  readonly #begin: (as: 'json' | 'as called') => Rewriter
  readonly #held = new Held()
  #chosen: Rewriter | null = null

  constructor(begin: (as: 'json' | 'as called') => Rewriter) {
    this.#begin = begin
  }

  write(text: string): void {
    if (this.#chosen !== null) {
      this.#chosen.write(text)
      return
    }
    this.#held.add(text)
    const begun = this.#held.take()
    if (beginsAsJson(begun) === 'maybe' && begun.length <= MOST_HELD) this.#held.add(begun)
    else this.#choose(begun)
  }

  end(): void {
    if (this.#chosen === null) this.#choose(this.#held.take())
    this.#chosen!.end()
  }

  #choose(begun: string): void {
    this.#chosen = this.#begin(beginsAsJson(begun) === 'yes' ? 'json' : 'as called')
    this.#chosen.write(begun)
  }
}

/** `maybe`: there has to be more of it. */
export function beginsAsJson(begun: string): 'yes' | 'no' | 'maybe' {
  return MAY_BE_JSON.test(begun) ? 'maybe' : JSON_BEGINS.test(begun) ? 'yes' : 'no'
}

const MAY_BE_JSON = /^\s*(?:[[{]\s*)?$/
const JSON_BEGINS = /^\s*(?:\{\s*["}]|\[\s*["[{\]\-\dtfn])/
