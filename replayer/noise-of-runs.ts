import type { Answered } from '../journal/runs.ts'
import type { Journal } from '../journal/contract.ts'
import type { Entry } from '../journal/entry.ts'
import type { Answer } from './answer.ts'
import type { AliasRules } from './aliases/rules.ts'
import { compare } from './compare/compare.ts'
import type { Explains } from './compare/judge.ts'
import { noiseBetween } from './compare/learned-noise.ts'
import type { NoiseRule } from './compare/noise-rule.ts'
import type { CompareRules } from './compare/rules.ts'
import { wholeEntriesOf, type Plan } from './plan.ts'
import { comparedWith, type RunId } from './run/kept-aliases.ts'
import { KEPT_BODY } from './sending/send.ts'

// Two runs of one plan against two fresh backends: what differs between the two answers to an entry is
// noise, unless both are new names of one recorded value. That is told by the recorded answer between
// them. Entries and answers are read page by page.

export interface LearningRules {
  compare: CompareRules
  aliases: Pick<AliasRules, 'pin'>
}

export interface NoiseOfRuns {
  /** Each once. */
  rules: readonly NoiseRule[]
  /** Pairs of answers that were compared. */
  compared: number
  /** The first entries of which the runs do not match, in words, at most 10. Then nothing is learned. */
  mismatches: readonly string[]
  moreMismatches: number
}

/** Pairs of answers that are in memory at a time. */
const PAGE = { limit: 100, bytes: 2 * 100 * KEPT_BODY }
const MOST_MISMATCHES = 10

/** `host`: of the first backend, as it may write it into its answers. */
export async function noiseOfRuns(
  journal: Journal,
  plan: Plan,
  [first, second]: readonly [RunId, RunId],
  rules: LearningRules,
  host: string,
): Promise<NoiseOfRuns> {
  const found = new Map<string, NoiseRule>()
  const mismatches: string[] = []
  let [compared, count] = [0, 0]
  const entries = wholeEntriesOf(journal, plan)
  for (let after = -1; ;) {
    const [one, other] = await Promise.all(
      [first, second].map((run) => journal.answered(run, { ...PAGE, after })),
    )
    if (one!.length + other!.length === 0) break
    const pairs: Pair[] = []
    for (let i = 0; i < Math.max(one!.length, other!.length); i++) {
      const pair = pairOf(one![i], other![i])
      if (typeof pair === 'string') {
        if (count++ < MOST_MISMATCHES) mismatches.push(pair)
      } else if (pair !== null) pairs.push(pair)
    }
    const answered = await withEntries(entries, pairs)
    compared += answered.length
    for (const rule of await noiseOf(journal, answered, [first, second], rules, host)) {
      found.set(JSON.stringify(rule), rule)
    }
    if (one!.length !== other!.length) break
    after = one!.at(-1)!.position
  }
  await entries.return(undefined)
  const moreMismatches = count - mismatches.length
  return { rules: [...found.values()], compared, mismatches, moreMismatches }
}

interface Pair {
  entry: number
  answers: readonly [Answer, Answer]
}

/** Two answers to one entry; null: none came in both runs. A text: why they do not match. */
function pairOf(one: Answered | undefined, other: Answered | undefined): Pair | string | null {
  const entry = (one ?? other)!.entry
  if (one === undefined || other === undefined || one.entry !== other.entry) {
    return `entry ${entry}: only one of the runs sent it there`
  }
  const [first, second] = [one.answer, other.answer]
  if (first === null && second === null) return null
  if (first?.status === second?.status) {
    return { entry, answers: [answerOf(first!), answerOf(second!)] }
  }
  return `entry ${entry}: answered ${first?.status ?? 'nothing'} and ${second?.status ?? 'nothing'}`
}

function answerOf({ status, fields, body }: NonNullable<Answered['answer']>): Answer {
  // What fills all the room that there is may have been longer.
  const length = body.length < KEPT_BODY ? body.length : body.length + 1
  return { status, reason: '', fields, body, length, trailers: [] }
}

type AnsweredEntry = Pair & { of: Entry }

/** Both are in the order of the stream. */
async function withEntries(
  entries: AsyncGenerator<Entry>,
  pairs: readonly Pair[],
): Promise<AnsweredEntry[]> {
  const found: AnsweredEntry[] = []
  for (const pair of pairs) {
    for (;;) {
      const next = await entries.next()
      if (next.done === true) return found
      if (next.value.id !== pair.entry) continue
      found.push({ ...pair, of: next.value })
      break
    }
  }
  return found
}

async function noiseOf(
  journal: Pick<Journal, 'aliases' | 'restorations'>,
  answered: readonly AnsweredEntry[],
  runs: readonly [RunId, RunId],
  { compare: compareRules, aliases }: LearningRules,
  host: string,
): Promise<NoiseRule[]> {
  const renamed = (side: 0 | 1) =>
    comparedWith(journal, { run: runs[side], rules: aliases }, (explains) =>
      answered.map(({ of, answers }) => renamedIn(of, answers[side], compareRules, explains)),
    )
  const [firsts, seconds] = [await renamed(0), await renamed(1)]
  return answered.flatMap(({ of, answers }, i) =>
    noiseBetween(...answers, {
      ...{ asked: of, at: Date.now() * 1000, host, rules: compareRules },
      explains: sameRecorded(firsts[i]!, seconds[i]!),
    }),
  )
}

/** Recorded values of an answer, and the new ones that came in their place. */
type Renamed = readonly (readonly [recorded: string, came: string])[]

function renamedIn(entry: Entry, answer: Answer, rules: CompareRules, explains: Explains): Renamed {
  const pairs: [string, string][] = []
  const noted: Explains = (place, recorded, came) => {
    const why = explains(place, recorded, came)
    if (why !== null) pairs.push([recorded, came])
    return why
  }
  compare(entry, answer, rules, noted, Date.now() * 1000)
  return pairs
}

/** Two values are the new names of one where a recorded value became both; it may have come back as it was. */
function sameRecorded(first: Renamed, second: Renamed): Explains {
  const firsts = new Set(first.map((pair) => JSON.stringify(pair)))
  const isFirst = (recorded: string, came: string) =>
    recorded === came || firsts.has(JSON.stringify([recorded, came]))
  return (_, one, other) => {
    const isBoth = ([recorded, came]: Renamed[number]) => came === other && isFirst(recorded, one)
    return isFirst(other, one) || second.some(isBoth) ? 'alias' : null
  }
}
