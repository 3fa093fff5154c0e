import type { Queryable } from './database.ts'
import { storable } from './text.ts'

// What was called a secret when a stream was recorded, for whoever opens the journal later.

export async function noteSecretNames(
  db: Queryable,
  stream: string,
  names: readonly string[],
): Promise<void> {
  await db.query(
    `insert into reprise.secret_name (stream, name)
     select $1, name from unnest($2::text[]) as name on conflict do nothing`,
    [stream, names.map(storable)],
  )
}

/** Of all streams, each once. */
export async function listSecretNames(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    'select distinct name from reprise.secret_name order by name',
  )
  return rows.map(({ name }) => name)
}
