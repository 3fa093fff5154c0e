import type { JournalWriter } from '../journal/contract.ts'
import { startAdmin } from '../proxy/admin.ts'
import { startProxy, type RunningProxy } from '../proxy/proxy.ts'
import { listening } from './listening.ts'
import type { RenewableIdentity } from '../proxy/server.ts'
import { proxyOptions, type ProxySettings } from './proxy-settings.ts'
import { upstreamTlsWarnings } from './tls-settings.ts'

/** A proxy with its admin port, if it has one. */
export interface Recording {
  proxy: RunningProxy
  /** Of the admin port. */
  admin: string | null
  /** In order: stops accepting, finishes what runs, settles the journal. */
  close(): Promise<void>
}

export async function startRecording(
  settings: ProxySettings & { 'data-dir': string },
  target: URL,
  journal: JournalWriter | null,
  identity: RenewableIdentity | undefined,
  log: (message: string) => void,
): Promise<Recording> {
  const { listen, stream, 'admin-listen': adminListen } = settings
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const options = proxyOptions(settings, target, journal, log)
  const proxy = await listening('--listen', listen, () =>
    startProxy({ ...options, ...(identity && { identity }) }),
  )
  const close = () => proxy.close(settings['shutdown-timeout'])
  if (adminListen === undefined) return { proxy, admin: null, close }
  try {
    const admin = await listening('--admin-listen', adminListen, () =>
      startAdmin({ ...adminListen, stream, proxy }),
    )
    return {
      proxy,
      admin: admin.url,
      async close() {
        await close()
        await admin.close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
