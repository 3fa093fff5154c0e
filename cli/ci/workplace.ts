import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '../../journal/contract.ts'
import { openEphemeral } from '../../journal/embedded/ephemeral.ts'
import type { Say } from '../../telemetry/log.ts'
import { closedAfter, type Closing } from '../closing.ts'
import { withJournal, type Database, type DatabaseSettings } from '../database.ts'

/** Settings of a database that may be gone afterwards. */
export type WorkSettings = Omit<DatabaseSettings, 'data-dir'> & { 'data-dir': string | undefined }

export interface Workplace {
  journal: Journal
  database: Database
  /** Of nobody else; its entries are gone afterwards. */
  stream: string
  dataDir: string
}

/** A journal to work in, of which nothing is left. */
export async function withWorkplace<T>(
  settings: WorkSettings,
  signal: AbortSignal,
  say: Say,
  use: (place: Workplace) => Promise<T>,
): Promise<T> {
  const kept = settings['data-dir']
  const isOurs = kept === undefined && settings['database-url'] === undefined
  return closedAfter(async (opened) => {
    const own = isOurs ? await openEphemeral() : null
    if (own !== null) opened.push(() => own.close())
    const dataDir = kept ?? own?.dataDir ?? (await emptyFolder(opened))
    const stream = `ci ${randomUUID()}`
    const where = { 'data-dir': dataDir, 'database-url': own?.url ?? settings['database-url'] }
    return withJournal({ ...settings, ...where }, signal, say, async (journal, database) => {
      try {
        return await use({ journal, database, stream, dataDir })
      } finally {
        // Of a database that goes nothing has to be removed.
        if (!isOurs) await journal.dropImported(stream)
      }
    })
  })
}

/** For what stands beside a journal. */
async function emptyFolder(opened: Closing): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-ci-'))
  opened.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}
