import type { KeptAlias, Run } from '../runs.ts'
import { openText } from '../sealed-text.ts'
import type { Secrets, StoredValue } from '../secrets.ts'
import type { Queryable } from './database.ts'
import { lookupsOf } from './run-notes.ts'

export async function listAliases(
  db: Queryable,
  secrets: Secrets,
  run: Pick<Run, 'stream' | 'id'>,
  which: Which,
): Promise<(KeptAlias & { number: number })[]> {
  const [where, values] = conditionOf(which, secrets)
  const { rows } = await db.query<AliasRow>(
    `select number, producer, place, old, new, kind from reprise.alias
     where stream = $1 and run = $2 and ${where}`,
    [run.stream, run.id, ...values],
  )
  return rows.map(({ number, producer, place, old, new: now, kind }) => ({
    ...{ number, producer: Number(producer), place, kind },
    old: openText(secrets, old),
    new: openText(secrets, now),
    secrecy: typeof old === 'string' ? 'plain' : 'secret',
  }))
}

type Which =
  | { old: readonly string[] }
  | { new: readonly string[] }
  | { producer: number }
  | { after?: number; limit: number }

function conditionOf(which: Which, secrets: Secrets): [where: string, values: unknown[]] {
  const lookups = (of: readonly string[]) => [of.flatMap((value) => lookupsOf(value, secrets))]
  if ('old' in which) return ['lookup = any($3::bytea[]) order by number', lookups(which.old)]
  if ('new' in which) return ['came = any($3::bytea[]) order by number', lookups(which.new)]
  if ('producer' in which) return ['producer = $3 order by number', [which.producer]]
  return ['number > $3 order by number limit $4', [which.after ?? -1, which.limit]]
}

interface AliasRow {
  number: number
  producer: string
  place: string
  old: StoredValue
  new: StoredValue
  kind: unknown
}
