import { createHash, randomBytes } from 'node:crypto'
import { maskBody } from '../masking/masking.ts'
import type { Driving, RunNotes, Wanted } from '../runs.ts'
import { sealText } from '../sealed-text.ts'
import type { Secrets, StoredValue } from '../secrets.ts'
import { storedFields } from './headers.ts'
import { timestamp } from './moment.ts'
import { storedParts } from './parts.ts'
import { takenOrGone, untilAfter } from './runs.ts'
import type { Queryable } from './database.ts'
import { storableJson } from './text.ts'

// What a run notes, in one statement and so in one commit: as rows in JSON, and all bodies end to end.
// What ended is written as if it were new: the row of its beginning is found by the key that it conflicts
// with, whatever PostgreSQL believes. An update would be planned by statistics that know nothing of a
// young run, and by them to read all its attempts costs as much as to find one.

export async function noteRun(
  db: Queryable,
  secrets: Secrets,
  driving: Driving,
  notes: RunNotes,
  lease: number,
): Promise<Wanted | null> {
  const { stream, run, driver } = driving
  const { rows: ended, bytes } = endedRows(notes, run, secrets)
  const values = [
    ...[stream, run, driver, lease, JSON.stringify(notes.begun), storableJson(ended), bytes],
    storableJson(aliasRows(notes, secrets)),
  ]
  const { rows } = await (notes.withdrawn.length === 0
    ? db.query<Noted>(statement(''), values)
    : db.query<Noted>(statement(WITHDRAWN), [...values, notes.withdrawn]))
  if (rows[0] === undefined) throw await takenOrGone(db, run)
  return rows[0].wanted
}

interface Noted {
  wanted: Wanted | null
}

function endedRows(
  { ended }: RunNotes,
  run: number,
  secrets: Secrets,
): { rows: unknown[]; bytes: Buffer } {
  const bodies: Buffer[] = []
  let at = 1
  const rows = ended.map(({ position, entry, result, sentAt, endedAt }) => {
    const { outcome, detail, answer, differences, uses } = result
    const masked = answer && maskBody(answer.body, answer.fields, secrets.names)
    const body = masked?.bytes ?? answer?.body ?? null
    const row = {
      position,
      entry,
      outcome,
      sent: sentAt,
      ended: endedAt,
      at,
      size: body?.length,
      detail,
      status: answer?.status,
      headers: answer && storedFields(answer.fields, secrets),
      sealed:
        masked && storedParts('response', masked.parts, placeOfAttempt(run, position), secrets),
      differences,
      uses,
    }
    if (body !== null) bodies.push(body)
    at += body?.length ?? 0
    return row
  })
  return { rows, bytes: Buffer.concat(bodies) }
}

/** What no other attempt is called. */
export function placeOfAttempt(run: number, position: number): string {
  return `attempt ${run} ${position}`
}

function aliasRows({ aliases }: RunNotes, secrets: Secrets): unknown[] {
  return aliases.map(({ number, old, new: now, producer, place, secrecy, kind }) => {
    const kept = (value: string): StoredValue =>
      secrecy === 'secret' ? sealText(secrets, value) : value
    const lookup = (value: string) =>
      (secrecy === 'secret' ? secretLookup(value, secrets) : plainLookup(value)).toString('hex')
    return {
      number,
      lookup: lookup(old),
      came: lookup(now),
      producer,
      place: place,
      old: kept(old),
      new: kept(now),
      kind,
    }
  })
}

/** By which an alias is found by one of its values, be it a secret or not. */
export function lookupsOf(value: string, secrets: Secrets): readonly Buffer[] {
  return [plainLookup(value), ...secrets.digestsOf(value)]
}

function plainLookup(old: string): Buffer {
  return createHash('sha256').update(old).digest()
}

/** One whose values are left out is never found. */
export function secretLookup(old: string, secrets: Secrets): Buffer {
  return secrets.digestsOf(old)[0] ?? randomBytes(32)
}

const statement = (withdrawn: string) => `
with driving as (
  update reprise.run set driven_until = ${untilAfter('$4')}, heeded = wanted
  where stream = $1 and id = $2 and driver = $3 returning wanted),
begun as (
  insert into reprise.attempt (stream, run, position, entry, outcome)
  select $1, $2, position, entry, 'sending'
  from driving, json_to_recordset($5::json) as sent(position integer, entry bigint)),
ended as (
  insert into reprise.attempt (stream, run, position, entry, outcome, detail, status,
    response_headers, response_body, differences, uses, sealed, sent_at, ended_at)
  select $1, $2, position, entry, outcome, detail, status, headers,
    case when size is not null then substring($7::bytea from at for size) end,
    differences, uses, sealed, ${timestamp('sent')}, ${timestamp('ended')}
  from driving, json_to_recordset($6::json) as sent(
    position integer, entry bigint, outcome text, detail text, status smallint, headers json,
    at integer, size integer, differences json, uses json, sealed json,
    sent bigint, ended bigint)
  on conflict (stream, run, position) do update set (outcome, detail, status, response_headers,
    response_body, differences, uses, sealed, sent_at, ended_at) = row (excluded.outcome,
    excluded.detail, excluded.status, excluded.response_headers, excluded.response_body,
    excluded.differences, excluded.uses, excluded.sealed, excluded.sent_at, excluded.ended_at)),
aliases as (
  insert into reprise.alias (stream, run, number, lookup, came, producer, place, old, new, kind)
  select $1, $2, number, decode(lookup, 'hex'), decode(came, 'hex'), producer, place, old, new, kind
  from driving, json_to_recordset($8::json) as sent(
    number integer, lookup text, came text, producer bigint, place text, old json, new json, kind json)
  on conflict do nothing)${withdrawn}
select wanted from driving`

/** Once in a run, so that its price does not matter. */
const WITHDRAWN = `,
withdrawn as (
  delete from reprise.attempt using driving
  where stream = $1 and run = $2 and position = any($9::integer[]) and outcome in ('sending', 'failed'))`
