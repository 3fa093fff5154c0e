import { randomUUID } from 'node:crypto'

/** Of a request: the values of its fields X-Request-Id and traceparent. */
export interface Named {
  id: string | undefined
  traceparent: string | undefined
}

/** By what a request is found again: the id that it came with, else its trace, else one made for it. */
export function requestId(named: Named): string {
  return givenId(named) ?? randomUUID()
}

/** The same, but undefined where one would have to be made. */
export function givenId({ id, traceparent }: Named): string | undefined {
  return id !== undefined && ID.test(id) ? id : traceOf(traceparent)
}

/** What no log and no other system can misread. */
const ID = /^[\w.:+/=@-]{1,200}$/

/** What a traceparent names (W3C Trace Context section 3.2), in hex. */
export interface TraceParent {
  trace: string
  span: string
  /** One byte; its lowest bit says that the trace is kept. */
  flags: number
}

/** Undefined where it is none: then it is as if it had not been sent. */
export function traceParent(text: string | undefined): TraceParent | undefined {
  const [, version, trace, span, flags, rest] = PARENT.exec(text ?? '') ?? []
  if (trace === undefined || version === 'ff' || /^0+$/.test(trace) || /^0+$/.test(span!)) {
    return undefined
  }
  // A version that is not known yet may say more behind it.
  if (version === '00' && rest !== '') return undefined
  return { trace, span: span!, flags: Number.parseInt(flags!, 16) }
}

export function traceOf(traceparent: string | undefined): string | undefined {
  return traceParent(traceparent)?.trace
}

const PARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(|-.*)$/
