import type { Deed, DeedFilter, NewDeed } from '../deed.ts'
import type { Queryable } from './database.ts'
import { micros } from './moment.ts'
import { isStorable, storable, storableJson } from './text.ts'

export async function noteDeed(db: Queryable, deed: NewDeed): Promise<void> {
  const { who, role, means, address, action, stream, detail } = deed
  const texts = [who, role, means, address, action, stream]
  await db.query(
    `insert into reprise.deed (who, role, means, address, action, stream, detail)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [...texts.map((text) => text && storable(text)), storableJson(detail)],
  )
}

export async function listDeeds(
  db: Queryable,
  { who, actions, stream, before, limit }: DeedFilter & { limit: number },
): Promise<Deed[]> {
  if (![who, stream].every((text) => text === undefined || isStorable(text))) return []
  const { rows } = await db.query<DeedRow>(
    `select id, ${micros('done_at')}, who, role, means, address, action, stream, detail
     from reprise.deed where ($1::bigint is null or id < $1) and ($2::text is null or who = $2)
       and ($3::text[] is null or action = any($3)) and ($4::text is null or stream = $4)
     order by id desc limit $5`,
    [before ?? null, who ?? null, actions ?? null, stream ?? null, limit],
  )
  return rows.map(({ id, done_at, ...deed }) => ({ ...deed, id: Number(id), at: Number(done_at) }))
}

type DeedRow = NewDeed & { id: string; done_at: string }
