/** Names of parameters, form fields and JSON members whose values are secrets, unless the settings say otherwise. */
export const SECRET_NAMES: readonly string[] = [
  'password',
  'passwd',
  'client_secret',
  'access_token',
  'refresh_token',
  'id_token',
  'token',
  'secret',
  'api_key',
  'apikey',
]

/** Which names have secret values, in any case. */
export interface SecretNames {
  /** All of them, in lower case. */
  listed: readonly string[]
  /** The longest of them, in bytes of UTF-8; 0: there is none. */
  longest: number
  /** Of a JSON member, by its bytes. */
  isMember(name: Buffer): boolean
  /** Whether some bytes of a piece may be one of them as it is written: false is certain. */
  mayBe(bytes: Buffer, from: number, to: number): boolean
  /** Of a parameter or a field of a form; of a nested one (`user[password]`, `user.password`) each part counts. */
  isField(name: Buffer): boolean
  /** Whether a place such as `json /user/password` or `query id_token#2` is of such a value, or within one. */
  isIn(place: string): boolean
  /** Whether one may stand in bytes, however it is spelt: false is certain, true is not. */
  mayStandIn(bytes: Buffer): boolean
  /** The same of text of which each character is a byte. */
  mayStandInText(text: string): boolean
}

export function secretNames(names: readonly string[]): SecretNames {
  const known = new Set(names.map((name) => name.toLowerCase()).filter((name) => name !== ''))
  const has = (name: string) => known.has(name.toLowerCase())
  const longest = Math.max(0, ...[...known].map((name) => Buffer.byteLength(name)))
  const isPlain = [...known].every((name) => /^[\x20-\x7e]+$/.test(name))
  const sign = isPlain ? signOf([...known]) : ANY
  const lengths: boolean[] = []
  const firsts: boolean[] = []
  for (const name of known) {
    const bytes = Buffer.from(name)
    lengths[bytes.length] = true
    firsts[bytes[0]! | CASE] = true
  }
  const mayStandInText = (text: string) =>
    longest > 0 && (sign.test(text) || (text.includes('%') && ENCODED_NAME.test(text)))
  return {
    listed: [...known],
    longest,
    isMember: (name) => has(name.toString('utf8')),
    mayBe: (bytes, from, to) =>
      !isPlain || (lengths[to - from] === true && firsts[bytes[from]! | CASE] === true),
    isField(name) {
      const text = name.toString('utf8')
      return has(text) || (/[[\].]/.test(text) && text.split(/[[\].]+/).some(has))
    },
    isIn: (place) => longest > 0 && place.split(PARTS).some(has),
    mayStandIn: (bytes) => mayStandInText(bytes.toString('latin1')),
    mayStandInText,
  }
}

/** The bit by which letters of ASCII differ in case. */
const CASE = 0x20

const PARTS = /[\s/?&#=[\].,:;>]+/

/** The case of other letters than those of ASCII is not that of their bytes: then all is looked through. */
const ANY = /(?:)/

/** `%70assword=1` */
const ENCODED_NAME = /(?:^|[?&])[^?&=%]*%[0-9a-f]/i

/** A name, or what may spell a letter of one otherwise: `\u0070assword`. */
function signOf(names: readonly string[]): RegExp {
  // Who finds `token` has found `access_token`.
  const shortest = names.filter(
    (name) => !names.some((part) => part !== name && name.includes(part)),
  )
  const escaped = shortest.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp([...escaped, '\\\\u'].join('|'), 'i')
}
