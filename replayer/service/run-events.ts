import type { Context } from 'hono'
import type { Run } from '../../journal/runs.ts'
import { watchedRun } from '../watched-run.ts'
import type { DoorEnv } from './door/caller.ts'
import type { Places } from './door/places.ts'
import { answerEvents } from './events.ts'

/** A run as events, until it has ended. */
export function watchRun(
  c: Context<DoorEnv>,
  streams: Places,
  look: () => Promise<Run>,
  view: (run: Run) => unknown,
) {
  return answerEvents(c, streams, async (events) => {
    const pause = (ms: number) => events.pause(ms)
    for await (const run of watchedRun({ look, pause, isWatched: () => events.isHeard })) {
      await events.write({ event: 'run', data: JSON.stringify(view(run)) })
    }
  })
}
