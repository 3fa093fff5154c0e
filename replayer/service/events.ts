import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { Problem } from '../../journal/problem.ts'
import type { DoorEnv } from './door/caller.ts'
import { Places } from './door/places.ts'
import { problem } from './problems.ts'

/** Nothing may be said for so long, in ms: whoever stands between ends what is quiet for longer. */
const QUIET = 15_000

/** Event streams, each of which asks the journal by itself. */
export function openStreams(): Places {
  return new Places({ ofOne: 16, ofAll: 64 }, 'event streams open')
}

/** What a stream of events is written with. */
export interface Events {
  /** False: the client has left, or may not look any more. Nothing is to be written then. */
  readonly isHeard: boolean
  write: (event: { event: string; data: string; id?: string }) => Promise<void>
  /** Waits so many ms, and says now and then that it is still there. */
  pause: (ms: number) => Promise<void>
}

/**
 * Answers with server-sent events for as long as `tell` goes on and the client listens. Who asks for
 * the head alone gets that: nobody would end a stream of which nothing is read.
 */
export function answerEvents(
  c: Context<DoorEnv>,
  streams: Places,
  tell: (events: Events) => Promise<void>,
) {
  const { address } = c.get('caller')
  const refusal = streams.refusal(address)
  if (refusal !== null) {
    c.header('Retry-After', '1')
    return problem(c, 429, 'streams_exceeded', refusal)
  }
  // Proxies that gather answers (nginx) would keep the events to themselves.
  c.header('X-Accel-Buffering', 'no')
  if (c.req.method === 'HEAD') {
    return c.body(null, 200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  }
  const close = streams.take(address)
  return streamSSE(c, async (stream) => {
    try {
      await tell(eventsOn(stream, c.get('isStillIn')))
    } catch (error) {
      // The client sees the end, comes back, and is told there why.
      if (!(error instanceof Problem)) throw error
    } finally {
      close()
    }
  })
}

function eventsOn(stream: SSEStreamingApi, isStillIn: () => boolean): Events {
  let saidAt = performance.now()
  return {
    get isHeard() {
      return !stream.aborted && isStillIn()
    },
    async write(event) {
      await stream.writeSSE(event)
      saidAt = performance.now()
    },
    async pause(ms) {
      if (performance.now() - saidAt >= QUIET) {
        await stream.write(': still there\n\n')
        saidAt = performance.now()
      }
      await stream.sleep(ms)
    },
  }
}
