import type { Finder, Mark } from './finder.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Looks with another finder into a JSON text, as it is when its escapes are undone. What is marked there is
 * marked as it is spelt.
 */
export class TextFinder {
  readonly #within: Finder

  constructor(within: Finder) {
    this.#within = within
  }

  /**
   * From `at` on, a byte behind the quote or where it had come to. `at`: behind the closing quote, or where the
   * bytes begin that it cannot judge before more come; of the `last` piece there are none.
   */
  find(
    bytes: Buffer,
    at: number,
    mark: Mark,
    place: 'more' | 'last',
  ): { at: number; isOver: boolean } {
    const { meant, starts, stop, isOver } = undone(bytes, at, place)
    const marking: Mark = (from, to, mask) => {
      const startOf = (i: number) => (i === meant.length ? stop : starts[i]!)
      const sizeOf = (i: number) => startOf(from + i + 1) - startOf(from + i)
      mark(startOf(from), startOf(to), spelt(mask, sizeOf))
    }
    const held = this.#within.find(meant, marking, isOver ? 'last' : place)
    if (isOver) return { at: stop + 1, isOver }
    return { at: held === 0 ? stop : starts[meant.length - held]!, isOver }
  }
}

interface Undone {
  meant: Buffer
  /** Where each of its bytes is spelt. */
  starts: Uint32Array
  /** Of what was undone: the closing quote, or what is to be judged later. */
  stop: number
  isOver: boolean
}

function undone(bytes: Buffer, from: number, place: 'more' | 'last'): Undone {
  const stop = endOf(bytes, from, place)
  // An escape is as long as what it means, or longer.
  const meant = Buffer.allocUnsafe(stop - from)
  const starts = new Uint32Array(stop - from)
  let length = 0
  for (let at = from; at < stop;) {
    if (bytes[at] !== BACKSLASH) {
      starts[length] = at
      meant[length++] = bytes[at++]!
      continue
    }
    const size = sizeAt(bytes, at)
    const begins = length
    if (size === 2) meant[length++] = shortAt(bytes, at + 1)
    else length += meant.write(codeAt(bytes, at + 2), length)
    starts.fill(at, begins, length)
    at += size
  }
  return { meant: meant.subarray(0, length), starts, stop, isOver: bytes[stop] === QUOTE }
}

/** The closing quote, the end of what is there, or an escape that goes on behind it. */
function endOf(bytes: Buffer, from: number, place: 'more' | 'last'): number {
  let at = from
  while (at < bytes.length && bytes[at] !== QUOTE) {
    const size = bytes[at] === BACKSLASH ? sizeAt(bytes, at) : 1
    if (at + size > bytes.length) return place === 'more' ? at : bytes.length
    at += size
  }
  return at
}

/** Of an escape, in bytes. One that is none is as long as whoever looks for the closing quote takes it for. */
function sizeAt(bytes: Buffer, at: number): number {
  if (bytes[at + 1] !== 0x75) return 2
  const digits = bytes.toString('latin1', at + 2, at + 6)
  return /^[0-9a-f]*$/i.test(digits) ? 6 : 2
}

function codeAt(bytes: Buffer, at: number): string {
  return String.fromCharCode(Number.parseInt(bytes.toString('latin1', at, at + 4), 16))
}

function shortAt(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? BACKSLASH
  return SHORT[String.fromCharCode(byte)] ?? byte
}

const SHORT: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9 }

/** Each character of a mask as often as the byte that it stands for is long. */
function spelt(mask: string, sizeOf: (i: number) => number): string {
  if (mask.length === 1) return mask
  return Array.from(mask, (character, i) => character.repeat(sizeOf(i))).join('')
}
