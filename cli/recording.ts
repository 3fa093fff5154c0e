import type { Say } from '../telemetry/log.ts'
import type { JournalWriter } from '../journal/contract.ts'
import type { EpochStore } from '../journal/epochs.ts'
import type { AliasSource } from '../proxy/live/alias-table.ts'
import { adminSource, type AdminSource } from '../proxy/admin.ts'
import { groupHealth, groupReadiness } from '../proxy/group-health.ts'
import { workerMetrics } from '../proxy/metrics.ts'
import { startProxy } from '../proxy/proxy.ts'
import type { RenewableIdentity } from '../proxy/server.ts'
import { upstreamCheck } from '../proxy/upstream-check.ts'
import type { Admin } from './admin.ts'
import { watchExchanges } from './exchange-watching.ts'
import { listening } from './listening.ts'
import { proxyOptions, type ProxySettings } from './proxy-settings.ts'
import type { NamingSettings } from './secret-key.ts'
import { upstreamTlsWarnings } from './tls-settings.ts'
import { VERSION } from './version.ts'
import { startGroup, type GroupOptions, type WorkerGroup } from './workers/group.ts'

/** A proxy that runs, in whatever processes. */
export interface Recording {
  url: string
  /** In order: stops accepting, finishes what runs, settles the journal. */
  close(): Promise<void>
}

/** In this process. */
export async function startRecording(
  settings: ProxySettings & NamingSettings & { 'data-dir': string },
  target: URL,
  journal: (JournalWriter & EpochStore & AliasSource) | null,
  identity: RenewableIdentity | undefined,
  admin: Admin,
  log: Say,
): Promise<Recording> {
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const options = proxyOptions(settings, target, journal, log)
  const watching = await watchExchanges(settings, log)
  const { tellExchanged } = watching
  const proxy = await listening('--listen', settings.listen, () =>
    startProxy({ ...options, tellExchanged, ...(identity && { identity }) }),
  )
  const { stream } = settings
  admin.serves(() =>
    adminSource(proxy, { stream, version: VERSION, upstream: upstreamCheck(target) }),
  )
  const close = async () => {
    await proxy.close(settings['shutdown-timeout'])
    await watching.close()
  }
  return endingWith(admin, { url: proxy.url, close })
}

/** In several worker processes that share the port. */
export async function startGroupRecording(options: GroupOptions, admin: Admin): Promise<Recording> {
  const { settings } = options.begin
  const target = new URL(options.begin.target)
  for (const warning of upstreamTlsWarnings(settings, target)) options.log(warning)
  const group = await startGroup(options)
  admin.serves(() => groupSource(group, settings.stream, target))
  return endingWith(admin, group)
}

/** How long a worker may take to say how it is, in ms: one that hangs must not hide the others. */
const SAYING = 1_000

function groupSource(group: WorkerGroup, stream: string, target: URL): AdminSource {
  const upstream = upstreamCheck(target)
  return {
    health: async () => groupHealth(stream, await group.ask('health', SAYING)),
    readiness: async () => groupReadiness(await group.ask('health', SAYING), await upstream()),
    metrics: async () => workerMetrics(stream, await group.ask('metrics', SAYING)),
  }
}

function endingWith(admin: Admin, recording: Recording): Recording {
  return {
    url: recording.url,
    close() {
      admin.ends()
      return recording.close()
    },
  }
}
