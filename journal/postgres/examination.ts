import type { Problem } from '../problem.ts'
import {
  databaseProblem,
  endClient,
  limitsKeptBy,
  newClient,
  type Client,
  type Limits,
} from './database.ts'
import { pendingMigrations } from './migrate.ts'

// What can be known of a database before a journal is opened in it. Nothing is changed.

export interface ExaminedDatabase {
  /** As the server says it: `18.4`. */
  version: string
  major: number
  role: string
  /** Whether there is a pooler between that takes no time-outs (see limitsKeptBy): `client`. */
  limitsKeptBy: Limits['keptBy']
  /** Why nothing can be written, or null. */
  readOnly: 'standby' | 'setting' | null
  /** Of the schema `reprise`: not there, older or as this program knows it, or the Problem with it. */
  schema: { pending: readonly string[]; isThere: boolean } | Problem
  /** What the role lacks, for what is there: `insert on reprise.entry`. */
  lacking: readonly string[]
  /** Settings of the server without which a commit is not what it promises. */
  unsafe: readonly string[]
  connections: { most: number; used: number }
  /** In ms, by the server's clock and this machine's: from before it was asked to after it had answered. */
  clock: { theirs: number; before: number; after: number }
  /** Which journal it is, or null where there is none yet. */
  journal: string | null
}

/** How long one question may take, in ms. */
const LIMITS = { statement: 5_000, lock: 1_000 }

/** Rejects with the Problem of a database that cannot be reached. */
export async function examineDatabase(url: string): Promise<ExaminedDatabase> {
  const keptBy = await limitsKeptBy(url)
  const client = newClient({ url, limits: { ...LIMITS, keptBy }, name: 'reprise doctor' })
  // Behind a pooler nobody else ends a question that is not answered.
  const timer = setTimeout(() => void endClient(client), 4 * LIMITS.statement)
  try {
    await client.connect()
    const facts = await factsOf(client)
    const schema = await schemaOf(client, facts.has_schema)
    const isUsable = facts.has_schema && facts.has_usage && 'pending' in schema
    return {
      version: facts.version,
      major: Math.floor(facts.version_num / 10_000),
      role: facts.role,
      limitsKeptBy: keptBy,
      readOnly: facts.is_standby ? 'standby' : facts.is_read_only ? 'setting' : null,
      schema,
      lacking: await lackingOf(client, facts, schema),
      unsafe: facts.unsafe ?? [],
      connections: { most: facts.most, used: facts.used },
      clock: await clockOf(client),
      journal: isUsable && schema.pending.length === 0 ? await journalOf(client) : null,
    }
  } catch (error) {
    throw databaseProblem(error, 'looking at PostgreSQL')
  } finally {
    clearTimeout(timer)
    await endClient(client)
  }
}

interface Facts {
  version: string
  version_num: number
  role: string
  is_standby: boolean
  is_read_only: boolean
  has_schema: boolean
  has_usage: boolean
  may_make_schema: boolean
  owns_schema: boolean
  unsafe: string[] | null
  most: number
  used: number
}

async function factsOf(client: Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(`
    select split_part(current_setting('server_version'), ' ', 1) as version,
      current_setting('server_version_num')::int as version_num,
      current_user as role,
      pg_is_in_recovery() as is_standby,
      current_setting('default_transaction_read_only') = 'on' as is_read_only,
      n.oid is not null as has_schema,
      coalesce(has_schema_privilege(n.oid, 'usage'), false) as has_usage,
      has_database_privilege(current_database(), 'create') as may_make_schema,
      coalesce(pg_has_role(n.nspowner, 'usage'), false) as owns_schema,
      (select array_agg(name || ' = ' || setting) from pg_settings
        where name in ('fsync', 'full_page_writes') and setting = 'off') as unsafe,
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int as most,
      (select count(*)::int from pg_stat_activity
        where backend_type is null or backend_type = 'client backend') as used
    from (select) as one left join pg_namespace n on n.nspname = 'reprise'`)
  return rows[0]!
}

async function schemaOf(client: Client, isThere: boolean): Promise<ExaminedDatabase['schema']> {
  try {
    return { pending: await pendingMigrations(client), isThere }
  } catch (error) {
    return databaseProblem(error, 'reading which migrations were applied')
  }
}

/** Whoever migrates needs other rights than who finds all as it should be: docs/rights.md. */
async function lackingOf(
  client: Client,
  facts: Facts,
  schema: ExaminedDatabase['schema'],
): Promise<string[]> {
  if (!facts.has_schema) return facts.may_make_schema ? [] : ['create on the database']
  if ('pending' in schema && schema.pending.length > 0) {
    return facts.owns_schema ? [] : ['to own the schema reprise, which is to be migrated']
  }
  const { rows } = await client.query<{ name: string }>(LACKING)
  return rows.map(({ name }) => name)
}

/** Partitions are made with the rights of the function's owner, not with those of the role. */
const LACKING = `
  with n as (select oid from pg_namespace where nspname = 'reprise'),
    f as (select p.oid, p.proname, p.proowner from pg_proc p join n on p.pronamespace = n.oid),
    c as (select c.oid, relname, relkind from pg_class c join n on c.relnamespace = n.oid
      where not relispartition)
  select 'usage of the schema reprise' as name from n where not has_schema_privilege(oid, 'usage')
  union all
  select format('%s on reprise.%I', verb, relname)
  from c cross join unnest(array['select', 'insert', 'update', 'delete']) as verb
  where relkind in ('r', 'p') and (relname <> 'migration' or verb = 'select')
    and not has_table_privilege(oid, verb)
  union all
  select format('usage on reprise.%I', relname) from c
  where relname <> 'migration_id_seq'
    and not case relkind when 'S' then has_sequence_privilege(oid, 'usage') else true end
  union all
  select format('execute on reprise.%I', proname) from f where not has_function_privilege(oid, 'execute')
  union all
  select format('create on the schema reprise, for %s, who owns what makes partitions',
    pg_get_userbyid(proowner))
  from f cross join n
  where proname = 'make_entry_partitions' and not has_schema_privilege(proowner, n.oid, 'create')`

async function clockOf(client: Client): Promise<ExaminedDatabase['clock']> {
  const before = Date.now()
  const { rows } = await client.query<{ at: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as at',
  )
  return { theirs: rows[0]!.at, before, after: Date.now() }
}

async function journalOf(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>('select id from reprise.journal')
  return rows[0]?.id ?? null
}
