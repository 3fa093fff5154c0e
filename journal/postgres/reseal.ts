import type { Resealed } from '../contract.ts'
import { AS, openText } from '../sealed-text.ts'
import type { Secrets, StoredValue } from '../secrets.ts'
import type { Queryable } from './database.ts'
import { secretLookup } from './run-notes.ts'

// What was sealed with a former key is sealed with the key of today. Only the sealed texts are replaced:
// all else of a row stays byte for byte.

interface Sealing {
  table: string
  /** Its primary key: columns and their types. */
  keys: readonly (readonly [column: string, type: string])[]
  /** Columns of JSON in which sealed values stand. */
  columns: readonly string[]
  /** Columns that are made anew of one of them each, as text. Default: none. */
  derived?: readonly Derived[]
}

interface Derived {
  column: string
  type: string
  of: string
  from: (value: string, secrets: Secrets) => string
}

function lookup(column: string, of: string): Derived {
  const from: Derived['from'] = (value, secrets) =>
    `\\x${secretLookup(value, secrets).toString('hex')}`
  return { column, type: 'bytea', of, from }
}

const stream = ['stream', 'text'] as const
const SEALINGS: readonly Sealing[] = [
  {
    table: 'entry',
    keys: [stream, ['id', 'bigint'], ['arrived_at', 'timestamptz']],
    columns: [
      ...['request_headers', 'request_trailers', 'response_headers', 'response_trailers'],
      'sealed',
    ],
  },
  {
    table: 'attempt',
    keys: [stream, ['run', 'bigint'], ['position', 'integer']],
    columns: ['response_headers', 'sealed'],
  },
  {
    table: 'alias',
    keys: [stream, ['run', 'bigint'], ['number', 'integer']],
    columns: ['old', 'new'],
    derived: [lookup('lookup', 'old'), lookup('came', 'new')],
  },
  {
    table: 'state',
    keys: [stream, ['probe', 'text'], ['taken_at', 'timestamptz']],
    columns: ['headers', 'sealed'],
  },
  {
    table: 'body_chunk',
    keys: [
      stream,
      ['recorder', 'uuid'],
      ['number', 'bigint'],
      ['side', 'text'],
      ['position', 'integer'],
      ['arrived_at', 'timestamptz'],
    ],
    columns: ['sealed'],
  },
  {
    table: 'intent',
    keys: [stream, ['recorder', 'uuid'], ['number', 'bigint']],
    columns: ['entry'],
  },
]

const BATCH = 500

/**
 * Goes through all that is sealed with another key than that of today, a batch a statement: one that is
 * ended in the middle has lost nothing, and the next call goes on with what is left. Values that no known
 * key opens stay as they are, and are counted.
 */
export async function reseal(
  db: Queryable,
  secrets: Secrets,
  onBatch: (sofar: Resealed) => void,
): Promise<Resealed> {
  const sum = { resealed: 0, unreadable: 0 }
  for (const sealing of SEALINGS) {
    let after: readonly string[] | null = null
    for (;;) {
      const rows = await former(db, sealing, secrets.keyId ?? '', after)
      if (rows.length === 0) break
      const changed = rows.map((row) => resealedRow(row, sealing, secrets, sum))
      await db.query(updateOf(sealing), columnsOf(changed))
      after = rows.at(-1)!.slice(0, sealing.keys.length) as string[]
      onBatch({ ...sum })
      if (rows.length < BATCH) break
    }
  }
  return sum
}

/** A row as its key and its columns, in this order, as text. */
type Row = readonly (string | null)[]

async function former(
  db: Queryable,
  sealing: Sealing,
  current: string,
  after: readonly string[] | null,
): Promise<Row[]> {
  const { table, keys, columns } = sealing
  const names = keys.map(([name]) => name)
  const marks = keys.map(([, type], i) => `$${i + 3}::${type}`)
  const past = after === null ? 'true' : `(${names.join(', ')}) > (${marks.join(', ')})`
  const isFormer = columns.map((column) => `${column}::text ~ $1`).join(' or ')
  const { rows } = await db.query<{ row: Row }>(
    `select array[${[...names, ...writtenOf(sealing).map(([name]) => name)].map((name) => `${name}::text`).join(', ')}] as row
     from reprise.${table} where (${isFormer}) and ${past}
     order by ${names.map((name) => `${table}.${name}`).join(', ')} limit $2`,
    [`\\{"sealed":"(?!${current}\\.)`, BATCH, ...(after ?? [])],
  )
  return rows.map(({ row }) => row)
}

/** With its field's name before it; a value that stands alone is text (see sealed-text.ts). */
const SEALED = /(?:"((?:[^"\\]|\\.)*)",)?\{"sealed":"([\w-]+\.[\w-]*)"\}/g

function resealedRow(row: Row, sealing: Sealing, secrets: Secrets, sum: Resealed): Row {
  const { keys, columns, derived = [] } = sealing
  const now = row.map((text, i) => {
    if (text === null || i < keys.length || i >= keys.length + columns.length) return text
    return text.replaceAll(SEALED, (whole, quoted: string | undefined, was: string) => {
      const name = quoted === undefined ? AS : (JSON.parse(`"${quoted}"`) as string)
      const now = secrets.reseal(name, { sealed: was })
      if (now === null) sum.unreadable++
      else if (now.sealed !== was) sum.resealed++
      return now === null ? whole : whole.replace(was, () => now.sealed)
    })
  })
  return derived.reduce((all, { of, from }, i) => {
    const text = all[keys.length + columns.indexOf(of)]
    const value = text ? openText(secrets, JSON.parse(text) as StoredValue) : null
    return value === null ? all : all.with(keys.length + columns.length + i, from(value, secrets))
  }, now)
}

/** The columns that are written, with the types that they are written as. */
function writtenOf({
  columns,
  derived = [],
}: Sealing): (readonly [column: string, type: string])[] {
  const json = columns.map((column) => [column, 'json'] as const)
  return [...json, ...derived.map(({ column, type }) => [column, type] as const)]
}

function updateOf(sealing: Sealing): string {
  const { table, keys } = sealing
  const written = writtenOf(sealing)
  const given = [...keys, ...written.map(([column]) => [column, 'text'] as const)]
  const lists = given.map(([, type], i) => `$${i + 1}::${type}[]`)
  const names = given.map(([name]) => name)
  return `update reprise.${table} old set ${written.map(([name, type]) => `${name} = now.${name}::${type}`).join(', ')}
    from unnest(${lists.join(', ')}) as now(${names.join(', ')})
    where ${keys.map(([name]) => `old.${name} = now.${name}`).join(' and ')}`
}

function columnsOf(rows: readonly Row[]): (string | null)[][] {
  return Array.from({ length: rows[0]!.length }, (_, i) => rows.map((row) => row[i]!))
}
