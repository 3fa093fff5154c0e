import { TEXT_MASK, type Finder, type Mark } from './finder.ts'
import type { SecretNames } from './names.ts'

/** Of the head of a part, in bytes; one that is longer has no name. */
const LONGEST_HEAD = 8 * 1024

const HEAD_END = Buffer.from('\r\n\r\n')

/** Parts of multipart/form-data (RFC 7578): those that are named so, and what is within others by their type. */
export class MultipartFinder implements Finder {
  readonly #names: SecretNames
  readonly #within: (contentType: string) => Finder | null
  readonly #delimiter: Buffer
  /** `before`: no part began. The first delimiter need have no line end before it. */
  #state: 'before' | 'head' | 'secret' | 'other' = 'before'
  #inner: Finder | null = null

  constructor(
    names: SecretNames,
    boundary: string,
    within: (contentType: string) => Finder | null,
  ) {
    this.#names = names
    this.#within = within
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  }

  find(bytes: Buffer, mark: Mark, place: 'more' | 'last'): number {
    let at = 0
    for (;;) {
      const next =
        this.#state === 'head'
          ? this.#throughHead(bytes, at, place)
          : this.#throughBody(bytes, at, mark, place)
      if (next.isDone) return bytes.length - next.at
      at = next.at
    }
  }

  #throughHead(bytes: Buffer, at: number, place: 'more' | 'last'): Progress {
    const end = bytes.indexOf(HEAD_END, at)
    if (end === -1 && bytes.length - at > LONGEST_HEAD) {
      this.#begin('other')
      return { at, isDone: false }
    }
    // It comes again, with what follows it.
    if (end === -1) return { at: place === 'last' ? bytes.length : at, isDone: true }
    const head = bytes.toString('latin1', at, end)
    // The closing delimiter has two dashes and no part behind it.
    if (head.startsWith('--')) this.#begin('other')
    else {
      const isSecret = nameOf(head).some((name) => this.#names.isField(name))
      this.#begin(isSecret ? 'secret' : 'other')
      if (!isSecret) this.#inner = this.#within(typeOf(head))
    }
    return { at: end + HEAD_END.length, isDone: false }
  }

  #throughBody(bytes: Buffer, at: number, mark: Mark, place: 'more' | 'last'): Progress {
    const found = this.#delimiterFrom(bytes, at)
    const held = place === 'last' ? 0 : this.#delimiter.length - 1
    const stop = found === null ? Math.max(at, bytes.length - held) : found.from
    const undecided = this.#take(
      ...([bytes, at, stop, mark] as const),
      found === null && place === 'more' ? 'more' : 'last',
    )
    if (found === null) return { at: stop - undecided, isDone: true }
    this.#begin('head')
    return { at: found.to, isDone: false }
  }

  #take(bytes: Buffer, from: number, to: number, mark: Mark, place: 'more' | 'last'): number {
    if (to === from) return 0
    if (this.#state === 'secret') mark(from, to, TEXT_MASK)
    if (this.#state !== 'other' || this.#inner === null) return 0
    return this.#inner.find(
      bytes.subarray(from, to),
      (at, end, mask) => mark(from + at, from + end, mask),
      place,
    )
  }

  #delimiterFrom(bytes: Buffer, at: number): { from: number; to: number } | null {
    if (this.#state === 'before') {
      const dashes = this.#delimiter.subarray(2)
      const from = bytes.indexOf(dashes, at)
      return from === -1 ? null : { from, to: from + dashes.length }
    }
    // An empty part has nothing before its delimiter but the line end of its head.
    const from = bytes.indexOf(this.#delimiter, at)
    return from === -1 ? null : { from, to: from + this.#delimiter.length }
  }

  #begin(state: 'head' | 'secret' | 'other'): void {
    this.#state = state
    this.#inner = null
  }
}

interface Progress {
  at: number
  isDone: boolean
}

/** As it stands there and, quoted pairs and percent encoding undone, as it may be meant. */
function nameOf(head: string): Buffer[] {
  const disposition = /^content-disposition[ \t]*:(.*(?:\r\n[ \t].*)*)/im.exec(head)?.[1] ?? ''
  const match = /;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i.exec(disposition)
  const raw = match?.[1] ?? match?.[2]
  if (raw === undefined) return []
  const meant = raw
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return [raw, meant].map((name) => Buffer.from(name, 'latin1'))
}

/** What says nothing is a text (RFC 7578 section 4.4). */
function typeOf(head: string): string {
  return /^content-type[ \t]*:[ \t]*(.*)$/im.exec(head)?.[1] ?? 'text/plain'
}
