import { clip, printable } from '../table.ts'
import type { Difference, Explained, Found } from './difference.ts'

// What a comparison found, as text for a terminal.

/** One line a difference, and one for those that are not listed. `most`: lines at most. */
export function differenceLines(
  { differences, unlisted, uncompared }: Found,
  widths: { line?: number | undefined } = {},
  most = 20,
): string[] {
  const line = widths.line ?? Infinity
  const shown = differences.slice(0, most)
  const more = differences.length - shown.length + unlisted
  return [
    ...shown.map((one) => clip(differenceLine(one), line)),
    ...(more === 0 ? [] : [`and ${more} more`]),
    ...uncompared.map((what) => clip(printable(`not compared: ${what}`), line)),
  ]
}

/** `body /name: "a" -> "b"`, `body /tags/2: "x" -> nothing` */
export function differenceLine({ where, recorded, came }: Difference): string {
  const side = (value: string | null) =>
    value === null ? 'nothing' : value === '' ? '(empty)' : value
  return printable(`${where}: ${side(recorded)} -> ${side(came)}`)
}

/** The first of them, and how many more there are. */
export function differencesLine({ differences, unlisted }: Found): string {
  const [first, ...others] = differences
  if (first === undefined) return ''
  const more = others.length + unlisted
  return `${clip(differenceLine(first), 200)}${more === 0 ? '' : ` (and ${more} more)`}`
}

/** `3 aliases, 1 time`; empty for none. */
export function explainedWords(explained: Explained): string {
  return Object.entries(explained)
    .map(([why, n]) => `${n} ${WORDS[why as keyof Explained][n === 1 ? 0 : 1]}`)
    .join(', ')
}

const WORDS: Readonly<Record<keyof Explained, readonly [string, string]>> = {
  alias: ['alias', 'aliases'],
  ignored: ['ignored by a rule', 'ignored by rules'],
  learned: ['learned noise', 'learned noise'],
  withheld: ['secret that was left out', 'secrets that were left out'],
  origin: ['address of the backend', 'addresses of the backend'],
  time: ['time', 'times'],
  duration: ['duration', 'durations'],
  age: ['age', 'ages'],
  id: ['request id', 'request ids'],
}
