import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { Problem } from '../../journal/problem.ts'

/** Between two looks at a run, in ms, at least. */
const LOOK = 500
/** And so many times as long as a look takes: that of a long run counts many attempts. */
const LOOKS = 10
/** Something is sent so often, in ms, that whoever is between keeps the connection. */
const SIGN_OF_LIFE = 15_000

/**
 * A run as events. It is read from the journal, where whoever drives it notes what came of each
 * request within milliseconds: so it may be any run, and a look costs what counting its attempts does.
 */
export function watchRun(c: Context, look: () => Promise<{ state: string; id: number }>): Response {
  const watch = async (stream: SSEStreamingApi) => {
    let last = ''
    let saidAt = 0
    while (!stream.aborted) {
      const began = performance.now()
      const run = await look()
      const data = JSON.stringify(run)
      if (data !== last) {
        await stream.writeSSE({ event: 'run', data })
        saidAt = performance.now()
      } else if (performance.now() - saidAt > SIGN_OF_LIFE) {
        await stream.write(': still there\n\n')
        saidAt = performance.now()
      }
      if (run.state !== 'running') return
      last = data
      await stream.sleep(Math.max(LOOK, LOOKS * (performance.now() - began)))
    }
  }
  return streamSSE(c, (stream) =>
    watch(stream).catch((error: unknown) => {
      // The client sees the end, comes back, and is told there why.
      if (!(error instanceof Problem)) throw error
    }),
  )
}
