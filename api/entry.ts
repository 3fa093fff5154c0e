import type { EntryCursor, JournalReader } from '../journal/contract.ts'
import { pathOf, type Capture, type Entry, type Settlement, type Side } from '../journal/entry.ts'
import type { Sender, Verdict } from '../journal/entry.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { withoutCodings } from '../wire/content-coding.ts'
import { fieldPairs, fieldValue, type RawFields } from '../wire/fields.ts'

/**
 * A recorded exchange, without its secrets: in targets and bodies each byte of one is a `*`, and of a field
 * (Authorization, Cookie) only the name is there.
 */
export interface RecordedEntry {
  /** Given by the journal, over all streams; says nothing of order. */
  readonly id: number
  readonly stream: string
  /**
   * `applied`: answered below 400; `failed`: with 5xx; `in_doubt`: it may have been delivered, and no answer
   * came; `context`: it changes nothing, and a recorded request uses what only it produced.
   */
  readonly verdict: Verdict
  /** Why it is in doubt; null otherwise. */
  readonly cause: string | null
  /** What became known of one in doubt; null for all others. */
  readonly settled: Settlement | null
  readonly label: string | null
  readonly arrivedAt: Date
  /** When its answer began; null: none came. */
  readonly answeredAt: Date | null
  readonly sender: Sender
  readonly request: RecordedRequest
  /** Null: none came. */
  readonly response: RecordedResponse | null
}

export interface RecordedRequest extends RecordedMessage {
  readonly method: string
  /** As received, query included. */
  readonly target: string
  /** Of it the path. */
  readonly path: string
}

export interface RecordedResponse extends RecordedMessage {
  readonly status: number
  readonly reason: string
}

export interface RecordedMessage {
  /** In the order and the case in which they came; null: a secret. */
  readonly headers: readonly (readonly [name: string, value: string | null])[]
  /** The first value of the field, in any case of its name; null: there is none, or it is a secret. */
  header(name: string): string | null
  /** Of the body, in bytes, as it passed. */
  readonly length: number
  /** How much of the body was kept. */
  readonly capture: Capture
  /** What was kept of it. Large ones are read from the journal, which must still be open. */
  stream(): AsyncIterable<Uint8Array>
  bytes(): Promise<Uint8Array>
  /** With its content codings (gzip) undone, in its character set. */
  text(): Promise<string>
  /** Rejects with a SyntaxError where it is none. */
  json(): Promise<unknown>
}

/** Where entries are read, and which of their fields nobody is shown. */
export interface EntryStore {
  journal: Pick<JournalReader, 'entries' | 'body'>
  isSecret: (name: string, value: string) => boolean
}

/** So many entries a page, and so many bytes of bodies. */
const PAGE = { limit: 200, bytes: 4 * 1024 * 1024 }

/** Those that are there by the time that it comes to them. */
export async function* entriesOf(
  store: EntryStore,
  filter: EntryFilter,
): AsyncGenerator<RecordedEntry> {
  for (let after: EntryCursor | undefined; ;) {
    const page = await store.journal.entries(filter, { ...PAGE, ...(after && { after }) })
    const last = page.at(-1)
    if (last === undefined) return
    for (const entry of page) yield recordedEntry(entry, store)
    after = { orderedAt: last.orderedAt, id: last.id }
  }
}

export function recordedEntry(entry: Entry, store: EntryStore): RecordedEntry {
  const { id, stream, verdict, cause, settled, label, sender, status, responseHeaders } = entry
  const { method, target } = entry
  return {
    ...{ id, stream, verdict, cause, settled, label, sender },
    arrivedAt: dateOf(entry.arrivedAt),
    answeredAt: entry.answeredAt === null ? null : dateOf(entry.answeredAt),
    request: {
      ...{ method, target, path: pathOf(target) },
      ...messageOf(entry, 'request', entry.requestHeaders, store),
    },
    response:
      status === null
        ? null
        : {
            ...{ status, reason: entry.reason ?? '' },
            ...messageOf(entry, 'response', responseHeaders ?? [], store),
          },
  }
}

function messageOf(
  entry: Entry,
  side: Side,
  fields: RawFields,
  { journal, isSecret }: EntryStore,
): RecordedMessage {
  const stream = () => journal.body(entry, side)
  const bytes = async () => {
    const pieces: Buffer[] = []
    for await (const piece of stream()) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  const text = async () => {
    const kept = await bytes()
    const decoded = withoutCodings(fields, kept, { most: MOST_DECODED, cut: 'read' }) ?? kept
    return decoderFor(fields).decode(decoded)
  }
  const isRequest = side === 'request'
  const headers = fieldPairs(fields).map(
    ([name, value]) => [name, isSecret(name, value) ? null : value] as const,
  )
  return {
    headers,
    header: (wanted) => headers.find(([name]) => isNamed(name, wanted))?.[1] ?? null,
    length: (isRequest ? entry.requestLength : entry.responseLength) ?? 0,
    capture: (isRequest ? entry.requestCapture : entry.responseCapture) ?? 'complete',
    ...{ stream, bytes, text },
    json: async () => JSON.parse(await text()) as unknown,
  }
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase()
}

/** Bytes that a coding may make of a body; of one that makes more the text is what came. */
const MOST_DECODED = 256 * 1024 * 1024

/** UTF-8 where none is named, or nobody knows it. */
function decoderFor(fields: RawFields) {
  const named = /;\s*charset="?([^";\s]+)/i.exec(fieldValue(fields, 'content-type') ?? '')?.[1]
  try {
    return new TextDecoder(named ?? 'utf-8')
  } catch {
    return new TextDecoder()
  }
}

function dateOf(at: number): Date {
  return new Date(at / 1000)
}
