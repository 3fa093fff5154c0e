import { messageOf } from '../journal/problem.ts'
import { maskTarget } from '../journal/masking/masking.ts'
import { accessLog } from '../telemetry/access-log.ts'
import type { TellExchanged } from '../telemetry/exchanged.ts'
import type { Say } from '../telemetry/log.ts'
import type { ProxySettings } from './proxy-settings.ts'
import { secretsNamed, type NamingSettings } from './secret-key.ts'
import { openSpans } from './tracing.ts'

/** Who is told of each exchange: the access log, a collector of spans, or nobody. */
export interface ExchangeWatching {
  tellExchanged: TellExchanged | undefined
  close: () => Promise<void>
}

export async function watchExchanges(
  settings: ProxySettings & NamingSettings,
  say: Say,
  worker?: number,
): Promise<ExchangeWatching> {
  const { 'access-log': access, stream } = settings
  const spans = await openSpans(settings, {
    'reprise.stream': stream,
    ...(worker !== undefined && { 'reprise.worker': worker }),
  })
  const tellers = [
    ...(access === 'off' ? [] : [withoutSecrets(accessLog(say, access), settings)]),
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

/** A log has targets, and no secret that stands in one. */
function withoutSecrets(tell: TellExchanged, settings: NamingSettings): TellExchanged {
  const { names } = secretsNamed(settings)
  return (exchanged) => {
    const masked = maskTarget(exchanged.target, names)
    tell(masked === null ? exchanged : { ...exchanged, target: masked.target })
  }
}
