import type { FieldChange } from '../replayer/sending/credentials.ts'
import { flawOfName, flawOfValue } from '../replayer/sending/set-field.ts'
import { MARK } from '../replayer/sending/wire-form.ts'

// Values of the settings of sending. Each parser throws a RangeError that says what was expected.

/** A recorded login, or the head of one that is not. */
export type LoginTarget =
  | { kind: 'entry'; id: number }
  | { kind: 'request'; method: string; target: string }

/** An entry's id, or a method and a path. */
export function parseLogin(given: string): LoginTarget {
  if (/^[1-9]\d{0,14}$/.test(given)) return { kind: 'entry', id: Number(given) }
  const match = /^([A-Za-z-]+)\s+(\/[\x21-\x7e]*)$/.exec(given)
  if (match !== null) return { kind: 'request', method: match[1]!.toUpperCase(), target: match[2]! }
  throw new RangeError(
    `expected the id of a recorded login, or one of your own such as 'POST /login', got '${given}'`,
  )
}

/** The value is not repeated: it may be a secret. */
export function parseFieldChange(given: string): FieldChange {
  const colon = given.indexOf(':')
  if (colon === -1) throw new RangeError("expected 'NAME: VALUE', and found no colon")
  const name = given.slice(0, colon).trim()
  const value = given.slice(colon + 1).trim()
  const flaw = flawOfName(name) ?? flawOfValue(value)
  if (flaw !== null) throw new RangeError(`expected ${flaw}`)
  if (FRAMING.has(name.toLowerCase())) {
    throw new RangeError(`expected another field than ${name}, which follows from what is sent`)
  }
  return { name, value: value === '' ? null : value }
}

const FRAMING = new Set([
  ...['content-length', 'transfer-encoding', 'connection', 'te', 'upgrade', MARK.toLowerCase()],
])

/** A field for a token, which stands where `{token}` does. */
export function parseLoginField(given: string): { name: string; value: string } {
  const { name, value } = parseFieldChange(given)
  if (value?.includes('{token}')) return { name, value }
  throw new RangeError(`expected 'NAME: VALUE' with {token} in the value, got '${given}'`)
}

/** `10x`: how many times as fast. */
export function parseSpeed(given: string): number {
  const speed = Number(/^(\d+(?:\.\d+)?)x$/.exec(given)?.[1])
  if (speed > 0 && speed <= 1e6) return speed
  throw new RangeError(`expected a speed such as 1x, 10x or 0.5x, got '${given}'`)
}

/** `N/s`, `N/m`, `N/h`: per second. */
export function parseRate(given: string): number {
  const match = /^(\d+(?:\.\d+)?)\/([smh])$/.exec(given)
  const rate = match === null ? NaN : Number(match[1]) / { s: 1, m: 60, h: 3600 }[match[2]!]!
  if (rate > 0) return rate
  throw new RangeError(`expected a rate such as 50/s, 100/m or 0.5/s, got '${given}'`)
}
