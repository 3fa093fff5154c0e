import { hash } from 'node:crypto'
import type { MaskedSecret, Micros } from '../entry.ts'
import { unmasked } from '../masking/masked.ts'
import { maskShot } from '../masking/shot.ts'
import type { Secrets } from '../secrets.ts'
import type { StateShot, StateSummary } from '../state.ts'
import type { Queryable } from './database.ts'
import { openedFields, storedFields, type StoredFields } from './headers.ts'
import { micros, timestamp } from './moment.ts'
import { readParts, storedParts, type StoredPart } from './parts.ts'
import { isStorable, storable } from './text.ts'

export async function keepState(
  db: Queryable,
  secrets: Secrets,
  shots: readonly StateShot[],
  most: number,
): Promise<void> {
  for (const given of shots) {
    const { shot, probe, body } = maskShot(given, secrets.names)
    const of = placeOfShot(shot.stream, shot.takenAt)
    const sealed = [
      ...storedParts('target', probe, of, secrets),
      ...storedParts('response', body, of, secrets),
    ]
    // A row is not seen by the statement that inserts it: it counts beside those that are.
    await db.query(KEEP, [
      ...[storable(shot.stream), storable(shot.probe), shot.takenAt, storable(shot.target)],
      ...[shot.status, JSON.stringify(storedFields(shot.fields, secrets)), shot.body],
      ...[shot.length, shot.digest, most, sealed.length === 0 ? null : JSON.stringify(sealed)],
    ])
  }
}

const KEEP = `
with kept as (
  insert into reprise.state
    (stream, probe, taken_at, target, status, headers, body, length, digest, sealed)
  values ($1, $2, ${timestamp('$3::bigint')}, $4, $5, $6, $7, $8, decode($9, 'hex'), $11::json)
  on conflict do nothing returning taken_at
), known as (
  select taken_at from reprise.state where stream = $1 and probe = $2
  union select taken_at from kept
)
delete from reprise.state where stream = $1 and probe = $2 and taken_at < (
  select min(taken_at) from (select taken_at from known order by taken_at desc limit $10) newest)`

export async function latestState(
  db: Queryable,
  secrets: Secrets,
  stream: string,
  until?: Micros,
): Promise<StateShot[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<StateRow & { body: Buffer; sealed: StoredPart[] | null }>(
    `select distinct on (probe) ${SUMMARY}, body, sealed from reprise.state
     where stream = $1 and ($2::bigint is null or taken_at <= ${timestamp('$2::bigint')})
     order by probe, state.taken_at desc`,
    [stream, until ?? null],
  )
  return rows.map((row) => {
    const shot = { ...summaryOf(row, secrets), body: row.body }
    const of = placeOfShot(row.stream, shot.takenAt)
    const { masked } = readParts(row.sealed, of, secrets, 'opened')
    return masked.length === 0 ? shot : opened(shot, masked)
  })
}

export function placeOfShot(stream: string, takenAt: Micros): string {
  return `shot ${takenAt} ${storable(stream)}`
}

function opened(shot: StateShot, masked: readonly MaskedSecret[]): StateShot {
  const body = unmasked(
    shot.body,
    masked.filter((part) => part.in === 'response'),
  )
  const probe = unmasked(
    Buffer.from(shot.probe, 'latin1'),
    masked.filter((part) => part.in === 'target'),
  )
  const digest = shot.digest && hash('sha256', body, 'hex')
  const isWithheld = masked.some((part) => part.in === 'response' && part.value === null)
  return {
    ...{ ...shot, probe: probe.toString('latin1'), body, digest },
    ...(isWithheld && { withheld: 'some' as const }),
  }
}

export async function listStates(
  db: Queryable,
  secrets: Secrets,
  filter: { stream?: string; before?: Micros; limit: number },
): Promise<StateSummary[]> {
  if (filter.stream !== undefined && !isStorable(filter.stream)) return []
  const { rows } = await db.query<StateRow>(
    `select ${SUMMARY} from reprise.state
     where ($1::text is null or stream = $1)
       and ($2::bigint is null or taken_at < ${timestamp('$2::bigint')})
     order by state.taken_at desc, stream, probe limit $3`,
    [filter.stream ?? null, filter.before ?? null, filter.limit],
  )
  return rows.map((row) => summaryOf(row, secrets))
}

interface StateRow {
  stream: string
  probe: string
  taken_at: string
  target: string
  status: number
  headers: StoredFields
  length: string
  digest: string | null
}

const SUMMARY = `stream, probe, ${micros('taken_at')}, target, status, headers, length,
  encode(digest, 'hex') as digest`

function summaryOf(row: StateRow, secrets: Secrets): StateSummary {
  return {
    stream: row.stream,
    probe: row.probe,
    takenAt: Number(row.taken_at),
    target: row.target,
    status: row.status,
    fields: openedFields(row.headers, secrets).fields,
    length: Number(row.length),
    digest: row.digest,
  }
}
