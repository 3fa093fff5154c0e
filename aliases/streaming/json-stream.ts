import { DEPTH, isTelling, MARK, NUMBER, spelt, unquoted } from '../json-text.ts'
import type { Site, Visit } from '../site.ts'
import { Held, MOST_HELD, type Output, type Rewriter } from './output.ts'

/**
 * Replaces strings, numbers and names of members of a JSON text (RFC 8259), or of several one after the other
 * (NDJSON, RFC 7464), as `walkJson` does of one that is there whole. All else stays byte for byte, and so
 * does what follows a flaw.
 */
export class JsonStream implements Rewriter {
  readonly #output: Output
  readonly #visit: Visit
  /** What is open, the innermost last. */
  readonly #open: ('object' | 'array')[] = []
  /** What may come next, where no token is being read. */
  #next: 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'after' = 'value'
  /** What is being read. */
  #token: 'none' | 'string' | 'number' | 'word' | 'long string' | 'anything' = 'none'
  /** Bytes of a byte order mark that came; all of them where there is none. */
  #marked = 0
  /** Of a token that began in an earlier piece. */
  readonly #held = new Held()
  /** Whether what comes next is behind a backslash. */
  #isEscaped = false
  #text = ''
  #at = 0
  /** Up to where the text went on. */
  #from = 0
  /** Where in the text the token begins, or what came of it now. */
  #start = 0

  constructor(output: Output, visit: Visit) {
    this.#output = output
    this.#visit = visit
  }

  write(text: string): void {
    this.#text = text
    this.#at = this.#from = this.#start = 0
    if (this.#marked < MARK.length) this.#mark()
    while (this.#at < text.length) this.#step()
    if (!this.#isHolding()) {
      this.#output.keep(text.slice(this.#from))
      return
    }
    this.#output.keep(text.slice(this.#from, this.#start))
    this.#held.add(text.slice(this.#start))
    if (this.#held.length > MOST_HELD) this.#letGo()
  }

  end(): void {
    this.#text = ''
    this.#at = this.#from = this.#start = 0
    if (this.#token === 'number' || this.#token === 'word') this.#bareEnds()
    else if (this.#token === 'string') this.#output.keep(this.#held.take())
    const isWhole = this.#open.length === 0 && this.#next === 'value' && this.#token === 'none'
    if (!isWhole && this.#token !== 'anything') this.#output.flaw('malformed')
  }

  #mark(): void {
    for (; this.#at < this.#text.length && this.#marked < MARK.length; this.#at++) {
      if (this.#text[this.#at] === MARK[this.#marked]) this.#marked += 1
      else {
        if (this.#marked > 0) this.#malformed()
        this.#marked = MARK.length
        return
      }
    }
  }

  #isHolding(): boolean {
    return this.#token === 'string' || this.#token === 'number' || this.#token === 'word'
  }

  #step(): void {
    switch (this.#token) {
      case 'none':
        this.#structure()
        return
      case 'string':
      case 'long string':
        this.#string()
        return
      case 'number':
        this.#bare(NUMBER_LIKE)
        return
      case 'word':
        this.#bare(WORD_LIKE)
        return
      case 'anything':
        this.#at = this.#text.length
    }
  }

  /** White space and what stands between values, up to the beginning of one. */
  #structure(): void {
    const text = this.#text
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at)
      if (code <= 0x20 && (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)) {
        this.#at += 1
      } else if (code === 0x1e) this.#at += 1
      else if (this.#isValueNext() && code !== 0x5d) {
        this.#value(code)
        return
      } else if (code === 0x22 && (this.#next === 'name' || this.#next === 'name or end')) {
        this.#begin('string')
        return
      } else if (!this.#punctuation(code)) {
        this.#malformed()
        return
      } else this.#at += 1
    }
  }

  #isValueNext(): boolean {
    return this.#next === 'value' || this.#next === 'value or end'
  }

  #value(code: number): void {
    if (code === 0x22) this.#begin('string')
    else if (code === 0x7b || code === 0x5b) this.#descend(code === 0x7b ? 'object' : 'array')
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) this.#begin('number')
    else if (code >= 0x61 && code <= 0x7a) this.#begin('word')
    else this.#malformed()
  }

  #descend(into: 'object' | 'array'): void {
    if (this.#open.length === DEPTH) {
      this.#malformed()
      return
    }
    this.#open.push(into)
    this.#next = into === 'object' ? 'name or end' : 'value or end'
    this.#at += 1
  }

  /** Whether it may stand here. */
  #punctuation(code: number): boolean {
    const within = this.#open.at(-1)
    if (code === 0x3a && this.#next === 'colon') {
      this.#next = 'value'
    } else if (code === 0x2c && this.#next === 'after') {
      this.#next = within === 'object' ? 'name' : 'value'
    } else if (code === 0x7d && within === 'object') {
      if (this.#next !== 'after' && this.#next !== 'name or end') return false
      this.#ascend()
    } else if (code === 0x5d && within === 'array') {
      if (this.#next !== 'after' && this.#next !== 'value or end') return false
      this.#ascend()
    } else return false
    return true
  }

  #ascend(): void {
    this.#open.pop()
    this.#valueEnds()
  }

  #valueEnds(): void {
    this.#next = this.#open.length === 0 ? 'value' : 'after'
  }

  #begin(token: 'string' | 'number' | 'word'): void {
    this.#start = this.#at
    this.#token = token
    if (token === 'string') this.#at += 1
  }

  /** Up to its end, or that of what came. */
  #string(): void {
    const end = this.#stringEnd()
    if (end === -1) {
      this.#at = this.#text.length
      return
    }
    const isLong = this.#token === 'long string'
    this.#at = end + 1
    this.#token = 'none'
    const isName = this.#next === 'name' || this.#next === 'name or end'
    if (isName) this.#next = 'colon'
    else this.#valueEnds()
    if (!isLong) this.#stringEnds(isName ? 'member' : 'string')
  }

  /** Where it ends in what came; -1: behind it. */
  #stringEnd(): number {
    const text = this.#text
    let low = this.#at
    if (this.#isEscaped) {
      this.#isEscaped = false
      low += 1
    }
    for (let from = low; ;) {
      const quote = text.indexOf('"', from)
      const end = quote === -1 ? text.length : quote
      let slashes = 0
      while (end - 1 - slashes >= low && text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1
      const isEscaped = slashes % 2 === 1
      if (quote === -1) {
        this.#isEscaped = isEscaped
        return -1
      }
      if (!isEscaped) return quote
      low = from = quote + 1
    }
  }

  #stringEnds(as: 'string' | 'member'): void {
    const length = this.#held.length + this.#at - this.#start
    if (length < SHORTEST + 2 || length > MOST_HELD) {
      if (length > MOST_HELD) this.#output.flaw('long_value')
      this.#keep()
      return
    }
    const token = this.#wholeToken()
    const value = unquoted(token.slice(1, -1))
    if (value === undefined) {
      this.#keep()
      this.#malformed()
    } else if (value === null || (as === 'member' && !isTelling(value))) this.#keep()
    else this.#show(token, value, as)
  }

  #bare(like: RegExp): void {
    like.lastIndex = this.#at
    like.test(this.#text)
    this.#at = like.lastIndex
    if (this.#at < this.#text.length) this.#bareEnds()
  }

  #bareEnds(): void {
    const token = this.#wholeToken()
    const isWord = this.#token === 'word'
    this.#token = 'none'
    NUMBER.lastIndex = 0
    const isNumber = !isWord && NUMBER.test(token) && NUMBER.lastIndex === token.length
    if (!isNumber && !WORDS.has(token)) {
      this.#keep()
      this.#malformed()
      return
    }
    this.#valueEnds()
    if (token.length < SHORTEST) this.#keep()
    else this.#show(token, token, 'number')
  }

  #wholeToken(): string {
    const here = this.#text.slice(this.#start, this.#at)
    if (this.#held.length === 0) return here
    const before = this.#held.take()
    this.#held.add(before)
    return before + here
  }

  /** The token goes on as it came: with what is around it, or what is held of it first. */
  #keep(): void {
    if (this.#held.length > 0) this.#output.keep(this.#held.take())
  }

  #show(token: string, value: string, as: 'string' | 'number' | 'member'): void {
    const now = this.#visit(value, SITES[as])
    if (now === undefined) {
      this.#keep()
      return
    }
    const spelling = as === 'number' ? 'number' : 'string'
    const said = as === 'member' ? ({ ...now, as: 'string' } as const) : now
    if (this.#held.length > 0) this.#held.take()
    else this.#output.keep(this.#text.slice(this.#from, this.#start))
    this.#output.put(token, spelt(said, spelling, token))
    this.#from = this.#at
  }

  /** A token that is longer than is held. */
  #letGo(): void {
    this.#output.keep(this.#held.take())
    if (this.#token === 'string') {
      this.#token = 'long string'
      this.#output.flaw('long_value')
    } else this.#malformed()
  }

  #malformed(): void {
    this.#token = 'anything'
    this.#output.flaw('malformed')
  }
}

/** Less says too little by itself (`strengthOf`), or cannot hold what says more. */
const SHORTEST = 8

const NUMBER_LIKE = /[-+.eE0-9]*/y
const WORD_LIKE = /[a-z]*/y
const WORDS = new Set(['true', 'false', 'null'])

const PLACE = { place: 'json', key: '', holder: '', standing: 'alone', before: '' } as const
/** Of places no more is told: nobody follows them through what is longer than the memory. */
const SITES: Readonly<Record<'string' | 'number' | 'member', Site>> = {
  string: { ...PLACE, syntax: 'named', spelling: 'string' },
  number: { ...PLACE, syntax: 'named', spelling: 'number' },
  member: { ...PLACE, syntax: 'member', spelling: 'string' },
}
