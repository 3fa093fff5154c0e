import { createHash } from 'node:crypto'
import type { JournalReader, JournalWriter } from '../journal/contract.ts'
import type { Micros } from '../journal/entry.ts'
import { streamTaken } from '../journal/files/importing.ts'
import type { FileStore } from '../journal/files/store.ts'
import {
  FOREIGN_CHANGES,
  FOREIGN_SKIPS,
  type ForeignExchange,
  type ForeignItem,
} from '../journal/foreign.ts'
import { Problem } from '../journal/problem.ts'
import { importExchanges, type Imported, type ImportOptions } from '../proxy/importing/import.ts'
import { exclusionOf, type Policy } from '../proxy/policy.ts'
import { FOREIGN_READERS, type ForeignReader } from '../replayer/formats/formats.ts'

// A file of another program is gone through twice: nothing is recorded of one that cannot be read to its end,
// or of which it is not clear which backend is meant.

export interface ForeignImport extends Omit<ImportOptions, 'info'> {
  journal: JournalWriter & FileStore & Pick<JournalReader, 'count'>
  format: ForeignReader
  /** The file, as messages name it. */
  name: string
  /** The bytes of the file, unpacked; asked for twice. */
  read: () => AsyncIterable<Buffer>
  stream: string
  /** What the stream may hold: nothing but what is of this file, or anything. */
  into: 'empty' | 'any'
  /** Whose exchanges are taken, such as `https://shop.example`; empty: all, if there is but one. */
  origins: readonly string[]
}

export interface ForeignReport extends Imported {
  format: ForeignReader
  stream: string
  recorder: string
  /** Entries that were not there yet. */
  taken: number
  /** Parts of the file that are no exchanges, and those of other origins, by why. */
  skipped: Readonly<Record<string, number>>
  /** The first of each, with its place. */
  examples: Readonly<Record<string, string>>
  /** What is in the journal otherwise than in the file, by what. */
  changed: Readonly<Record<string, number>>
}

/** Rejects with `file_invalid`, `settings_invalid` (several backends) and the Problems of the journal. */
export async function importForeign(options: ForeignImport): Promise<ForeignReport> {
  const { format, name, read, stream, into, policy, origins, journal, ...rest } = options
  let digest = ''
  const whole = digested(read(), (hash) => (digest = hash))
  const survey = await surveyOf(FOREIGN_READERS[format](whole), policy).catch((error: unknown) => {
    throw namingFile(error, name)
  })
  const choice = [stream, format, policy.methods === 'all' ? 'all' : '', ...origins].join('\n')
  const recorder = uuidOf(`${digest}\n${choice}`)
  const chosen = chosenOrigins(survey, origins)
  if (into === 'empty' && (await journal.holdsOthers(stream, [recorder]))) throw streamTaken(stream)
  const tally = new Tally()
  const info = {
    ...{ stream, id: recorder, target: UNKNOWN_TARGET, durability: 'commit' as const },
    whenUnrecordable: 'refuse' as const,
    // Its clock is that of the other program.
    host: `file ${digest.slice(0, 12)}`,
    // As of journal files.
    ...{ pid: 0, version: 'imported', startedAt: survey.firstAt },
  }
  const exchanges = taken(FOREIGN_READERS[format](read()), chosen, tally)
  const before = await countOf(journal, stream)
  const imported = await importExchanges(exchanges, { ...rest, journal, policy, info })
  const added = (await countOf(journal, stream)) - before
  const { skipped, examples, changed } = tally
  return { ...imported, format, stream, recorder, taken: added, skipped, examples, changed }
}

async function countOf(journal: Pick<JournalReader, 'count'>, stream: string): Promise<number> {
  return Object.values(await journal.count({ stream })).reduce((sum, n) => sum + n, 0)
}

/** Where it was recorded is no target that may be replayed to without a word. */
const UNKNOWN_TARGET = 'a file of another program'

function namingFile(error: unknown, name: string): unknown {
  if (!(error instanceof Problem) || error.code !== 'file_invalid') return error
  return new Problem('file_invalid', `${name}: ${error.message}`, {
    source: 'user',
    hint: error.hint ?? 'nothing was imported; if it is of another format, say which with --format',
    cause: error,
  })
}

interface Survey {
  firstAt: Micros
  /** Of what is recorded, how many exchanges each has. */
  origins: ReadonlyMap<string, number>
}

async function surveyOf(items: AsyncIterable<ForeignItem>, policy: Policy): Promise<Survey> {
  const origins = new Map<string, number>()
  let firstAt = Infinity
  for await (const item of items) {
    if (item.kind === 'skipped') continue
    const { exchange } = item
    firstAt = Math.min(firstAt, exchange.arrivedAt)
    if (exchange.origin === null || exclusionOf(policy, exchange) !== null) continue
    origins.set(exchange.origin, (origins.get(exchange.origin) ?? 0) + 1)
  }
  return { firstAt: Number.isFinite(firstAt) ? firstAt : Date.now() * 1000, origins }
}

/** Null: whatever there is. */
function chosenOrigins({ origins }: Survey, named: readonly string[]): ReadonlySet<string> | null {
  if (named.includes('any')) return null
  if (named.length > 0) return new Set(named.map((one) => one.toLowerCase()))
  if (origins.size <= 1) return origins.size === 0 ? null : new Set(origins.keys())
  const most = [...origins].sort(([, a], [, b]) => b - a)
  const listed = most.slice(0, 8).map(([origin, n]) => `  ${origin} (${n})`)
  throw new Problem(
    'settings_invalid',
    `--origin is missing: the file has what would be recorded of ${origins.size} backends\n${listed.join('\n')}`,
    {
      source: 'user',
      hint: 'a stream is one backend: name its origins with --origin, or say --origin any',
    },
  )
}

async function* taken(
  items: AsyncIterable<ForeignItem>,
  origins: ReadonlySet<string> | null,
  tally: Tally,
): AsyncGenerator<ForeignExchange> {
  for await (const item of items) {
    if (item.kind === 'skipped')
      tally.skip(FOREIGN_SKIPS[item.why], `${item.place}: ${item.detail}`)
    else if (isOther(item.exchange, origins)) {
      tally.skip('of other origins', `${item.exchange.place}: ${item.exchange.origin}`)
    } else {
      for (const change of item.exchange.changed) tally.change(FOREIGN_CHANGES[change])
      yield item.exchange
    }
  }
}

function isOther({ origin }: ForeignExchange, origins: ReadonlySet<string> | null): boolean {
  return origins !== null && origin !== null && !origins.has(origin)
}

class Tally {
  readonly skipped: Record<string, number> = {}
  readonly examples: Record<string, string> = {}
  readonly changed: Record<string, number> = {}

  skip(why: string, example: string): void {
    this.skipped[why] = (this.skipped[why] ?? 0) + 1
    this.examples[why] ??= example
  }

  change(what: string): void {
    this.changed[what] = (this.changed[what] ?? 0) + 1
  }
}

/** Tells the SHA-256 of all that passed, in hex. */
async function* digested(
  pieces: AsyncIterable<Buffer>,
  tell: (digest: string) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  tell(hash.digest('hex'))
}

/** A UUID of version 8, whose bits are those of a digest (RFC 9562 section 5.8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
