import type { Writable } from 'node:stream'
import type { Run } from '../journal/runs.ts'
import { progressBar } from './progress.ts'
import { outcomeWords, stateWords } from './runs-show.ts'

/** Without a terminal how it stands is said so often, in ms, and at each change while it does not simply run. */
const SELDOM = 5_000

/** How a run goes on that another process drives: a bar on a terminal, else a line now and then. */
export function watchedOn(output: Writable & { isTTY?: boolean; columns?: number }) {
  let told = ''
  let toldAt = -Infinity
  return {
    update(run: Run): void {
      const state = stateWords(run)
      const done = doneOf(run)
      const words = `run ${run.id} ${state}: ${outcomeWords(run.outcomes)}`
      if (output.isTTY === true) {
        output.write(`${progressBar(output, done, run.planned)} ${state}`)
      } else if (state !== told || state !== 'running' || performance.now() - toldAt >= SELDOM) {
        output.write(`${words}, ${done} of ${run.planned}\n`)
        toldAt = performance.now()
      }
      told = state
    },
    end(): void {
      if (output.isTTY === true) output.write('\n')
    },
  }
}

function doneOf({ outcomes }: Run): number {
  const begun = Object.values(outcomes).reduce((sum, n) => sum + n, 0)
  return begun - (outcomes.sending ?? 0)
}
