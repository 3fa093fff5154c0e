import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findBinaries } from '../../journal/embedded/binaries.ts'
import { openEmbedded } from '../../journal/embedded/server.ts'
import { redactedUrl } from '../../journal/postgres/database.ts'
import { examineDatabase, type ExaminedDatabase } from '../../journal/postgres/examination.ts'
import { Problem } from '../../journal/problem.ts'
import type { DatabaseSettings } from '../database.ts'
import { judgeSkew, skewOf } from './clock.ts'
import { failure, fine, problem, warning, type Finding } from './finding.ts'

export interface CheckedDatabase {
  findings: Finding[]
  /** Which journal it is; null: none yet, or it is not known. */
  journal: string | null
}

type Asked = Pick<DatabaseSettings, 'database-url' | 'data-dir' | 'connections'> & {
  workers: number
}

/** The PostgreSQL that a proxy would use. An embedded one that was never started is left so. */
export async function checkDatabase(settings: Asked): Promise<CheckedDatabase> {
  const { 'database-url': url, 'data-dir': dataDir } = settings
  try {
    if (url !== undefined) return found(url, await examineDatabase(url), settings)
    if (!existsSync(join(resolve(dataDir), 'pg'))) {
      const { major } = findBinaries()
      const what = `no --database-url: the first start makes PostgreSQL ${major} in ${dataDir}`
      return { findings: [fine('database', what)], journal: null }
    }
    const server = await openEmbedded({ dataDir })
    try {
      return found(server.url, await examineDatabase(server.url), settings)
    } finally {
      await server.close()
    }
  } catch (error) {
    const remedy = 'check that PostgreSQL runs and that DATABASE_URL is right'
    return { findings: [failure('database', error, remedy)], journal: null }
  }
}

function found(url: string, examined: ExaminedDatabase, settings: Asked): CheckedDatabase {
  const why = 'entries of recorders on several machines are put in order by their clocks'
  const { theirs, before, after } = examined.clock
  const skew = judgeSkew('PostgreSQL', skewOf(theirs, before, after), why)
  return {
    findings: [...judgeDatabase(redactedUrl(url), examined, settings), skew],
    journal: examined.journal,
  }
}

/** Versions that the journal's tests run against. */
const TESTED = { from: 15, to: 18 }

/** What is said of a database as it was found. */
export function judgeDatabase(
  where: string,
  examined: ExaminedDatabase,
  { connections, workers }: Pick<Asked, 'connections' | 'workers'>,
): Finding[] {
  const { version, major, role, readOnly, unsafe, limitsKeptBy } = examined
  const what = `PostgreSQL ${version} at ${where}, as ${role}`
  const versions = `${TESTED.from} to ${TESTED.to}`
  return [
    major < TESTED.from
      ? problem('database', what, `use PostgreSQL ${versions}`)
      : major > TESTED.to
        ? warning('database', what, `it is tested with ${versions} only: run npm test against it`)
        : fine('database', what),
    ...(readOnly === null ? [] : [judgeReadOnly(readOnly)]),
    judgeSchema(examined),
    ...judgeRights(examined),
    ...unsafe.map((setting) =>
      problem(
        'database',
        `${setting}: what was committed may be gone after a crash of its machine`,
        `turn it on in postgresql.conf: the promise of --durability commit rests on it`,
      ),
    ),
    ...(limitsKeptBy === 'server'
      ? []
      : [
          warning(
            'database',
            'a pooler is before it that takes no time-outs',
            'set statement_timeout and lock_timeout for the role, so that PostgreSQL itself ends what hangs',
          ),
        ]),
    judgeConnections(examined, connections * workers),
  ]
}

function judgeReadOnly(why: 'standby' | 'setting'): Finding {
  return why === 'standby'
    ? problem('database', 'it is a standby: nothing can be written', 'name the primary')
    : problem(
        'database',
        'default_transaction_read_only is on: nothing can be written',
        'turn it off for the role or the database',
      )
}

function judgeSchema({ schema }: ExaminedDatabase): Finding {
  if (schema instanceof Problem) {
    return failure('database', schema, 'see docs/rights.md for what the role needs')
  }
  if (!schema.isThere) return fine('database', 'there is no journal yet: the first start makes it')
  const { length } = schema.pending
  if (length === 0) return fine('database', 'the schema is the one that this version knows')
  return warning(
    'database',
    `the schema is older: ${length} migrations are to be applied (${schema.pending.join(', ')})`,
    'the next start applies them, or `reprise migrate`; processes of an older version must end first',
  )
}

/** So many are named; a role without any would lack a hundred. */
const NAMED = 5

function judgeRights({ role, schema, lacking }: ExaminedDatabase): Finding[] {
  if (schema instanceof Problem) return []
  if (lacking.length === 0) return [fine('database', `${role} has the rights that it needs`)]
  const named = lacking.slice(0, NAMED).join(', ')
  const more = lacking.length > NAMED ? ` and ${lacking.length - NAMED} more` : ''
  return [
    problem(
      'database',
      `${role} lacks: ${named}${more}`,
      'grant it, or connect as the owner of the schema: docs/rights.md',
    ),
  ]
}

/** Of a process besides its pool: one that listens, one that migrates or keeps the embedded server. */
const BESIDES = 2

function judgeConnections(
  { connections: { most, used } }: ExaminedDatabase,
  needed: number,
): Finding {
  const free = most - used
  const what = `${free} of ${most} connections are free, a proxy takes up to ${needed + BESIDES}`
  if (free >= needed + BESIDES) return fine('database', what)
  return warning('database', what, 'raise max_connections, or lower --connections or --workers')
}
