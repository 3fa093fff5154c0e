import { setTimeout as delay } from 'node:timers/promises'
import type { Actor } from '../journal/deed.ts'
import { Problem } from '../journal/problem.ts'
import type { Run, Wanted } from '../journal/runs.ts'
import type { Journal } from '../journal/contract.ts'

// What may be wanted of a run that is running, from the page and from the command line alike. It stands in
// the journal, where whoever drives the run reads it with each of its notes: so it may be any process.

type Holding = Pick<Journal, 'run' | 'noteDeed' | 'wantOfRun'>

/** How long its driver is waited for, in ms: it asks twice a second. */
const PATIENCE = 10_000
const PACE = 30

/**
 * What is under way comes to its end, and nothing more is sent until it goes on. Answers the run once its
 * driver knows. Rejects with `run_unknown`, and with `run_undriven` where nobody drives it.
 */
export function pauseRun(journal: Holding, id: number, actor: Actor): Promise<Run> {
  return want(journal, id, 'pause', { actor, action: 'pause' })
}

export function continueRun(journal: Holding, id: number, actor: Actor): Promise<Run> {
  return want(journal, id, null, { actor, action: 'continue' })
}

/** What is under way is given up, and in doubt; answers when it has ended. It can be resumed. */
export function stopRun(journal: Holding, id: number, actor: Actor): Promise<Run> {
  return want(journal, id, 'stop', { actor, action: 'stop' })
}

async function want(
  journal: Holding,
  id: number,
  wanted: Wanted | null,
  { actor, action }: { actor: Actor; action: 'pause' | 'continue' | 'stop' },
): Promise<Run> {
  const run = await journal.run(id)
  if (run.driven === null || run.driven === 'nobody') throw undriven(run)
  await journal.noteDeed({ ...actor, action, stream: run.stream, detail: { run: id } })
  if ((await journal.wantOfRun(id, wanted)) === 'undriven') throw undriven(await journal.run(id))
  const until = performance.now() + PATIENCE
  for (;;) {
    const now = await journal.run(id)
    if (!isUnderWay(now) || performance.now() > until) return now
    await delay(PACE)
  }
}

function isUnderWay({ driven }: Run): boolean {
  return driven === 'pausing' || driven === 'stopping'
}

function undriven({ id, state }: Run): Problem {
  const how = state === 'running' ? 'its process died' : `it is ${state}`
  return new Problem('run_undriven', `nobody drives run ${id}: ${how}`, {
    source: 'user',
    hint: 'what it left can be sent: reprise replay --resume, or Resume on the page',
  })
}
