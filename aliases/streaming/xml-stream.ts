import type { Visit } from '../site.ts'
import { walkXmlPiece } from '../xml-text.ts'
import { Held, MOST_HELD, type Output, type Rewriter } from './output.ts'

/** Texts and attributes of an XML document, as `walkXml` replaces them: text by text, tag by tag. */
export class XmlStream implements Rewriter {
  readonly #output: Output
  readonly #visit: Visit
  #reading: 'beginning' | 'text' | 'markup' | 'tag' | 'passed' | 'anything' = 'beginning'
  readonly #held = new Held()
  /** Of a tag: what closes the attribute that it is in. */
  #quote = ''
  /** Of what is passed: what ends it, and what came last before this piece. */
  #ending = ''
  #last = ''
  #isLong = false
  #text = ''
  #at = 0
  /** Up to where the text went on. */
  #from = 0

  constructor(output: Output, visit: Visit) {
    this.#output = output
    this.#visit = visit
  }

  write(text: string): void {
    this.#text = text
    this.#at = this.#from = 0
    while (this.#at < text.length) this.#step()
    const rest = text.slice(this.#from)
    if (!this.#isHolding()) {
      this.#output.keep(rest)
      return
    }
    this.#held.add(rest)
    if (this.#held.length > MOST_HELD || this.#isLong) this.#letGo()
  }

  end(): void {
    this.#output.keep(this.#held.take())
  }

  #isHolding(): boolean {
    return this.#reading === 'text' || this.#reading === 'markup' || this.#reading === 'tag'
  }

  #step(): void {
    switch (this.#reading) {
      case 'beginning':
        this.#begin()
        return
      case 'text':
        this.#textEnds()
        return
      case 'markup':
        this.#markup()
        return
      case 'tag':
        this.#tag()
        return
      case 'passed':
        this.#passed()
        return
      case 'anything':
        this.#at = this.#text.length
    }
  }

  #begin(): void {
    SPACES.lastIndex = this.#at
    SPACES.test(this.#text)
    this.#at = SPACES.lastIndex
    if (this.#at === this.#text.length) return
    const isXml = this.#text.charCodeAt(this.#at) === 0x3c
    this.#reading = isXml ? 'text' : 'anything'
    if (isXml) this.#goOn()
    else this.#output.flaw('malformed')
  }

  #textEnds(): void {
    const end = this.#text.indexOf('<', this.#at)
    this.#at = end === -1 ? this.#text.length : end
    if (end === -1) return
    this.#pieceEnds()
    this.#reading = 'markup'
  }

  /** What it is, as soon as enough of it came. */
  #markup(): void {
    const begun = this.#held.take()
    const head = begun + this.#text.slice(this.#at, this.#at + LONGEST_OPENING - begun.length)
    this.#held.add(begun)
    const kind = KINDS.find(([opening]) => head.startsWith(opening))
    const mayBe = KINDS.some(([opening]) => opening.startsWith(head))
    if (kind === undefined || (mayBe && kind[0] === '<!')) {
      if (mayBe) this.#at = this.#text.length
      else this.#reading = 'tag'
      return
    }
    const [opening, ending] = kind
    this.#at += Math.max(0, opening.length - begun.length)
    this.#output.keep(this.#held.take())
    this.#goOn()
    this.#reading = 'passed'
    this.#ending = ending
    this.#last = ''
  }

  #tag(): void {
    const text = this.#text
    while (this.#at < text.length) {
      const within = this.#quote === '' ? UNQUOTED : this.#quote === '"' ? IN_DOUBLE : IN_SINGLE
      within.lastIndex = this.#at
      within.test(text)
      this.#at = within.lastIndex
      if (this.#at === text.length) return
      const char = text[this.#at]!
      this.#at += 1
      if (this.#quote !== '') this.#quote = ''
      else if (char !== '>') this.#quote = char
      else {
        this.#pieceEnds()
        this.#reading = 'text'
        return
      }
    }
  }

  /** Comments and the like, up to their end. */
  #passed(): void {
    const before = this.#last
    const rest = before + this.#text.slice(this.#at)
    const end = rest.indexOf(this.#ending)
    if (end === -1) {
      this.#last = rest.slice(1 - this.#ending.length || rest.length)
      this.#at = this.#text.length
      return
    }
    this.#at += end + this.#ending.length - before.length
    this.#goOn()
    this.#reading = 'text'
  }

  #goOn(): void {
    this.#output.keep(this.#text.slice(this.#from, this.#at))
    this.#from = this.#at
  }

  #pieceEnds(): void {
    this.#held.add(this.#text.slice(this.#from, this.#at))
    this.#from = this.#at
    if (this.#held.length > MOST_HELD || this.#isLong) this.#letGo()
    else {
      const piece = this.#held.take()
      this.#output.put(piece, walkXmlPiece(piece, this.#visit))
    }
    this.#isLong = false
  }

  #letGo(): void {
    if (!this.#isLong) this.#output.flaw('long_value')
    this.#isLong = true
    this.#output.keep(this.#held.take())
  }
}

const SPACES = /\s*/y
const UNQUOTED = /[^"'>]*/y
const IN_DOUBLE = /[^"]*/y
const IN_SINGLE = /[^']*/y

/** In this order: the last is the beginning of others. */
const KINDS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const
const LONGEST_OPENING = 9
