/** A replay, as a collector of spans is told of it. No field and no body of its requests. */
export interface TracedRun {
  /** Told of each request when it is over. */
  attempt: (attempt: TracedAttempt) => void
  /** Told once, of how it ended. */
  end: (state: string) => void
}

export interface TracedAttempt {
  entry: number
  position: number
  outcome: string
  method: string
  /** As it was recorded, with its query string. */
  target: string
  /** Null where there was no answer. */
  status: number | null
  /** In ms since 1970. */
  beganAt: number
  endedAt: number
  /** Of the recorded request, which is sent as it was. */
  traceparent: string | undefined
}

export type TraceRun = (run: { id: number; stream: string; target: string }) => TracedRun
