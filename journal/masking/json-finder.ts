import { TEXT_MASK, type Finder, type Mark } from './finder.ts'
import type { SecretNames } from './names.ts'
import { TextFinder } from './text-finder.ts'

// JSON as a stream of tokens. It need not be valid, nor one text only: a name is a string with a colon
// behind it, so that nothing has to be remembered of what it stands in. Only within the value of a secret
// name, where it is an object or array, names are told from values by their place.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c

const SHORT = 64

/** Levels within a secret value whose kind is remembered; names below them are masked with the values. */
const DEEPEST = 256

/** So often JSON may stand as a text in JSON. */
const NESTED = 4

type State =
  | 'between'
  | 'text'
  | 'json_text'
  | 'behind_text'
  | 'before_value'
  | 'secret_text'
  | 'secret_word'

export class JsonFinder implements Finder {
  readonly #names: SecretNames
  readonly #nested: number
  /** Of a text that may be JSON itself. */
  #within: TextFinder | null = null
  #undecided = 0
  #state: State = 'between'
  /** Of a text: whether the next byte is escaped. */
  #isEscaped = false
  /** What came of it in earlier pieces; null: it is longer than any name, though each byte be spelt with six. */
  #text: Buffer | null = null
  /** How deep in the value of a secret name; 0: not in one. */
  #depth = 0
  readonly #isObject: boolean[] = []
  #expectsName = false
  /** Of a word (number, true, false, null): what stands there instead, and how much of it does. */
  #mask = ''
  #masked = 0

  /** `nested`: so often its text stands in a text. */
  constructor(names: SecretNames, nested = 0) {
    this.#names = names
    this.#nested = nested
  }

  find(bytes: Buffer, mark: Mark, place: 'more' | 'last'): number {
    this.#undecided = 0
    for (let at = 0; at < bytes.length - this.#undecided;) at = this.#step(bytes, at, mark, place)
    return this.#undecided
  }

  #step(bytes: Buffer, at: number, mark: Mark, place: 'more' | 'last'): number {
    switch (this.#state) {
      case 'between':
        return this.#depth === 0 ? this.#toSecret(bytes, at, place) : this.#inSecret(bytes, at)
      case 'text':
        return this.#throughText(bytes, at)
      case 'json_text':
        return this.#throughJson(bytes, at, mark, place)
      case 'behind_text':
        return this.#behindText(bytes, at)
      case 'before_value':
        return this.#beforeValue(bytes, at)
      case 'secret_text':
        return this.#throughSecret(bytes, at, mark)
      case 'secret_word':
        return this.#throughWord(bytes, at, mark)
    }
  }

  /** From text to text, until one is the name of a secret. */
  #toSecret(bytes: Buffer, start: number, place: 'more' | 'last'): number {
    for (let at = start; ;) {
      while (at < bytes.length && bytes[at] !== QUOTE) at++
      if (at >= bytes.length) return bytes.length
      const from = at + 1
      if (place === 'more' && isCutShort(bytes, from)) {
        this.#undecided = bytes.length - at
        return at
      }
      const end = this.#endOfText(bytes, from)
      if (this.#mayBeJson(bytes, from, end)) return this.#beginJson(from)
      if (end === -1) return this.#carry('text', bytes, from, bytes.length)
      at = end + 1
      let next = at
      while (next < bytes.length && isSpace(bytes[next]!)) next++
      if (next === bytes.length) return this.#carry('behind_text', bytes, from, end)
      if (bytes[next] !== COLON) continue
      at = next + 1
      if (!this.#isSecret(bytes, from, end)) continue
      this.#state = 'before_value'
      return at
    }
  }

  /** Of a text that begins there, and ends at `end`, or in a later piece (-1). */
  #mayBeJson(bytes: Buffer, from: number, end: number): boolean {
    if (this.#nested === NESTED || !opensJson(bytes, from)) return false
    if (end === -1) return true
    const text = bytes.subarray(from, end)
    // Without an escape there is no quote in it, and no name.
    return text.includes(BACKSLASH) && this.#names.mayStandIn(text)
  }

  #beginJson(at: number): number {
    this.#state = 'json_text'
    this.#within = new TextFinder(new JsonFinder(this.#names, this.#nested + 1))
    this.#isEscaped = false
    this.#text = null
    return at
  }

  #throughJson(bytes: Buffer, start: number, mark: Mark, place: 'more' | 'last'): number {
    const { at, isOver } = this.#within!.find(bytes, start, mark, place)
    if (isOver) {
      this.#state = 'behind_text'
      this.#within = null
    } else this.#undecided = bytes.length - at
    return at
  }

  /** Whether it is a name is told by the next piece. */
  #carry(state: 'text' | 'behind_text', bytes: Buffer, from: number, to: number): number {
    this.#state = state
    this.#text = to - from > this.#names.longest * 6 ? null : Buffer.from(bytes.subarray(from, to))
    return bytes.length
  }

  /** The rest of a text that began in an earlier piece. */
  #throughText(bytes: Buffer, at: number): number {
    const end = this.#endOfText(bytes, at)
    const stop = end === -1 ? bytes.length : end
    if (this.#depth > 0) {
      if (end === -1) return stop
      this.#state = 'between'
      return stop + 1
    }
    const text = this.#text && Buffer.concat([this.#text, bytes.subarray(at, stop)])
    if (end === -1) this.#text = text && text.length > this.#names.longest * 6 ? null : text
    else {
      this.#text = text
      this.#state = 'behind_text'
    }
    return end === -1 ? stop : stop + 1
  }

  #behindText(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length && isSpace(bytes[at]!)) at++
    if (at === bytes.length) return at
    const text = this.#text
    this.#state = 'between'
    if (bytes[at] !== COLON) return at
    if (text !== null && this.#isSecret(text, 0, text.length)) this.#state = 'before_value'
    return at + 1
  }

  #isSecret(bytes: Buffer, from: number, to: number): boolean {
    const length = to - from
    if (length > this.#names.longest * 6 || length === 0) return false
    const raw = bytes.subarray(from, to)
    if (!raw.includes(BACKSLASH)) {
      return this.#names.mayBe(bytes, from, to) && this.#names.isMember(raw)
    }
    try {
      return this.#names.isMember(Buffer.from(JSON.parse(`"${raw.toString('utf8')}"`) as string))
    } catch {
      return false
    }
  }

  /** Where the text ends that `at` is in, or -1: not in this piece. */
  #endOfText(bytes: Buffer, at: number): number {
    const { length } = bytes
    let from = at
    if (this.#isEscaped) {
      from++
      this.#isEscaped = false
    }
    // Most are short: there a loop is faster than a call.
    const near = Math.min(length, from + SHORT)
    while (from < near) {
      const byte = bytes[from]!
      if (byte === QUOTE) return from
      from += byte === BACKSLASH ? 2 : 1
    }
    for (;;) {
      if (from >= length) {
        this.#isEscaped = from > length
        return -1
      }
      const quote = bytes.indexOf(QUOTE, from)
      const end = quote === -1 ? length : quote
      let slashes = 0
      while (end - 1 - slashes >= from && bytes[end - 1 - slashes] === BACKSLASH) slashes++
      if (slashes % 2 === 1) from = end + 1
      else if (quote === -1) from = length
      else return quote
    }
  }

  #beforeValue(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length && isSpace(bytes[at]!)) at++
    if (at === bytes.length) return at
    this.#state = 'between'
    // What is no value ends the hope for one.
    if (isClosing(bytes[at]!) || bytes[at] === COMMA || bytes[at] === COLON) return at
    return this.#beginSecret(bytes[at]!, at)
  }

  /** In the value of a secret name: its parts. */
  #inSecret(bytes: Buffer, at: number): number {
    const byte = bytes[at]!
    if (isSpace(byte)) return at + 1
    if (byte === COMMA || byte === COLON) {
      this.#expectsName = byte === COMMA && this.#isObject[this.#depth - 1] === true
      return at + 1
    }
    if (isClosing(byte)) {
      this.#depth--
      this.#isObject.length = Math.min(this.#isObject.length, this.#depth)
      this.#expectsName = false
      return at + 1
    }
    if (byte === QUOTE && this.#expectsName) {
      this.#state = 'text'
      return at + 1
    }
    return this.#beginSecret(byte, at)
  }

  #beginSecret(byte: number, at: number): number {
    if (byte === QUOTE) {
      this.#state = 'secret_text'
      return at + 1
    }
    if (isOpening(byte)) {
      if (this.#depth < DEEPEST) this.#isObject[this.#depth] = byte === 0x7b
      this.#depth++
      this.#expectsName = this.#isObject[this.#depth - 1] === true
      return at + 1
    }
    this.#state = 'secret_word'
    const isNumber = byte === 0x2d || (byte >= 0x30 && byte <= 0x39)
    this.#mask = isNumber ? '1' : 'null'
    this.#masked = 0
    return at
  }

  #throughSecret(bytes: Buffer, at: number, mark: Mark): number {
    const end = this.#endOfText(bytes, at)
    const stop = end === -1 ? bytes.length : end
    if (stop > at) mark(at, stop, TEXT_MASK)
    if (end === -1) return stop
    this.#state = 'between'
    return stop + 1
  }

  #throughWord(bytes: Buffer, at: number, mark: Mark): number {
    let stop = at
    while (stop < bytes.length && !endsWord(bytes[stop]!)) stop++
    if (stop > at) {
      const length = stop - at
      const text = this.#mask.padEnd(this.#masked + length, this.#mask === '1' ? '1' : ' ')
      mark(at, stop, text.slice(this.#masked, this.#masked + length))
      this.#masked += length
    }
    if (stop < bytes.length) this.#state = 'between'
    return stop
  }
}

function isSpace(byte: number): boolean {
  // The record separator of RFC 7464 stands between texts.
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x1e
}

/** An object, an array or a text, or the space before one, however spelt. A name begins otherwise. */
function opensJson(bytes: Buffer, at: number): boolean {
  const byte = bytes[at]
  if (byte !== BACKSLASH) return byte !== undefined && (isOpening(byte) || byte === 0x20)
  return OPENING_ESCAPE.test(bytes.toString('latin1', at, at + ESCAPE))
}

const OPENING_ESCAPE = /^\\(?:["nrt]|u00(?:[57]b|2[02]|0[9ad]))/i

/** The longest, in bytes. */
const ESCAPE = 6

/** Whether the next piece tells by what a text begins. */
function isCutShort(bytes: Buffer, at: number): boolean {
  return at === bytes.length || (bytes[at] === BACKSLASH && at + ESCAPE > bytes.length)
}

function isOpening(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b
}

function isClosing(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d
}

function endsWord(byte: number): boolean {
  return (
    isSpace(byte) ||
    isOpening(byte) ||
    isClosing(byte) ||
    byte === COMMA ||
    byte === COLON ||
    byte === QUOTE
  )
}
