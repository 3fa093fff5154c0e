import type { Journal } from '../../journal/contract.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'

/** How often what came since is counted, in ms. */
const PACE = 10_000

/** Keeps counts and searches quick while the service runs; answers how to end it. */
export function keepCaughtUp(journal: Pick<Journal, 'catchUp'>, say: Say): () => Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  let lastFailure = ''
  const turn = async (): Promise<void> => {
    try {
      await journal.catchUp(signal)
      lastFailure = ''
    } catch (error) {
      // Everything works without it, and it is tried again: each reason is said once.
      const failure = messageOf(error)
      if (failure !== lastFailure) say(`entries are not counted ahead: ${failure}`)
      lastFailure = failure
    }
    if (!signal.aborted) timer = setTimeout(() => void (turning = turn()), PACE).unref()
  }
  let timer: NodeJS.Timeout | undefined
  let turning = turn()
  return async () => {
    ending.abort()
    clearTimeout(timer)
    await turning
  }
}
