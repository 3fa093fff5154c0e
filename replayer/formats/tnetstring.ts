// Tagged netstrings (https://tnetstrings.info): `LENGTH:BYTES` and a letter that says what they are.
// `;` is mitmproxy's own, for text.

export type Tagged = Buffer | string | number | boolean | null | Tagged[] | Map<string, Tagged>

export class TaggedFault extends Error {}

/** One value that takes all of the bytes. Throws a TaggedFault. */
export function readTagged(bytes: Buffer): Tagged {
  const { value, end } = readAt(bytes, 0, 0)
  if (end !== bytes.length) throw new TaggedFault(`something behind its end, at byte ${end}`)
  return value
}

/** How many bytes the value takes that begins here; null: not enough has come to tell. Throws a TaggedFault. */
export function lengthAt(bytes: Buffer): number | null {
  const colon = bytes.subarray(0, MOST_DIGITS + 1).indexOf(COLON)
  if (colon === -1 && bytes.length <= MOST_DIGITS) {
    if (/^\d*$/.test(bytes.toString('latin1'))) return null
  }
  const digits = bytes.toString('latin1', 0, Math.max(0, colon))
  if (!/^\d{1,10}$/.test(digits)) throw new TaggedFault('no length where one was expected')
  return colon + 1 + Number(digits) + 1
}

function readAt(bytes: Buffer, at: number, depth: number): { value: Tagged; end: number } {
  if (depth > DEEPEST) throw new TaggedFault(`more levels than ${DEEPEST}, at byte ${at}`)
  const length = lengthAt(bytes.subarray(at, at + MOST_DIGITS + 1))
  if (length === null || at + length > bytes.length)
    throw new TaggedFault(`an end too early, at byte ${at}`)
  const end = at + length
  const from = bytes.indexOf(COLON, at) + 1
  const inside = bytes.subarray(from, end - 1)
  return { value: valueOf(inside, String.fromCharCode(bytes[end - 1]!), depth), end }
}

function valueOf(inside: Buffer, tag: string, depth: number): Tagged {
  switch (tag) {
    case ',':
      return inside
    case ';':
      return inside.toString('utf8')
    case '#':
    case '^':
      return Number(inside.toString('latin1'))
    case '!':
      return inside.toString('latin1') === 'true'
    case '~':
      return null
    case ']':
      return itemsOf(inside, depth)
    case '}': {
      const items = itemsOf(inside, depth)
      const map = new Map<string, Tagged>()
      for (let i = 0; i + 1 < items.length; i += 2) map.set(nameOf(items[i]!), items[i + 1]!)
      return map
    }
    default:
      throw new TaggedFault(`a kind of value that is none: ${JSON.stringify(tag)}`)
  }
}

function itemsOf(inside: Buffer, depth: number): Tagged[] {
  const items: Tagged[] = []
  for (let at = 0; at < inside.length;) {
    const { value, end } = readAt(inside, at, depth + 1)
    items.push(value)
    at = end
  }
  return items
}

/** Older ones have names as bytes. */
function nameOf(value: Tagged): string {
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (typeof value === 'string') return value
  throw new TaggedFault('a name that is no text')
}

const COLON = 0x3a
const MOST_DIGITS = 10
const DEEPEST = 64
