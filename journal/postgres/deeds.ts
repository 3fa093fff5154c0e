import type { Deed, NewDeed } from '../deed.ts'
import type { Queryable } from './database.ts'
import { micros } from './moment.ts'
import { storable, storableJson } from './text.ts'

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
  { before, limit }: { before?: number; limit: number },
): Promise<Deed[]> {
  const { rows } = await db.query<DeedRow>(
    `select id, ${micros('done_at')}, who, role, means, address, action, stream, detail
     from reprise.deed where $1::bigint is null or id < $1 order by id desc limit $2`,
    [before ?? null, limit],
  )
  return rows.map(({ id, done_at, ...deed }) => ({ ...deed, id: Number(id), at: Number(done_at) }))
}

type DeedRow = NewDeed & { id: string; done_at: string }
