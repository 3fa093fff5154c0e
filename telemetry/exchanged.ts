/** What is told of an exchange with a client when it is over. No field and no body of it. */
export interface Exchanged {
  method: string
  /** As it was received, with its query string. */
  target: string
  /** `1.0`, `1.1` or `2.0`. */
  protocol: string
  client: string | undefined
  /** Null where there was no answer. */
  status: number | null
  /** `cut`: the client did not get all of the answer. */
  end: 'whole' | 'cut'
  /** In ms since 1970, and in ms. */
  beganAt: number
  duration: number
  /** Of its fields X-Request-Id, traceparent and tracestate. */
  id: string | undefined
  traceparent: string | undefined
  tracestate: string | undefined
}

export type TellExchanged = (exchanged: Exchanged) => void

/** The target without its query string, which may hold secrets. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0]!
}
