import type { Context } from 'hono'
import type { DoorEnv } from './door/caller.ts'
import type { Places } from './door/places.ts'
import { answerEvents } from './events.ts'

/** Between two looks at a run, in ms, at least. */
const LOOK = 500
/** And so many times as long as a look takes: that of a long run counts many attempts. */
const LOOKS = 10

/**
 * A run as events. It is read from the journal, where whoever drives it notes what came of each
 * request within milliseconds: so it may be any run, and a look costs what counting its attempts does.
 */
export function watchRun(
  c: Context<DoorEnv>,
  streams: Places,
  look: () => Promise<{ state: string; id: number }>,
) {
  return answerEvents(c, streams, async (events) => {
    let last = ''
    while (events.isHeard) {
      const began = performance.now()
      const run = await look()
      const data = JSON.stringify(run)
      if (data !== last) await events.write({ event: 'run', data })
      if (run.state !== 'running') return
      last = data
      await events.pause(Math.max(LOOK, LOOKS * (performance.now() - began)))
    }
  })
}
