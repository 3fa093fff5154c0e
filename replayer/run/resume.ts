import { setTimeout as delay } from 'node:timers/promises'
import type { Attempted, AttemptResult, Begun, Run, Taken } from '../../journal/runs.ts'
import type { Journal } from '../../journal/contract.ts'
import { Problem } from '../../journal/problem.ts'
import type { Secrets } from '../../journal/secrets.ts'
import { readLedger, removeLedger, type LedgerEnd, type Remembered } from './ledger.ts'
import { RUN_LEASE } from './notes.ts'

// Taking a run over whose process died. What it had announced and not concluded is one of three: it
// came to its end, and only the ledger knows; its request may have gone out; or it never was sent.

/** What is done with requests that may have gone out when the process died. */
export type InFlight = 'stop' | 'skip' | 'send'

export interface Resuming {
  run: number
  inFlight: InFlight
  /** What becomes of requests that failed in it. Default: left. */
  failed?: 'left' | 'again'
}

/** Where ledgers are, and what seals the secrets in them. */
export interface LedgerPlace {
  folder: string
  secrets: Secrets
}

export interface TakenOver {
  driving: Taken
  run: Run
}

export async function takeOver(
  journal: Journal,
  { run: id, inFlight, failed = 'left' }: Resuming,
  place: LedgerPlace | null,
): Promise<TakenOver> {
  const driving = await taken(journal, id)
  const run = await journal.run(id)
  try {
    const open = await journal.attempted(run, 'sending')
    const { former } = driving
    const remembered =
      place === null || former === null ? null : readLedger(place.folder, id, former, place.secrets)
    const { ended, unsent, inDoubt } = sortOut(open, remembered)
    // As if they had not begun: they come by again in the plan.
    const again = inFlight === 'send' ? inDoubt.map(({ position }) => position) : []
    const broken = failed === 'again' ? await failedOf(journal, run) : []
    const concluded = inFlight === 'skip' ? inDoubt.map(skipped) : []
    await journal.note(
      driving,
      {
        begun: [],
        withdrawn: [...unsent, ...again, ...broken],
        ended: [...ended.map(endedOf), ...concluded],
        aliases: ended
          .flatMap(({ aliases }) => aliases)
          .map((alias, i) => ({ ...alias, number: driving.nextAlias + i })),
      },
      RUN_LEASE,
    )
    if (place !== null && former !== null) removeLedger(place.folder, id, former)
    if (inFlight === 'stop' && inDoubt.length > 0) throw inDoubtProblem(id, inDoubt)
    const nextAlias =
      driving.nextAlias + ended.reduce((sum, { aliases }) => sum + aliases.length, 0)
    return { driving: { ...driving, nextAlias }, run: await journal.run(id) }
  } catch (error) {
    await journal.endRun(driving, 'interrupted').catch(() => {})
    throw error
  }
}

/** One whose process died is driven until its lease runs out: that is waited for, and no longer. */
async function taken(journal: Journal, id: number): Promise<Taken> {
  const until = performance.now() + RUN_LEASE * 1.2
  for (;;) {
    try {
      return await journal.takeRun(id, RUN_LEASE)
    } catch (error) {
      const isDriven = error instanceof Problem && error.code === 'run_driven'
      if (!isDriven || performance.now() > until) throw error
      await delay(LOOK_AGAIN)
    }
  }
}

/** In ms. */
const LOOK_AGAIN = 200

interface SortedOut {
  ended: (LedgerEnd & Begun)[]
  unsent: number[]
  inDoubt: Attempted[]
}

function sortOut(open: readonly Attempted[], remembered: Remembered | null): SortedOut {
  if (remembered === null) return { ended: [], unsent: [], inDoubt: [...open] }
  const ended = open.flatMap(({ position, entry }) => {
    const end = remembered.ended.get(position)
    return end === undefined ? [] : [{ ...end, entry }]
  })
  const rest = open.filter(({ position }) => !remembered.ended.has(position))
  return {
    ended,
    unsent: rest.filter((one) => !remembered.begun.has(one.position)).map((one) => one.position),
    inDoubt: rest.filter((one) => remembered.begun.has(one.position)),
  }
}

/** The first failure ends whatever asks for this: there are no more than were sent side by side. */
async function failedOf(journal: Pick<Journal, 'attempts'>, run: Run): Promise<number[]> {
  const failed = await journal.attempts(run, { limit: 1_000, outcomes: ['failed'] })
  return failed.map(({ position }) => position)
}

function endedOf({ position, entry, result, sentAt, endedAt }: LedgerEnd & Begun) {
  return { position, entry, result: { ...result, answer: null }, sentAt, endedAt }
}

function skipped({ position, entry }: Attempted) {
  const result: AttemptResult = {
    outcome: 'in_doubt',
    detail: 'it was in flight when its process ended; it was not sent again',
    answer: null,
  }
  const at = Date.now() * 1000
  return { position, entry, result, sentAt: at, endedAt: at }
}

function inDoubtProblem(run: number, inDoubt: readonly Attempted[]): Problem {
  const entries = inDoubt.map(({ entry }) => entry)
  const list = entries.length > 20 ? [...entries.slice(0, 20), '...'] : entries
  return new Problem(
    'run_in_doubt',
    `${entries.length} requests of run ${run} may have been in flight when its process ended: ` +
      `entries ${list.join(', ')}`,
    {
      source: 'user',
      hint: 'say --in-flight skip or --in-flight send; whether one was applied the backend can tell',
    },
  )
}
