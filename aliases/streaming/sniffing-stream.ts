import { Held, MOST_HELD, type Rewriter } from './output.ts'

/**
 * Of what may be JSON that is not called so: curl calls it a form, and fetch a text, if they are told nothing.
 * Its beginning tells.
 */
export class SniffingStream implements Rewriter {
  readonly #begin: (as: 'json' | 'as called') => Rewriter
  readonly #held = new Held()
  readonly #beginning = new Beginning()
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
    const isJson = this.#beginning.add(text)
    if (isJson !== 'maybe') this.#choose(isJson === 'yes' ? 'json' : 'as called')
  }

  end(): void {
    if (this.#chosen === null) this.#choose('as called')
    this.#chosen!.end()
  }

  #choose(as: 'json' | 'as called'): void {
    this.#chosen = this.#begin(as)
    this.#chosen.write(this.#held.take())
  }
}

/** Whether a text that comes in pieces, cut anywhere, begins as JSON does. */
export class Beginning {
  /** What came of it but for white space: nothing, or what opens a list or an object. */
  #opened = ''
  #length = 0

  /** `maybe`: there has to be more of it. */
  add(text: string): 'yes' | 'no' | 'maybe' {
    const begun = this.#opened + text
    if (!MAY_BE_JSON.test(begun)) return JSON_BEGINS.test(begun) ? 'yes' : 'no'
    this.#opened = begun.trim()
    this.#length += text.length
    return this.#length > MOST_HELD ? 'no' : 'maybe'
  }
}

// Behind a byte order mark, or some of it, too.
const MAY_BE_JSON = /^(?:\xef\xbb?|(?:\xef\xbb\xbf)?\s*(?:[[{]\s*)?)$/
const JSON_BEGINS = /^(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*["[{\]\-\dtfn])/
