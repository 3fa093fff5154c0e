import { redactedUrl } from '../../journal/postgres/database.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, openDatabase } from '../database.ts'
import { logger } from '../serving.ts'

export const migrateCommand = command({
  settings: databaseSettings,
  details: `
Needed where the others may not change the schema: run it as the owner, on a direct connection (not through a
pooler). There is no way back.

Exit codes: 0 the schema is up to date, 2 wrong settings, 4 PostgreSQL is away or its schema is newer.

Example:
  reprise migrate --database-url postgres://owner:secret@127.0.0.1:5432/reprise`,
  async run(settings, surroundings) {
    const database = await openDatabase(
      settings,
      surroundings.signal,
      logger(surroundings, 'migrate'),
    )
    const what =
      database.migrated.length === 0 ? 'nothing to do' : `applied ${database.migrated.join(', ')}`
    surroundings.stdout.write(`${redactedUrl(database.url)}: ${what}\n`)
    await database.close()
    return EXIT.ok
  },
})
