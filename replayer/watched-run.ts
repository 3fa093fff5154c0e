import type { Run } from '../journal/runs.ts'

/** Between two looks at a run, in ms, at least. */
const LOOK = 500
/** And so many times as long as a look takes: that of a long run counts many attempts. */
const LOOKS = 10

export interface Watching {
  look: () => Promise<Run>
  pause: (ms: number) => Promise<void>
  /** False: whoever watched has left. */
  isWatched: () => boolean
}

/**
 * A run at first, and whenever it changed, until it has ended or nobody watches it any more. It is read from the journal, where whoever drives it notes what came of each request within milliseconds: so it
 * may be any run, and a look costs what counting its attempts does.
 */
export async function* watchedRun({ look, pause, isWatched }: Watching): AsyncGenerator<Run> {
  let last = ''
  while (isWatched()) {
    const began = performance.now()
    const run = await look()
    const seen = JSON.stringify(run)
    if (seen !== last) yield run
    if (run.state !== 'running') return
    last = seen
    await pause(Math.max(LOOK, LOOKS * (performance.now() - began)))
  }
}
