import type { EntryFilter } from '../filter.ts'
import type { WholePage } from '../contract.ts'
import type { FiledPiece, FiledShot } from '../files/filed.ts'
import type { FiledPage, FiledSecrets } from '../files/store.ts'
import type { Side } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import { chunksOf } from './bodies.ts'
import { databaseProblem, type Pool } from './database.ts'
import {
  filedEntry,
  filedFields,
  filedPiece,
  partsIn,
  partsOfPiece,
  targetMasks,
  withMasks,
} from './filed-entry.ts'
import type { StoredFields } from './headers.ts'
import { micros } from './moment.ts'
import { readParts, type StoredPart } from './parts.ts'
import { listRecorders, readWholeRows, type WholeRow } from './read.ts'
import { placeOfShot } from './states.ts'
import { isStorable } from './text.ts'

/** A page of entries on their way to a file; `filter.stream` is named. */
export async function readFiledEntries(
  db: Pool,
  secrets: Secrets,
  filter: EntryFilter,
  page: WholePage,
  how: FiledSecrets,
): Promise<FiledPage> {
  const rows = await readWholeRows(db, filter, page)
  const hosts = new Map<string, string>()
  for (const stream of new Set(rows.map((row) => row.stream))) {
    for (const { id, host } of await listRecorders(db, stream)) hosts.set(id, host)
  }
  const entries = rows.map((row) =>
    filedEntry({ ...row, host: hosts.get(row.recorder) ?? '' }, secrets, how, (side, count) =>
      piecesOf(db, row, side, count, secrets, how),
    ),
  )
  const last = rows.at(-1)
  const next = last && { orderedAt: Number(last.ordered_at), id: Number(last.id) }
  return { entries, ids: rows.map(({ id }) => Number(id)), next: next ?? null }
}

async function* piecesOf(
  db: Pool,
  row: WholeRow,
  side: Side,
  count: number,
  secrets: Secrets,
  how: FiledSecrets,
): AsyncGenerator<FiledPiece> {
  const { stream, recorder } = row
  const entry = {
    ...{ stream, recorder, id: Number(row.id) },
    ...{ number: Number(row.number), arrivedAt: Number(row.arrived_at) },
  }
  try {
    for await (const { bytes, sealed, of } of chunksOf(db, entry, side, count)) {
      yield { bytes, secrets: partsOfPiece(sealed, side, of, secrets, how) }
    }
  } catch (error) {
    throw databaseProblem(error, 'reading a body')
  }
}

export async function readFiledShots(
  db: Pool,
  secrets: Secrets,
  stream: string,
  how: FiledSecrets,
): Promise<FiledShot[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<ShotRow>(SHOTS, [stream])
  return rows.map((row) => filedShot(row, stream, secrets, how))
}

interface ShotRow {
  probe: string
  taken_at: string
  target: string
  status: number
  headers: StoredFields
  body: Buffer
  length: string
  digest: string | null
  sealed: StoredPart[] | null
}

const SHOTS = `select distinct on (probe) probe, ${micros('taken_at')}, target, status, headers, body,
    length, encode(digest, 'hex') as digest, sealed
  from reprise.state where stream = $1 order by probe, state.taken_at desc`

function filedShot(row: ShotRow, stream: string, secrets: Secrets, how: FiledSecrets): FiledShot {
  const takenAt = Number(row.taken_at)
  const reading = how === 'opened' ? 'opened' : 'masked'
  const { masked } = readParts(row.sealed, placeOfShot(stream, takenAt), secrets, reading)
  const found = targetMasks(row.probe, secrets)
  const probe = withMasks(Buffer.from(row.probe, 'latin1'), partsIn(masked, 'target'), found, how)
  const fields = row.headers.flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : [],
  )
  const { host } = new URL(row.target)
  return {
    probe: probe.bytes.toString('latin1'),
    probeSecrets: probe.secrets,
    takenAt,
    // Links in it lead there; else it is nobody's business.
    target: row.body.includes(host) ? row.target : null,
    status: row.status,
    fields: filedFields(row.headers, secrets, how),
    body: filedPiece(row.body, partsIn(masked, 'response'), fields, secrets, how),
    length: Number(row.length),
    digest: row.digest,
  }
}
