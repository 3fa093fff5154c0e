import { Problem } from '../../journal/problem.ts'

/** What one element may take, in bytes. */
const MOST_ELEMENT = 256 * 1024 * 1024

/** An element of the array, and where it stands in the document, in bytes. */
export interface Element {
  value: unknown
  at: number
}

/**
 * The elements of an array in a JSON document, one after the other, while it is read: memory grows with
 * the largest of them, and not with the document. `path` are the names of members that lead to it from
 * the top. Throws `file_invalid` where the document is none, or ends too early, or has no such array.
 */
export async function* elementsAt(
  pieces: AsyncIterable<Buffer>,
  path: readonly string[],
): AsyncGenerator<Element> {
  const finder = new ElementFinder(path)
  for await (const piece of pieces) yield* finder.read(piece)
  finder.end()
}

class ElementFinder {
  readonly #path: readonly string[]
  /** Of what is open around: names of members, or null for an array. */
  readonly #open: ('object' | 'array')[] = []
  /** How many members of the path the open ones follow. */
  #matched = 0
  #state: 'value' | 'text' | 'escape' = 'value'
  /** Of a text that may be the name of a member. */
  #text: number[] | null = null
  #name: string | null = null
  /** Whether the next text names a member. */
  #isNaming = false
  /** The depth of the array, once it is open; 0: not yet. */
  #depth = 0
  #found = false
  /** Of an element that is being read. */
  #parts: Buffer[] | null = null
  #length = 0
  #beganAt = 0
  #at = 0
  #isOver = false

  constructor(path: readonly string[]) {
    this.#path = path
  }

  *read(piece: Buffer): Generator<Element> {
    let from = 0
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!
      if (this.#state !== 'value') {
        this.#readText(byte)
        continue
      }
      if (this.#startsElement(byte)) {
        this.#parts = []
        this.#length = 0
        this.#beganAt = this.#at + i
        from = i
      }
      if (this.#endsElement(byte)) {
        yield this.#element(piece.subarray(from, i))
        from = i
      }
      this.#readValue(byte, this.#at + i)
    }
    if (this.#parts !== null) this.#keep(piece.subarray(from))
    this.#at += piece.length
  }

  end(): void {
    if (!this.#isOver) throw invalid(`it ends too early, at byte ${this.#at}`)
    if (!this.#found) throw invalid(`it has no list ${this.#path.join('.')}`)
  }

  get #isInArray(): boolean {
    return this.#depth > 0 && this.#open.length === this.#depth
  }

  #startsElement(byte: number): boolean {
    return (
      this.#isInArray &&
      this.#parts === null &&
      !isSpace(byte) &&
      byte !== COMMA &&
      byte !== CLOSE_ARRAY
    )
  }

  /** Behind a comma, or before the end of the array. */
  #endsElement(byte: number): boolean {
    return this.#isInArray && this.#parts !== null && (byte === COMMA || byte === CLOSE_ARRAY)
  }

  #element(last: Buffer): Element {
    this.#keep(last)
    const text = Buffer.concat(this.#parts!).toString('utf8')
    this.#parts = null
    try {
      return { value: JSON.parse(text), at: this.#beganAt }
    } catch (error) {
      throw invalid(`what begins at byte ${this.#beganAt} is no JSON`, error)
    }
  }

  #keep(part: Buffer): void {
    this.#length += part.length
    if (this.#length > MOST_ELEMENT) {
      throw invalid(`what begins at byte ${this.#beganAt} is longer than ${MOST_ELEMENT} bytes`)
    }
    this.#parts!.push(Buffer.from(part))
  }

  #readText(byte: number): void {
    if (this.#state === 'escape') this.#state = 'text'
    else if (byte === BACKSLASH) this.#state = 'escape'
    else if (byte === QUOTE) {
      this.#state = 'value'
      if (this.#text !== null) this.#name = Buffer.from(this.#text).toString('utf8')
      this.#text = null
      return
    }
    if (this.#text !== null && this.#text.length < LONGEST_NAME) this.#text.push(byte)
  }

  #readValue(byte: number, at: number): void {
    if (isSpace(byte)) return
    if (this.#isOver) throw invalid(`something stands behind its end, at byte ${at}`)
    switch (byte) {
      case QUOTE:
        this.#state = 'text'
        if (this.#isNaming && this.#followsPath) this.#text = []
        return
      case COLON:
        this.#isNaming = false
        return
      case COMMA:
        this.#isNaming = this.#open.at(-1) === 'object'
        this.#name = null
        return
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#begin(byte === OPEN_OBJECT ? 'object' : 'array')
        return
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        this.#end(byte === CLOSE_OBJECT ? 'object' : 'array', at)
        return
      default:
        if (this.#open.length === 0 && !isMark(byte, at)) throw invalid('it is no object')
    }
  }

  /** Whether what is open is what the path leads through. */
  get #followsPath(): boolean {
    return this.#matched === this.#open.length - 1
  }

  #begin(kind: 'object' | 'array'): void {
    const depth = this.#open.length
    if (depth > 0 && this.#matched === depth - 1 && this.#name === this.#path[depth - 1]) {
      this.#matched = depth
      if (depth === this.#path.length && kind === 'array' && !this.#found) {
        this.#depth = depth + 1
        this.#found = true
      }
    }
    this.#open.push(kind)
    this.#isNaming = kind === 'object'
    this.#name = null
  }

  #end(kind: 'object' | 'array', at: number): void {
    if (this.#open.pop() !== kind) throw invalid(`a bracket that fits to none, at byte ${at}`)
    const depth = this.#open.length
    if (depth < this.#depth) this.#depth = 0
    this.#matched = Math.min(this.#matched, Math.max(0, depth - 1))
    this.#isNaming = false
    this.#name = null
    this.#isOver = depth === 0
  }
}

function invalid(what: string, cause?: unknown): Problem {
  return new Problem('file_invalid', `JSON was expected: ${what}`, { source: 'user', cause })
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** A byte order mark, which some write before UTF-8. */
function isMark(byte: number, at: number): boolean {
  return at < 3 && byte === [0xef, 0xbb, 0xbf][at]
}

const LONGEST_NAME = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
