import { messageOf } from '../journal/problem.ts'
import { accessLog } from '../telemetry/access-log.ts'
import type { TellExchanged } from '../telemetry/exchanged.ts'
import type { Say } from '../telemetry/log.ts'
import type { ProxySettings } from './proxy-settings.ts'
import { openSpans } from './tracing.ts'

/** Who is told of each exchange: the access log, a collector of spans, or nobody. */
export interface ExchangeWatching {
  tellExchanged: TellExchanged | undefined
  close: () => Promise<void>
}

export async function watchExchanges(
  settings: ProxySettings,
  say: Say,
  worker?: number,
): Promise<ExchangeWatching> {
  const { 'access-log': access, stream } = settings
  const spans = await openSpans(settings, {
    'reprise.stream': stream,
    ...(worker !== undefined && { 'reprise.worker': worker }),
  })
  const tellers = [
    ...(access === 'off' ? [] : [accessLog(say, access)]),
    ...(spans === undefined ? [] : [spans.tell]),
  ]
  const [first, ...more] = tellers
  return {
    tellExchanged: more.length === 0 ? first : (one) => tellers.forEach((tell) => tell(one)),
    // A collector that is away keeps nobody from ending.
    close: async () => {
      await spans?.close().catch((error: unknown) => say(`spans are lost: ${messageOf(error)}`))
    },
  }
}
