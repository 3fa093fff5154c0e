import type { JournalWriter } from '../journal/contract.ts'
import { adminSource, startAdmin, type AdminSource } from '../proxy/admin.ts'
import { groupHealth } from '../proxy/group-health.ts'
import { workerMetrics } from '../proxy/metrics.ts'
import { startProxy } from '../proxy/proxy.ts'
import type { RenewableIdentity } from '../proxy/server.ts'
import { listening } from './listening.ts'
import { proxyOptions, type ProxySettings } from './proxy-settings.ts'
import { upstreamTlsWarnings } from './tls-settings.ts'
import { startGroup, type GroupOptions, type WorkerGroup } from './workers/group.ts'

/** A proxy with its admin port, if it has one. */
export interface Recording {
  url: string
  /** Of the admin port. */
  admin: string | null
  /** In order: stops accepting, finishes what runs, settles the journal. */
  close(): Promise<void>
}

/** In this process. */
export async function startRecording(
  settings: ProxySettings & { 'data-dir': string },
  target: URL,
  journal: JournalWriter | null,
  identity: RenewableIdentity | undefined,
  log: (message: string) => void,
): Promise<Recording> {
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const options = proxyOptions(settings, target, journal, log)
  const proxy = await listening('--listen', settings.listen, () =>
    startProxy({ ...options, ...(identity && { identity }) }),
  )
  const close = () => proxy.close(settings['shutdown-timeout'])
  return withAdmin(settings, () => adminSource(proxy, settings.stream), { url: proxy.url, close })
}

/** In several worker processes that share the port. */
export async function startGroupRecording(options: GroupOptions): Promise<Recording> {
  const { settings, target } = options.begin
  for (const warning of upstreamTlsWarnings(settings, new URL(target))) options.log(warning)
  const group = await startGroup(options)
  return withAdmin(settings, async () => groupSource(group, settings.stream), group)
}

/** How long a worker may take to say how it is, in ms: one that hangs must not hide the others. */
const SAYING = 1_000

function groupSource(group: WorkerGroup, stream: string): AdminSource {
  return {
    health: async () => groupHealth(stream, await group.ask('health', SAYING)),
    async metrics() {
      const registry = await workerMetrics(stream, await group.ask('metrics', SAYING))
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

async function withAdmin(
  { 'admin-listen': listen }: ProxySettings,
  source: () => Promise<AdminSource>,
  { url, close }: Omit<Recording, 'admin'>,
): Promise<Recording> {
  if (listen === undefined) return { url, admin: null, close }
  try {
    const admin = await listening('--admin-listen', listen, async () =>
      startAdmin({ ...listen, source: await source() }),
    )
    return {
      url,
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
