import { pathOf, type TellExchanged } from './exchanged.ts'
import type { Say } from './log.ts'
import { requestId, traceOf } from './request-id.ts'

/** One line for each exchange. `path`: without query strings, which may hold secrets. */
export function accessLog(say: Say, targets: 'path' | 'whole'): TellExchanged {
  return (exchanged) => {
    const { method, protocol, client, status, end, duration } = exchanged
    const target = targets === 'whole' ? exchanged.target : pathOf(exchanged.target)
    const trace = traceOf(exchanged.traceparent)
    const how = status === null ? 'no answer' : `${status}${end === 'cut' ? ', cut' : ''}`
    say(`${method} ${target} ${how}`, 'info', {
      ...{ request: requestId(exchanged), method, target, protocol },
      ...(trace !== undefined && { trace }),
      ...(client !== undefined && { client }),
      ...(status !== null && { status }),
      duration: Math.round(duration * 1000) / 1000,
    })
  }
}
