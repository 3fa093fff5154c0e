import { noCounts, type RecorderCounts } from './counts.ts'
import type { RecorderHealth, RecorderState } from './health.ts'
import { readiness, recorderChecks, type Check, type Readiness } from './readiness.ts'

/** How one of several workers is, as it says; null where nothing is recorded. */
export interface WorkerHealth {
  health: RecorderHealth | null
  counts: RecorderCounts | null
}

/** `silent`: it did not answer in time, or is being started again. */
type WorkerState = RecorderState | 'silent'

/** From best to worst. */
const ORDER: readonly WorkerState[] = ['ok', 'spooling', 'silent', 'degraded', 'refusing']

/**
 * Workers that share a port, seen as one: the worst of their states, and the sum of the counts of
 * those that answer. What a worker that died had counted is in the journal, and no longer here.
 */
export function groupHealth(
  stream: string,
  answers: ReadonlyMap<number, WorkerHealth | null>,
): { refuses: boolean; body: object } {
  const workers = [...answers].map(([worker, answer]) => ({ worker, ...shown(answer) }))
  const state = worst(workers.map((one) => one.state))
  const counts = sum([...answers.values()].flatMap((answer) => answer?.counts ?? []))
  const isAnyThere = [...answers.values()].some((answer) => answer !== null)
  return { refuses: state === 'refusing' || !isAnyThere, body: { state, stream, counts, workers } }
}

/**
 * Ready where all that answer are: connections are handed out by turns, to one that refuses too. One that
 * does not answer is being started again, and the others do without it.
 */
export function groupReadiness(
  answers: ReadonlyMap<number, WorkerHealth | null>,
  upstream: Check,
): Readiness {
  const isAnyThere = [...answers.values()].some((answer) => answer !== null)
  const silent: Check = {
    ...{ name: 'worker', state: isAnyThere ? 'degraded' : 'not_ready' },
    detail: 'it does not answer',
  }
  const checks = [...answers].flatMap(([worker, answer]) =>
    (answer === null ? [silent] : recorderChecks(answer.health)).map((check) => ({
      ...check,
      worker,
    })),
  )
  return readiness([...checks, upstream])
}

function shown(answer: WorkerHealth | null): { state: WorkerState } {
  if (answer === null) return { state: 'silent' }
  return { ...(answer.health ?? { state: 'ok' }), ...{ counts: answer.counts } }
}

function worst(states: readonly WorkerState[]): WorkerState {
  return ORDER.findLast((state) => states.includes(state)) ?? 'silent'
}

/** Null where nobody counts. */
function sum(all: readonly RecorderCounts[]): RecorderCounts | null {
  if (all.length === 0) return null
  const total = noCounts()
  for (const { excluded, ...counts } of all) {
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) total[name] += counts[name]
    for (const [reason, n] of Object.entries(excluded) as [keyof typeof excluded, number][]) {
      total.excluded[reason] = (total.excluded[reason] ?? 0) + n
    }
  }
  return total
}
