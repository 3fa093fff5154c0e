import { join } from 'node:path'
import type { JournalReader } from '../journal/contract.ts'
import { journalIdAt } from '../journal/postgres/journal-id.ts'
import { messageOf } from '../journal/problem.ts'
import type { Secrets } from '../journal/secrets.ts'
import type { Replaying } from '../replayer/service/run-control.ts'
import type { LedgerPlace } from '../replayer/run/resume.ts'
import { readAliasRules } from './alias-settings.ts'
import { findSlots } from './audit-spools.ts'
import { readCompareRules } from './compare-settings.ts'
import type { ReplayingSettings } from './replay-settings.ts'
import type { NamingSettings } from './secret-key.ts'
import { sendingRules } from './sending-rules.ts'
import { upstreamTls } from './tls-settings.ts'

/** Where runs keep their ledgers. */
export function ledgerPlace(dataDir: string, secrets: Secrets): LedgerPlace {
  return { folder: join(dataDir, 'runs'), secrets }
}

/** The spools that the service sees: those of proxies on this machine. */
export function spoolsOf(spoolDir: string, databaseUrl: string) {
  return async (stream?: string) => findSlots(spoolDir, stream, await journalIdAt(databaseUrl))
}

/** How the runs of a service are sent. Rejects with a Problem that names everything wrong in a file. */
export async function replayingOf(
  settings: ReplayingSettings & NamingSettings & { 'data-dir': string },
  journal: JournalReader,
  secrets: Secrets,
  log: (message: string) => void,
): Promise<Replaying> {
  return {
    tls: upstreamTls(settings),
    http2: settings['upstream-http2'],
    timeout: settings.timeout,
    incomplete: settings['incomplete-bodies'],
    compare: await readCompareRules(settings),
    aliases: await readAliasRules(settings),
    sending: await sendingRules(settings, {
      folder: process.cwd(),
      entry: (id) => journal.entry(id, 'opened'),
    }),
    ledger: ledgerPlace(settings['data-dir'], secrets),
    host: settings['host-header'],
    allowed: settings['allow-target'],
    onBroken: (run, error) => log(`run ${run} broke off: ${messageOf(error)}`),
  }
}
