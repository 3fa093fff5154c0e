import { messageOf } from '../journal/problem.ts'
import type { Replaying } from '../replayer/service/run-control.ts'
import type { ServiceOptions } from '../replayer/service/service.ts'
import type { Say } from '../telemetry/log.ts'
import { openSpans } from './tracing.ts'

/** What a service tells a collector of spans: its requests, and the runs that it drives. */
export interface ServiceSpans {
  ofRequests: Pick<ServiceOptions, 'tellExchanged'>
  ofRuns: Pick<Replaying, 'traceRun'>
  close: () => Promise<void>
}

export async function serviceSpans(
  settings: Parameters<typeof openSpans>[0],
  say: Say,
): Promise<ServiceSpans> {
  const spans = await openSpans(settings, { 'reprise.component': 'service' })
  if (spans === undefined) return { ofRequests: {}, ofRuns: {}, close: () => Promise.resolve() }
  return {
    ofRequests: { tellExchanged: spans.tell },
    ofRuns: { traceRun: spans.traceRun },
    // A collector that is away keeps nobody from ending.
    close: () =>
      spans.close().catch((error: unknown) => say(`spans are lost: ${messageOf(error)}`)),
  }
}
