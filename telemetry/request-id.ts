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

/** The trace-id of a traceparent (W3C Trace Context section 3.2.2), where it is one. */
export function traceOf(traceparent: string | undefined): string | undefined {
  const [, version, trace, rest] = PARENT.exec(traceparent ?? '') ?? []
  if (trace === undefined || version === 'ff' || /^0+$/.test(trace)) return undefined
  // A version that is not known yet may say more behind it.
  return version === '00' && rest !== '' ? undefined : trace
}

const PARENT = /^([\da-f]{2})-([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(|-.*)$/
