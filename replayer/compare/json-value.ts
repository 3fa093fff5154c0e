// JSON as it was written: numbers that a double does not hold exactly keep all their digits, for ids
// of 64 bits would else be equal to their neighbours.

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json }

/** A number in the one way to write it: `-12e-3`, without zeros at either end of its digits. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Undefined: it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    const parsed = JSON.parse(text) as Json
    return LONG_NUMBER.test(text) ? exactly(text) : parsed
  } catch {
    return undefined
  }
}

/** Where a number begins: within ids of hex digits there is much that looks like one. */
const LONG_NUMBER = /(?:^|[[:,\s])-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/

/** It is known to be JSON. */
function exactly(text: string): Json {
  const marked = text.replaceAll(TOKENS, (token) => {
    if (token.startsWith('"'))
      return token.startsWith(`"${MARK}`) ? `"${MARK}${token.slice(1)}` : token
    return token.length < 16 && !/e/i.test(token) ? token : `"${MARK}${token}"`
  })
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value
    const rest = value.slice(MARK.length)
    return rest.startsWith(MARK) ? rest : new ExactNumber(canonical(rest))
  }) as Json
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs
const MARK = '\u{f8ff}number:'

/** Whether two numbers have the same value. */
export function isSameNumber(one: number | ExactNumber, other: number | ExactNumber): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one === other
  return numberText(one) === numberText(other)
}

function numberText(value: number | ExactNumber): string {
  return value instanceof ExactNumber ? value.text : canonical(String(value))
}

function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return `${sign}${significant}e${power}`
}

/** As it is shown and matched: texts as they are, numbers in decimal, all else as JSON. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value
  if (value instanceof ExactNumber) return decimal(value.text)
  return typeof value === 'object' ? brief(value) : String(value)
}

/** `12345e0` -> `12345`, as far as that does not make it long. */
function decimal(text: string): string {
  const [, sign = '', digits = '', exponent = '0'] = /^(-?)(\d+)(?:e(.+))?$/.exec(text) ?? []
  const power = Number(exponent)
  if (power >= 0 && power <= 20) return sign + digits + '0'.repeat(power)
  if (power > 0 || power < -40) return text
  const padded = digits.padStart(1 - power, '0')
  return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`
}

/** JSON of a value, of which the inside may be left out. */
function brief(value: Json): string {
  let left = 300
  return write(value, 0)

  function write(one: Json, depth: number): string {
    if (left <= 0 || depth > 8) return '…'
    const text = one instanceof ExactNumber ? decimal(one.text) : scalar(one)
    if (text !== null) {
      left -= text.length
      return text
    }
    if (Array.isArray(one))
      return `[${some(one)
        .map((item) => write(item, depth + 1))
        .join(',')}]`
    const members = some(Object.entries(one as { [key: string]: Json }))
    return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item, depth + 1)}`).join(',')}}`
  }
}

function some<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, 60)
}

function scalar(value: Json): string | null {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 300))
  return typeof value === 'object' && value !== null ? null : String(value)
}

/** As it stands in a difference: texts in quotes, so that `"17"` and `17` can be told apart. */
export function shownJson(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 400)) : textOf(value)
}
