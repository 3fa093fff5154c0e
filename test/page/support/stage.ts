import { afterAll } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { openJournal } from '../../../journal/postgres/journal.ts'
import { COLUMNS } from '../../../replayer/service/entry-schemas.ts'
import {
  startService,
  type RunningService,
  type ServiceOptions,
} from '../../../replayer/service/service.ts'
import { NOTHING_SPECIAL, REPLAYING, RESTORING } from '../../replayer/service/client.ts'
import { createDatabase } from '../../support/database.ts'
import { testSecrets } from '../../support/secrets.ts'

/** How long an answer to what is sent again may take, in ms: what a busy machine holds up is no failure. */
export const PATIENCE = 120_000

export interface Stage {
  journal: Journal
  databaseUrl: string
  url: string
  /** Stops the service, and starts it again on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A service over a journal of its own, for the tests of a file; `special`: what it has besides. */
export async function openStage(
  special: Partial<Pick<ServiceOptions, 'door' | 'replaying'>> = {},
): Promise<Stage> {
  const databaseUrl = await createDatabase()
  const journal = openJournal({ url: databaseUrl, secrets: testSecrets })
  let service: RunningService | null = null
  const start = async (port: number) => {
    service = await startService({
      ...NOTHING_SPECIAL,
      replaying: { ...REPLAYING, timeout: PATIENCE },
      restoring: {
        ...RESTORING,
        optionsOf: async (...about) => ({
          ...(await RESTORING.optionsOf(...about)),
          timeout: PATIENCE,
        }),
      },
      ...special,
      ...{ host: '127.0.0.1', port, version: '0.1.0', journal, isSecret: testSecrets.isSecret },
      defaults: { filter: {}, order: '-order', columns: COLUMNS },
    })
    return service.url
  }
  const url = await start(0)
  const stage: Stage = {
    journal,
    databaseUrl,
    url,
    async stop() {
      await service?.close()
      service = null
    },
    start: async () => void (await start(Number(new URL(url).port))),
  }
  afterAll(async () => {
    await stage.stop()
    await journal.close()
  })
  return stage
}
