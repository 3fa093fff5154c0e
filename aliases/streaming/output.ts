// Bodies are rewritten as they stream: as latin-1, one code point a byte, in pieces that are cut anywhere.
// What is held of one meanwhile is a value at most, and never more than MOST_HELD.

/** Bytes of a value beyond which it is content, not a name or what holds one: it passes as it is. */
export const MOST_HELD = 64 * 1024

/** What was put in the place of something. */
export interface Change {
  /** In the body as it goes on, in bytes. */
  offset: number
  was: string
  now: string
}

/** Takes a body's text; what can go on of it stands in an Output then. */
export interface Rewriter {
  write(text: string): void
  /** The body came to its proper end: what is held goes on. */
  end(): void
}

/** Why some of a body went on as it was though it may hold names: a value was too long, or it is not what it is called. */
export type Flaw = 'long_value' | 'malformed'

/** What was made of a body so far. */
export class Output {
  readonly #changed: (change: Change) => void
  readonly #flawed: (flaw: Flaw) => void
  #text = ''
  /** Bytes that were taken before. */
  #taken = 0

  constructor(changed: (change: Change) => void, flawed: (flaw: Flaw) => void) {
    this.#changed = changed
    this.#flawed = flawed
  }

  keep(text: string): void {
    this.#text += text
  }

  put(was: string, now: string): void {
    if (now !== was) this.#changed({ offset: this.#taken + this.#text.length, was, now })
    this.#text += now
  }

  flaw(flaw: Flaw): void {
    this.#flawed(flaw)
  }

  /** What can go on. */
  take(): string {
    const text = this.#text
    this.#text = ''
    this.#taken += text.length
    return text
  }
}

/** Of a body in which nothing is replaced from here on. */
export class Passing implements Rewriter {
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  write(text: string): void {
    this.#output.keep(text)
  }

  end(): void {}
}

/** Pieces of what is not whole yet: joined once, however many there are. */
export class Held {
  #pieces: string[] = []
  length = 0

  add(text: string): void {
    if (text === '') return
    this.#pieces.push(text)
    this.length += text.length
  }

  take(): string {
    const text = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join('')
    this.#pieces = []
    this.length = 0
    return text
  }
}
