import type { Writable } from 'node:stream'
import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { itemsOf } from '../journal/files/exporting.ts'
import type { JournalFormat } from '../journal/files/format.ts'
import { writeFileOf, writeTo } from '../journal/files/opening.ts'
import type { SecretNames } from '../journal/masking/names.ts'
import { Problem } from '../journal/problem.ts'
import { counted } from '../replayer/show.ts'
import type { Say } from '../telemetry/log.ts'

export interface ExportWish {
  stream: string
  filter: EntryFilter
  /** A file, which is there whole or as it was before; or what goes on after it. */
  to: string | Writable
  write: NonNullable<JournalFormat['write']>
  /** Null: secrets are left out. */
  key: Buffer | null
  /** What is called a secret now. */
  names: SecretNames
  by: Actor
  signal: AbortSignal
  say: Say
}

/** Writes what matches, and answers how many entries. Rejects with `selection_empty` or `file_unusable`. */
export async function exportStream(journal: Journal, wish: ExportWish): Promise<number> {
  const { stream, to, key, by, signal, say } = wish
  const { stream: _, ...narrowed } = wish.filter
  const filter = await selected(journal, stream, wish.filter)
  const detail = {
    file: typeof to === 'string' ? to : null,
    secrets: key === null ? 'omit' : 'sealed',
  }
  await journal.noteDeed({ ...by, action: 'export', stream, detail })
  let entries = 0
  const items = itemsOf(journal, {
    filter,
    secrets: key === null ? 'left_out' : 'opened',
    shots: Object.keys(narrowed).length === 0 ? 'also' : 'none',
    onEntries(sofar) {
      signal.throwIfAborted()
      entries = sofar
    },
  })
  const text = wish.write(items, { key })
  await (typeof to === 'string' ? writeFileOf(text, to) : writeTo(text, to))
  await warnOfRestores(journal, stream, say)
  await warnOfNames(journal, wish.names, say)
  return entries
}

/** What there is at this moment. A filter that nothing matches is a mistake in it. */
export async function selected(
  journal: Journal,
  stream: string,
  filter: EntryFilter,
): Promise<EntryFilter & { stream: string }> {
  const [newest] = await journal.list({ stream }, { order: '-id', limit: 1 })
  const idTo = Math.min(filter.idTo ?? Infinity, newest?.id ?? 0)
  const [first] = await journal.list({ ...filter, stream, idTo }, { order: 'order', limit: 1 })
  if (first === undefined) {
    throw new Problem('selection_empty', `no entry of stream ${stream} matches the filter`, {
      source: 'user',
      hint: "'reprise entries' with the same filter lists what matches",
    })
  }
  const isContextAsked = filter.verdicts === undefined
  return { ...filter, stream, idTo, ...(isContextAsked && { context: 'also' }) }
}

/** What is too large for a row was masked by the names of its time. */
async function warnOfNames(
  journal: Journal,
  { listed }: SecretNames,
  log: (message: string) => void,
): Promise<void> {
  const known = new Set(await journal.secretNames())
  const later = listed.filter((name) => !known.has(name))
  if (later.length === 0) return
  log(
    `no recorder took ${later.join(', ')} for a secret: in bodies beyond 256 KiB such values are in the file ` +
      'as they came',
  )
}

/** What restores renamed stands in their runs, and those are of this journal alone. */
async function warnOfRestores(
  journal: Journal,
  stream: string,
  log: (message: string) => void,
): Promise<void> {
  const restores = (await journal.restorations(stream)).length
  if (restores === 0) return
  log(
    `the backend was restored ${counted(restores, 'time', 'times')}: which ids it made anew then is not in ` +
      'the file, and a replay of it sends those of before a restore as they were used behind it',
  )
}
