import { meaningOf, octetsOf } from './octets.ts'
import type { Replacement, Site, Visit } from './site.ts'
import { isMoment, strengthOf } from './strength.ts'

/** A byte order mark of UTF-8, in latin-1: nobody should put one before JSON, and some do (RFC 8259 section 8.1). */
export const MARK = '\xef\xbb\xbf'

/** Levels beyond which JSON is not looked into. */
export const DEPTH = 200

/**
 * Shows every string and number of a JSON text (RFC 8259), or of several one after the other
 * (NDJSON), and the names of members that say enough by themselves, in latin-1. Answers the text with what was replaced: all else stays byte by byte.
 * Undefined: it is no JSON.
 */
export function walkJson(text: string, outer: Site | null, visit: Visit): string | undefined {
  const walk = new JsonWalk(text, outer, visit)
  try {
    return walk.all()
  } catch (error) {
    if (error === NOT_JSON) return undefined
    throw error
  }
}

const NOT_JSON = new SyntaxError('no JSON')

class JsonWalk {
  readonly #text: string
  readonly #visit: Visit
  readonly #root: string
  readonly #outer: Site | null
  /** Whether its strings mean what they are spelt. */
  readonly #isPlain: boolean
  #at = 0
  /** What was written, and up to where of the text. */
  #written = ''
  #from = 0

  constructor(text: string, outer: Site | null, visit: Visit) {
    this.#text = text
    this.#visit = visit
    this.#outer = outer
    this.#isPlain = !/[\\\x80-\xff]/.test(text)
    this.#root = outer === null ? 'json ' : `${outer.place}, json `
  }

  all(): string {
    const { length } = this.#text
    let root = this.#root
    if (this.#text.startsWith(MARK)) this.#at = MARK.length
    this.#space()
    if (this.#at === length) throw NOT_JSON
    for (let n = 1; this.#at < length; n++) {
      this.#value(root, this.#outer?.key ?? '', this.#outer?.holder ?? '', 'alone', 0)
      this.#space()
      root = `${this.#root}#${n + 1}`
    }
    return this.#from === 0 ? this.#text : this.#written + this.#text.slice(this.#from)
  }

  #value(
    place: string,
    key: string,
    holder: string,
    standing: Site['standing'],
    depth: number,
  ): void {
    this.#space()
    const code = this.#text.charCodeAt(this.#at)
    if (code === 0x22) {
      const from = this.#at
      const value = this.#string()
      if (value !== null) this.#show(from, value, place, key, holder, standing, 'string')
    } else if (code === 0x7b) this.#object(place, key, depth + 1)
    else if (code === 0x5b) this.#array(place, key, holder, depth + 1)
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const from = this.#at
      NUMBER.lastIndex = from
      if (!NUMBER.test(this.#text)) throw NOT_JSON
      this.#at = NUMBER.lastIndex
      const value = this.#text.slice(from, this.#at)
      this.#show(from, value, place, key, holder, standing, 'number')
    } else this.#literal()
  }

  #object(place: string, name: string, depth: number): void {
    if (depth > DEPTH) throw NOT_JSON
    this.#at += 1
    this.#space()
    if (this.#is(0x7d)) return
    for (;;) {
      this.#space()
      if (this.#text.charCodeAt(this.#at) !== 0x22) throw NOT_JSON
      const from = this.#at
      const key = this.#string() ?? ''
      if (isTelling(key)) this.#show(from, key, `${place}, member`, key, name, 'alone', 'member')
      this.#space()
      if (!this.#is(0x3a)) throw NOT_JSON
      this.#value(`${place}/${pointed(key)}`, key, name, 'alone', depth)
      this.#space()
      if (this.#is(0x2c)) continue
      if (this.#is(0x7d)) return
      throw NOT_JSON
    }
  }

  #array(place: string, key: string, holder: string, depth: number): void {
    if (depth > DEPTH) throw NOT_JSON
    this.#at += 1
    this.#space()
    if (this.#is(0x5d)) return
    for (let i = 0; ; i++) {
      this.#value(`${place}/${i}`, key, holder, 'listed', depth)
      this.#space()
      if (this.#is(0x2c)) continue
      if (this.#is(0x5d)) return
      throw NOT_JSON
    }
  }

  #show(
    from: number,
    value: string,
    place: string,
    key: string,
    holder: string,
    standing: Site['standing'],
    as: 'string' | 'number' | 'member',
  ): void {
    const syntax = as === 'member' ? 'member' : 'named'
    const spelling = as === 'number' ? 'number' : 'string'
    const site = { place, syntax, key, holder, standing, before: '', spelling } as const
    const replacement = this.#visit(value, site)
    if (replacement === undefined) return
    const raw = this.#text.slice(from, this.#at)
    const now = as === 'member' ? ({ ...replacement, as: 'string' } as const) : replacement
    this.#written += this.#text.slice(this.#from, from) + spelt(now, spelling, raw)
    this.#from = this.#at
  }

  /** Null where its bytes are no UTF-8. */
  #string(): string | null {
    const from = this.#at + 1
    let end = this.#text.indexOf('"', from)
    if (this.#isPlain && end !== -1) {
      this.#at = end + 1
      return this.#text.slice(from, end)
    }
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1)
    if (end === -1) throw NOT_JSON
    this.#at = end + 1
    const value = unquoted(this.#text.slice(from, end))
    if (value === undefined) throw NOT_JSON
    return value
  }

  #isEscaped(at: number): boolean {
    let slashes = 0
    while (this.#text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1
    return slashes % 2 === 1
  }

  #literal(): void {
    for (const word of ['true', 'false', 'null']) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return
    }
    throw NOT_JSON
  }

  /** Steps over one character if it is that one. */
  #is(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at += 1
    return true
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      // The record separator of RFC 7464 stands between texts.
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && code !== 0x1e) return
      this.#at += 1
    }
  }
}

/** What stands between quotes means; null where its bytes are no UTF-8, undefined where it is no JSON. */
export function unquoted(raw: string): string | null | undefined {
  const meant = meaningOf(raw)
  if (meant === null || !raw.includes('\\')) return meant
  try {
    return JSON.parse(`"${meant}"`) as string
  } catch {
    return undefined
  }
}

export const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WHOLE_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** Maps are kept by ids. What is the name of a field is a short word, or several. */
export function isTelling(name: string): boolean {
  return name.length >= 8 && /\d/.test(name) && strengthOf(name) === 'strong' && !isMoment(name)
}

/** One token of a JSON pointer (RFC 6901 section 3). */
function pointed(key: string): string {
  return key.includes('/') || key.includes('~')
    ? key.replaceAll('~', '~0').replaceAll('/', '~1')
    : key
}

/** The new token, spelt like the one that it replaces: numbers stay numbers, if they can. */
export function spelt({ text, as }: Replacement, was: 'string' | 'number', raw: string): string {
  const wanted = as === 'same' ? was : as
  if (wanted === 'number' && WHOLE_NUMBER.test(text)) return text
  let token = JSON.stringify(text)
  if (raw.includes('\\/')) token = token.replaceAll('/', '\\/')
  if (!/\\u(?:00[89a-f]|0[1-9a-f]|[1-9a-f])/i.test(raw)) return octetsOf(token)
  return token.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
