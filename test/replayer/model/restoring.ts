import type { Entry } from '../../../journal/entry.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import { valuesOf } from '../../../replayer/aliases/values.ts'
import type { Answer } from '../../../replayer/answer.ts'
import { compare, type Comparison } from '../../../replayer/compare/compare.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import type { LanePattern } from '../../../replayer/order/lanes.ts'
import { NO_VALUES, placer } from '../../../replayer/order/placing.ts'
import { Schedule, type OrderRules } from '../../../replayer/order/schedule.ts'
import type { Request } from '../../../replayer/request.ts'
import type { Notes } from '../../../replayer/run/notes.ts'
import { pagesOf } from '../../../replayer/run/pages.ts'
import { Runner, type Step } from '../../../replayer/run/runner.ts'
import { requestOf } from '../../../replayer/sending/request-of.ts'
import { isSent, studyRecording } from '../../../replayer/study.ts'
import { Backend } from './backend.ts'
import { journalOf, planOf } from './recorded-stream.ts'
import { SimulatedTime } from './simulated-time.ts'
import type { World } from './world.ts'

export interface Order {
  name: string
  rules: OrderRules
  lanes: readonly LanePattern[]
}

/** An entry that was sent again. */
export interface Played {
  entry: Entry
  request: Request
  answer: Answer
  comparison: Comparison
  sentAt: number
  endedAt: number
}

export interface Restored {
  backend: Backend
  played: Played[]
}

/** Sends a recording to a backend that lost everything, as a run does, but for sockets and PostgreSQL. */
export async function restore(
  stream: readonly Entry[],
  world: World,
  seed: number,
  { rules, lanes }: Order,
): Promise<Restored> {
  const time = new SimulatedTime(START)
  const backend = new Backend({ ...world, overload: 0 }, time, seed)
  const journal = journalOf(stream)
  const plan = planOf(stream)
  const study = await studyRecording(journal, plan)
  const aliases = new Aliases({ patterns: study.patterns })
  const played: Played[] = []
  const perform = async (entry: Entry) => {
    const sentAt = time.now
    const recorded = await requestOf(entry, unreadable)
    const { request } = aliases.rewrite(entry, recorded)
    const { method, target, fields } = request
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const answered = await backend.answer({ method, target, fields, body })
    const answer: Answer = {
      ...{ status: answered.status, reason: '', fields: answered.fields, trailers: [] },
      body: Buffer.from(answered.body),
    }
    aliases.learn(entry, request, answer)
    const comparison = compare(entry, answer, DEFAULT_RULES, explains, START + time.now)
    played.push({ entry, request, answer, comparison, sentAt, endedAt: time.now })
    return { result: comparison, aliases: [] }
  }
  const explains = (place: string, was: string, now: string) =>
    aliases.isGenerated(place, was, now) ? ('alias' as const) : null
  const runner = new Runner(
    {
      ...{ schedule: new Schedule<Step>(rules), notes: NO_NOTES, ledger: null, perform },
      pace: async () => {},
      isEnd: () => false,
      signal: new AbortController().signal,
    },
    { sent: 0, outcomes: {}, stoppedBy: null },
  )
  const place = placer<Entry>({
    lanes,
    recorders: [...new Set(stream.map(({ recorder }) => recorder))].map((id) => ({
      id,
      host: 'a',
    })),
    valuesOf: lanes.length === 0 ? () => NO_VALUES : valuesOf,
  })
  const pages = pagesOf(journal, {
    ...{ plan, place, from: 0 },
    isSent: (entry) => isSent(entry, plan, study),
    onRead: async () => {},
    attempted: async () => [],
  })
  await time.until(runner.run(pages))
  return { backend, played }
}

/** A day after it was recorded, or so. */
const START = Date.UTC(2026, 0, 16, 9) * 1000

function unreadable(): never {
  throw new Error('all bodies are in one piece')
}

/** Nobody keeps what came of it. */
const NO_NOTES = {
  begin: async () => {},
  withdraw() {},
  end() {},
  isFull: false,
  failure: null,
  settled: async () => {},
} as unknown as Notes
