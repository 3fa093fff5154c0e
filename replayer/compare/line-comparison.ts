import { Findings } from './difference.ts'
import type { Judge } from './judge.ts'

// Text by lines. What comes before the first and after the last other line is passed by; between them
// lines are paired so that most of them are the same.

type Explanation = NonNullable<ReturnType<Judge['ofTexts']>> | 'equal'

export function compareLines(
  recorded: readonly string[],
  came: readonly string[],
  judge: Judge,
): Findings {
  const findings = new Findings()
  const then = counted(recorded, judge, findings)
  const now = counted(came, judge, findings)
  const matches = (one: Line, other: Line) => matchOf(one, other, judge)
  let first = 0
  const shorter = Math.min(then.length, now.length)
  while (first < shorter && take(matches(then[first]!, now[first]!), findings)) first++
  let last = 0
  const rest = shorter - first
  while (last < rest && take(matches(then.at(-1 - last)!, now.at(-1 - last)!), findings)) last++
  const middle = [
    then.slice(first, then.length - last),
    now.slice(first, now.length - last),
  ] as const
  for (const [one, other] of paired(...middle, matches)) {
    const match = one !== null && other !== null ? matches(one, other) : null
    if (take(match, findings)) continue
    const at = (one ?? other)!.number
    findings.differs(`body line ${at}`, one?.text ?? null, other?.text ?? null)
  }
  return findings
}

interface Line {
  /** From 1. */
  number: number
  text: string
}

/** Without those that are noise. */
function counted(lines: readonly string[], judge: Judge, findings: Findings): Line[] {
  return lines
    .map((text, i) => ({ number: i + 1, text }))
    .filter(({ text }) => {
      const why = judge.noise.ofLine(text)
      if (why !== null) findings.explain(why)
      return why === null
    })
}

function matchOf(one: Line, other: Line, judge: Judge): Explanation | null {
  if (one.text === other.text) return 'equal'
  const place = { where: `body line ${one.number}`, key: '' }
  return judge.ofTexts(place, one.text, other.text)
}

/** Whether it is a match; counts how it came to be one. */
function take(match: Explanation | null, findings: Findings): boolean {
  if (match !== null && match !== 'equal') findings.explain(match)
  return match !== null
}

type Pair = readonly [Line | null, Line | null]

/** Of lines that are paired in the best way; beyond it they are paired by position. */
const MOST_PAIRED = 100

/** The longest common sequence, and what is between its lines in pairs as far as they go. */
function paired(
  then: readonly Line[],
  now: readonly Line[],
  matches: (one: Line, other: Line) => Explanation | null,
): Pair[] {
  if (Math.max(then.length, now.length) > MOST_PAIRED) return sideBySide(then, now)
  const width = now.length + 1
  const lengths = new Uint16Array((then.length + 1) * width)
  const isMatch = new Uint8Array(lengths.length)
  for (let i = then.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const at = i * width + j
      isMatch[at] = matches(then[i]!, now[j]!) === null ? 0 : 1
      lengths[at] = isMatch[at]
        ? lengths[at + width + 1]! + 1
        : Math.max(lengths[at + width]!, lengths[at + 1]!)
    }
  }
  const pairs: Pair[] = []
  let [i, j, fromI, fromJ] = [0, 0, 0, 0]
  while (i < then.length && j < now.length) {
    const at = i * width + j
    if (isMatch[at]) {
      pairs.push(...sideBySide(then.slice(fromI, i), now.slice(fromJ, j)))
      pairs.push([then[i++]!, now[j++]!])
      fromI = i
      fromJ = j
    } else if (lengths[at + width]! >= lengths[at + 1]!) i++
    else j++
  }
  return [...pairs, ...sideBySide(then.slice(fromI), now.slice(fromJ))]
}

function sideBySide(then: readonly Line[], now: readonly Line[]): Pair[] {
  const count = Math.max(then.length, now.length)
  return Array.from({ length: count }, (_, i) => [then[i] ?? null, now[i] ?? null])
}
