import type { JournalReader } from '../../journal/contract.ts'
import type { Entry, Side } from '../../journal/entry.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { codeOf } from '../../journal/problem.ts'
import type { SecretRules } from '../reproduce/secret-parts.ts'

// What the formats of other programs are made of. No value of a secret is in it: entries are read
// masked, and whoever writes a field asks whether it is one.

/** An entry with what can stand of its bodies in a file. */
export interface Exported {
  entry: Entry
  request: ExportedBody
  /** Null: there is no answer. */
  response: ExportedBody | null
}

/** `left`: it is too long for a file, is damaged, or was not recorded whole and so cannot be sent. */
export interface ExportedBody {
  bytes: Buffer
  left: null | 'too_long' | 'damaged'
}

export interface Exporting {
  /** Where requests are to be sent, unless whoever runs the file says otherwise. Without a path. */
  baseUrl: string
  /** `asked`: somebody named it; `recorded`: formats that have whole URLs keep those that clients asked for. */
  baseUrlIs: 'asked' | 'recorded'
  /** Name of the stream, for titles. */
  stream: string
  /** Of this program. */
  version: string
  secrets: SecretRules
  /** Told of each thing that the format cannot say, or that must not be said. */
  tell: (what: Loss, entry: number) => void
}

/** Writes a file, piece by piece. */
export type Write = (entries: AsyncIterable<Exported>, how: Exporting) => AsyncIterable<string>

/** What is not in a file as it is in the journal. */
export const LOSSES = {
  secret: 'secrets, which are left out or marked',
  too_long: 'a body that is too long for a file: it is named, and not in it',
  damaged: 'a body that is not what its digest says: it is not in the file',
  incomplete: 'a request that was not recorded whole, and cannot be sent as it was',
  binary: 'a request body that is no text: it stands there in base64, which has to be undone',
  binary_file:
    'a request body that is no text, or one that the format would change: it is to be in a file of its own',
  trailers: 'trailers, which the format does not know',
  fields: 'fields of which the format knows one of a name: their values are put together',
  braces: '{{ in a field, which clients take for a variable',
  target: 'a target that is no path: it is written as one',
  method: 'a method that the format does not know: they are left out',
  unread: 'a JSON body that cannot be read: no schema was inferred from it',
} as const
export type Loss = keyof typeof LOSSES

/** So much of a body stands in a file, in bytes. */
export const MOST_BODY = 8 * 1024 * 1024

/** Reads what is exported, a page at a time, in the order of the stream. */
export async function* exportedEntries(
  journal: Pick<JournalReader, 'entries' | 'body'>,
  filter: EntryFilter,
): AsyncGenerator<Exported> {
  const page = { limit: 256, bytes: 4 * 1024 * 1024 }
  let after: { orderedAt: number; id: number } | undefined
  for (;;) {
    const entries = await journal.entries(filter, { ...page, ...(after && { after }) })
    for (const entry of entries) yield await exported(journal, entry)
    const last = entries.at(-1)
    if (last === undefined) return
    after = { orderedAt: last.orderedAt, id: last.id }
  }
}

async function exported(journal: Pick<JournalReader, 'body'>, entry: Entry): Promise<Exported> {
  const response = entry.status === null ? null : await bodyOf(journal, entry, 'response')
  return { entry, request: await bodyOf(journal, entry, 'request'), response }
}

async function bodyOf(
  journal: Pick<JournalReader, 'body'>,
  entry: Entry,
  side: Side,
): Promise<ExportedBody> {
  const isRequest = side === 'request'
  const length = isRequest ? entry.requestLength : (entry.responseLength ?? 0)
  if (length === 0) return { bytes: NOTHING, left: null }
  if (length > MOST_BODY) return { bytes: NOTHING, left: 'too_long' }
  const pieces: Buffer[] = []
  try {
    for await (const piece of journal.body(entry, side)) pieces.push(piece)
  } catch (error) {
    if (codeOf(error) !== 'body_damaged') throw error
    return { bytes: NOTHING, left: 'damaged' }
  }
  return { bytes: Buffer.concat(pieces), left: null }
}

const NOTHING = Buffer.alloc(0)
