/**
 * How much a value says by itself. `strong`: that two of it are the same by chance is not to be
 * expected, so it is replaced wherever it stands as a whole. `weak`: small numbers and short
 * words, which need evidence that they are used as an id. `none`: what no id looks like.
 */
export type Strength = 'strong' | 'weak' | 'none'

/** Characters beyond which a value is content, not a name of something. */
const LONGEST = 4096

/** A moment to the second: two things may well have the same. */
export function isMoment(value: string): boolean {
  return TIME.test(value)
}

export function strengthOf(value: string): Strength {
  const { length } = value
  if (length === 0 || length > LONGEST) return 'none'
  const first = value.charCodeAt(0)
  if (first >= 0x30 && first <= 0x39 && DIGITS.test(value)) return numberStrength(value)
  if (length < 8) return SHORT.test(value) && !LITERAL.test(value) ? 'weak' : 'none'
  if (UUID.test(value) || TIME.test(value)) return 'strong'
  if (!TOKEN.test(value)) return URL_LIKE.test(value) ? 'strong' : 'none'
  if ((SAYING.test(value) && !isScrambled(value)) || VERSION.test(value)) return 'weak'
  return bitsOf(value) >= STRONG_BITS ? 'strong' : 'weak'
}

const DIGITS = /^\d+$/
const SHORT = /^[A-Za-z0-9][A-Za-z0-9_.:~@-]*$/
const LITERAL = /^(?:true|false|null|none|yes|no|on|off)$/i
const UUID = /^(?:urn:uuid:)?\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i
/** A moment to the second at least, in the spellings of RFC 3339 and RFC 9110 section 5.6.7. */
const TIME =
  /^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/
const TOKEN = /^[A-Za-z0-9_.:~+/=@|$%-]+$/
const URL_LIKE = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/)[^\s"<>]{7,}$/i
/** Words with a number behind them at the most, as people name things: `device-17`, `my-first-queue`. */
const SAYING = /^[A-Za-z]+(?:[-_. ][A-Za-z]+)*[-_. ]?\d{0,4}$/
const VERSION = /^v?\d+(?:\.\d+){1,3}$/

const STRONG_BITS = 32

/** Whether its case changes too often for words in camel case: a token may be of letters alone. */
function isScrambled(value: string): boolean {
  if (value.length < 16 || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []
  return words.length * 3.3 > value.length
}

/** Ten digits and more, if they do not look like a round sum. */
function numberStrength(digits: string): Strength {
  if (digits.length < 10) return 'weak'
  return new Set(digits).size >= 4 ? 'strong' : 'weak'
}

/** What a random token of this alphabet and length would hold. */
function bitsOf(value: string): number {
  if (/^[0-9a-f:-]+$/i.test(value) && /\d/.test(value)) {
    return value.replaceAll(/[:-]/g, '').length * 4
  }
  const hasLower = /[a-z]/.test(value)
  const hasUpper = /[A-Z]/.test(value)
  const hasDigit = /\d/.test(value)
  const turns = value.match(/[a-z](?=[\dA-Z])|[A-Z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0
  // Text of one case without digits is made of words, and so is what changes hardly ever.
  if (turns < 2 && value.length < 20) return 0
  const alphabet = (hasLower ? 26 : 0) + (hasUpper ? 26 : 0) + (hasDigit ? 10 : 0)
  return value.length * Math.log2(Math.max(alphabet, 2)) * (turns < 2 ? 0.2 : 1)
}
