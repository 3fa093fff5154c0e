import type { Lose } from '../proxy/losing.ts'
import { startAdmin, startingSource, type AdminSource } from '../proxy/admin.ts'
import { readiness, type Check } from '../proxy/readiness.ts'
import { buildInfo, processFigures } from '../telemetry/process-figures.ts'
import { listening } from './listening.ts'
import type { ProxySettings } from './proxy-settings.ts'
import { VERSION } from './version.ts'

/** The admin port, for as long as the process is there: before it serves, too. */
export interface Admin {
  /** Null where there is none. */
  url: string | null
  /** It does not serve yet, for this reason. */
  waits(check: Pick<Check, 'name' | 'detail'>): void
  /** It serves; the source tells how. */
  serves(source: () => AdminSource): void
  /** Who is told that the backend lost its state, as long as somebody wants to know. */
  tells(lose: Lose | null): void
  /** It does not take new connections any more. */
  ends(): void
  close(): Promise<void>
}

export async function openAdmin({
  'admin-listen': listen,
}: Pick<ProxySettings, 'admin-listen'>): Promise<Admin> {
  if (listen === undefined) return NOWHERE
  const ofProcess = processFigures()
  let waiting: Check = { name: 'start', state: 'not_ready', detail: 'it does not serve yet' }
  let shown = startingSource(
    () => waiting,
    async () => [buildInfo(VERSION), ...(await ofProcess())],
  )
  let told: Lose | null = null
  const admin = await listening('--admin-listen', listen, () =>
    startAdmin({ ...listen, source: () => shown, lose: () => told }),
  )
  return {
    url: admin.url,
    waits: (check) => (waiting = { ...check, state: 'not_ready' }),
    serves: (source) => (shown = source()),
    tells: (lose) => (told = lose),
    ends() {
      const end: Check = { name: 'end', state: 'not_ready', detail: 'an end was asked for' }
      shown = { ...shown, readiness: () => Promise.resolve(readiness([end])) }
    },
    close: () => admin.close(),
  }
}

const NOWHERE: Admin = {
  url: null,
  waits() {},
  serves() {},
  tells() {},
  ends() {},
  close: () => Promise.resolve(),
}
