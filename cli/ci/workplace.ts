import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '../../journal/contract.ts'
import type { Say } from '../../telemetry/log.ts'
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
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'reprise-ci-')))
  const stream = `ci ${randomUUID()}`
  try {
    return await withJournal(
      { ...settings, 'data-dir': dataDir },
      signal,
      say,
      async (journal, database) => {
        try {
          return await use({ journal, database, stream, dataDir })
        } finally {
          // Of a database that goes nothing has to be removed.
          if (kept !== undefined || settings['database-url'] !== undefined)
            await journal.dropImported(stream)
        }
      },
    )
  } finally {
    if (kept === undefined) await rm(dataDir, { recursive: true, force: true })
  }
}
