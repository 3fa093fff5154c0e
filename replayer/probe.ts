import type { JournalReader } from '../journal/contract.ts'
import type { EntrySummary, Settlement } from '../journal/entry.ts'
import { openedTarget } from '../journal/masking/opened.ts'
import { Problem } from '../journal/problem.ts'
import type { Client } from '../wire/client.ts'
import { fieldPairs, fieldValue } from '../wire/fields.ts'
import { exchange, type WholeAnswer } from '../wire/exchange.ts'
import {
  fillPath,
  fillText,
  isOwnTarget,
  needsBody,
  Unfillable,
  type Source,
  type Template,
} from './probe-template.ts'
import { MARK } from './sending/wire-form.ts'

// Asks the upstream whether an entry in doubt was applied: a GET of what the request would have made,
// changed or removed. It shows the state of now, which later requests may have changed.

export interface ProbeOptions {
  target: URL
  client: Client
  path: Template
  /** What the body of a 2xx holds if the thing is there; null: any does. */
  contains: Template | null
  /** Which Host is sent: the recorded one, or the target's own. */
  host: 'recorded' | 'target'
  /** For the whole exchange, in ms. */
  timeout: number
  signal: AbortSignal
}

export interface Probed {
  entry: EntrySummary
  /** What was asked, or null where the template could not be filled. */
  path: string | null
  status: number | null
  outcome: Settlement | 'in_doubt'
  /** Why it says so. */
  why: string
}

/** What a 2xx says of the thing that was asked for. */
type Content = 'holds' | 'lacks' | 'unread'

/** Asks about one entry. Rejects with the Problem of a journal that cannot be read. */
export async function probe(
  journal: JournalReader,
  entry: EntrySummary,
  options: ProbeOptions,
): Promise<Probed> {
  const nothing = { entry, path: null, status: null, outcome: 'in_doubt' as const }
  if (entry.method === 'POST' && options.contains === null && isOwnTarget(options.path)) {
    return { ...nothing, why: POST_TELLS_NOTHING }
  }
  let path: string
  let asked: string
  let wanted: Buffer | null
  try {
    const source = await sourceOf(journal, entry, options)
    const base = options.target.pathname.replace(/\/$/, '')
    path = base + fillPath(options.path, source)
    // Secrets of its own target are asked with, and not told.
    asked = base + fillPath(options.path, { ...source, entry: await openedOf(journal, entry) })
    wanted = options.contains && fillText(options.contains, source)
  } catch (error) {
    if (!(error instanceof Unfillable)) throw error
    return { ...nothing, why: error.message }
  }
  try {
    const { status, content } = await ask(entry, asked, wanted, options)
    return { entry, path, status, ...judge(entry.method, status, content) }
  } catch (error) {
    return { ...nothing, path, why: `no answer: ${(error as Error).message}` }
  }
}

/** Where a POST went is there, whether it was applied or not. */
const POST_TELLS_NOTHING =
  'that the target of a POST is there tells nothing: name what it made, or say --probe-contains'

/**
 * What an answer says of a request. The thing is there: applied; it is not: not applied; the other
 * way round for DELETE. Any other answer says nothing.
 */
export function judge(
  method: string,
  status: number,
  content: Content,
): Pick<Probed, 'outcome' | 'why'> {
  const isFound = status >= 200 && status <= 299
  if (isFound && content === 'unread') {
    return { outcome: 'in_doubt', why: 'its body is encoded, or too long to look through' }
  }
  if (!isFound && status !== 404 && status !== 410) {
    return { outcome: 'in_doubt', why: `${status} says nothing` }
  }
  const isThere = isFound && content === 'holds'
  const why = isFound
    ? isThere
      ? 'it is there'
      : 'its body lacks what was looked for'
    : 'it is not there'
  return { outcome: isThere === (method !== 'DELETE') ? 'applied' : 'not_applied', why }
}

async function openedOf(journal: JournalReader, entry: EntrySummary): Promise<EntrySummary> {
  if (!entry.masked.some((part) => part.in === 'target')) return entry
  const target = openedTarget(await journal.entry(entry.id, 'opened'))
  return { ...entry, target }
}

async function sourceOf(
  journal: JournalReader,
  summary: EntrySummary,
  { path, contains }: ProbeOptions,
): Promise<Source> {
  const isNeeded = needsBody(path) || (contains !== null && needsBody(contains))
  return { entry: summary, json: isNeeded ? await jsonBody(journal, summary) : null }
}

/** Of a request body that is read as JSON, in bytes. */
const MOST_JSON = 16 * 1024 * 1024

async function jsonBody(journal: JournalReader, summary: EntrySummary): Promise<unknown> {
  if (summary.requestCapture !== 'complete') {
    throw new Unfillable(`its body was recorded ${summary.requestCapture}`)
  }
  if (summary.requestLength > MOST_JSON) throw new Unfillable('its body is too long to be read')
  const pieces: Buffer[] = []
  try {
    const entry = await journal.entry(summary.id, 'opened')
    for await (const piece of journal.body(entry, 'request', 'opened')) pieces.push(piece)
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unfillable('its body is no JSON')
    if (error instanceof Problem && error.code === 'body_damaged') {
      throw new Unfillable('its body is damaged')
    }
    throw error
  }
}

/** Of an answer that is looked through, in bytes. */
const MOST_ANSWER = 1024 * 1024

async function ask(
  entry: EntrySummary,
  path: string,
  wanted: Buffer | null,
  options: ProbeOptions,
): Promise<{ status: number; content: Content }> {
  options.signal.throwIfAborted()
  const fields = probeFields(entry, options)
  const answer = await exchange({ method: 'GET', target: path, fields }, null, [], {
    ...options,
    kept: MOST_ANSWER,
    beyond: 'left',
  })
  return { status: answer.status, content: contentOf(answer, wanted) }
}

/** It says who asks, as the recorded request did, and bears the mark of a replay. */
function probeFields(
  { id, requestHeaders }: EntrySummary,
  { target, host }: ProbeOptions,
): string[] {
  const recorded = fieldValue(requestHeaders, 'host') ?? target.host
  const credentials = fieldPairs(requestHeaders).filter(([name]) =>
    /^(authorization|cookie)$/i.test(name),
  )
  return [
    ...['Host', host === 'recorded' ? recorded : target.host, 'Accept', '*/*'],
    ...credentials.flat(),
    ...[MARK, `probe/${id}`],
  ]
}

function contentOf({ fields, body, length }: WholeAnswer, wanted: Buffer | null): Content {
  if (wanted === null) return 'holds'
  if ((fieldValue(fields, 'content-encoding') ?? 'identity') !== 'identity') return 'unread'
  if (body.includes(wanted)) return 'holds'
  return length > MOST_ANSWER ? 'unread' : 'lacks'
}
