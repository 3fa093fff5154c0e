// Values that somebody made up at random: tokens, nonces, session ids, UUIDs, ETags. What they look like
// is all there is to know them by. A value is looked at in its runs of letters, digits, `-` and `_`:
// whatever else is in it (the `+`, `/` and `=` of base64, the dots of a JWT) is written in one way in
// a page (`&#43;`), in another in a form (`%2B`), and ends a run in each of them.

/** Stands for a value; of two that are different it is the same once in 2^53. */
export type ValueKey = number

/** Shorter ones are words and small numbers too often. */
const LEAST = 8
/** What is longer is data. */
const MOST = 1024
/** Digits alone: from here on it is no year, port or date. */
const LEAST_DIGITS = 10

const LOWER = 1
const UPPER = 2
const DIGIT = 3
const JOINT = 4

const KINDS = new Uint8Array(256)
KINDS.fill(LOWER, 0x61, 0x7b)
KINDS.fill(UPPER, 0x41, 0x5b)
KINDS.fill(DIGIT, 0x30, 0x3a)
KINDS[0x2d] = JOINT
KINDS[0x5f] = JOINT

/** Calls back with each opaque value that stands in the bytes, in order. */
export function eachOpaqueValue(bytes: Uint8Array, visit: (key: ValueKey) => void): void {
  const end = bytes.length
  let from = 0
  while (from + LEAST <= end) {
    // A run that is long enough and begins here or later covers this place, or comes behind it.
    const probe = from + LEAST - 1
    if (KINDS[bytes[probe]!] === 0) {
      from = probe + 1
      continue
    }
    let first = probe
    while (first > from && KINDS[bytes[first - 1]!] !== 0) first--
    let last = probe + 1
    while (last < end && KINDS[bytes[last]!] !== 0) last++
    if (first > 0 && isEscape(bytes, first - 1)) first += 2
    const length = last - first
    if (length >= LEAST && length <= MOST && isOpaque(bytes, first, last)) {
      visit(keyOf(bytes, first, last))
    }
    from = last + 1
  }
}

/** A percent sign and two digits: of a separator in nearly all cases, and no part of what follows. */
function isEscape(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x25 && isHex(bytes[at + 1]!) && isHex(bytes[at + 2]!)
}

function isHex(code: number): boolean {
  const kind = KINDS[code]
  return kind === DIGIT || (kind !== JOINT && (code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}

/** The key of a text that is to be known as a whole, whatever it looks like. */
export function keyOfText(text: string): ValueKey {
  let high = SEED_HIGH
  let low = SEED_LOW
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13)
  }
  return joined(high, low)
}

/**
 * Random text changes between digits, small and capital letters all the time; words, names joined by
 * hyphens and dates do not.
 */
function isOpaque(bytes: Uint8Array, first: number, last: number): boolean {
  let digits = 0
  let changes = 0
  let before = 0
  for (let i = first; i < last; i++) {
    const kind = KINDS[bytes[i]!]!
    if (kind === JOINT) continue
    if (kind === DIGIT) digits++
    if (before !== 0 && kind !== before) changes++
    before = kind
  }
  const length = last - first
  if (digits === length) return length >= LEAST_DIGITS
  // Without a digit it may be a nameInCamelCase, which changes twice a word.
  return digits === 0 ? changes * 20 > length * 9 : changes >= 2 && changes * 5 >= length
}

const SEED_HIGH = 0x811c9dc5 | 0
const SEED_LOW = 0x9747b28c | 0

function keyOf(bytes: Uint8Array, first: number, last: number): ValueKey {
  let high = SEED_HIGH
  let low = SEED_LOW
  for (let i = first; i < last; i++) {
    const code = bytes[i]!
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13)
  }
  return joined(high, low)
}

function joined(high: number, low: number): ValueKey {
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}
