import { actor } from '../cli/actor.ts'
import { auditJson } from '../cli/audit-json.ts'
import { findSlots } from '../cli/audit-spools.ts'
import { closeAll, openedAll, type Closing } from '../cli/closing.ts'
import { tellOfNames } from '../cli/database.ts'
import { spoolDirOf } from '../cli/proxy-settings.ts'
import type { Journal } from '../journal/contract.ts'
import type { Verdict } from '../journal/entry.ts'
import { journalIdAt } from '../journal/postgres/journal-id.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import { audit } from '../replayer/audit.ts'
import { clearStream } from '../replayer/clearing.ts'
import { labelEntries } from '../replayer/labelling.ts'
import { chooseStream } from '../replayer/plan.ts'
import { onceOnly, type DatabaseSource } from './database.ts'
import { entriesOf, recordedEntry, type EntryStore, type RecordedEntry } from './entry.ts'
import { exportFile, type ExportOptions } from './export.ts'
import { entryFilter, type Filter } from './filter.ts'
import { sayTo, type Log } from './log.ts'
import { readOptions, type Call, type MoreSettings } from './options.ts'
import { openStore, storeSettings, type Store } from './store.ts'

export interface JournalOptions {
  readonly database: DatabaseSource
  /** Default: the only one that there is. */
  readonly stream?: string | undefined
  /** Default: warnings are warnings of the process. */
  readonly log?: Log | undefined
  /** Further settings of the database, as `reprise entries --help` lists them: `'secret-key'`. */
  readonly settings?: MoreSettings | undefined
}

/** The entries of a stream. Methods throw, or reject with, a Problem: `settings_invalid` for a filter. */
export interface StreamJournal extends AsyncIterable<RecordedEntry> {
  readonly stream: string
  /** In the order of the stream, page by page. Default: all. */
  entries(filter?: Filter): AsyncIterable<RecordedEntry>
  /** Rejects with `entry_unknown`. */
  entry(id: number): Promise<RecordedEntry>
  count(filter?: Filter): Promise<number>
  /** How many there are of each verdict. */
  verdicts(filter?: Filter): Promise<Readonly<Record<Verdict, number>>>
  /** Which labels the entries bear, and how many each; the most first. */
  labels(filter?: Filter): Promise<readonly { readonly label: string; readonly count: number }[]>
  /** Sets the label of entries, or (null) takes it away; answers how many it changed. */
  label(filter: Filter, label: string | null): Promise<number>
  /** Whether the sum holds and nothing is missing: what `reprise audit --json` prints. */
  audit(): Promise<Audit>
  /**
   * Writes entries as one file, to be replayed from there or imported elsewhere: `reprise export`. The same
   * selection gives the same bytes. Answers how many entries are in it. Rejects with `selection_empty` and
   * `file_unusable`; the file is there whole, or as it was before.
   */
  export(file: string, options?: ExportOptions): Promise<number>
  /** Removes every entry and run of the stream for good; answers how many entries. */
  clear(): Promise<number>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * `whole`: nothing is missing; `counted`: the sum holds, but something was lost and counted, or waits in a
 * spool; `broken`: something is missing, in two places, or damaged.
 */
export type Audit = ReturnType<typeof auditJson>

/**
 * Opens what was recorded. Rejects with `stream_unknown` where there is no such stream, or several and none
 * is named, and with `journal_unreachable`.
 */
export async function journal(options: JournalOptions): Promise<StreamJournal> {
  const given = readOptions(CALL, options)
  const say = sayTo(options.log)
  const asked = { source: options.database, call: CALL.name, absent: 'refused' } as const
  return openedAll(async (closing) => {
    const store = await openStore(asked, given, say, closing)
    const opened = openJournal({ ...store.open, name: 'reprise journal' })
    closing.push(() => opened.close())
    await tellOfNames(opened, store.open, say)
    const stream = await chooseStream(opened, options.stream)
    const { secrets } = store.open
    const keys = { ...given, 'data-dir': store.database.dataDir }
    return {
      ...streamJournal({ journal: opened, isSecret: secrets.isSecret }, stream, closing),
      audit: () => auditOf(opened, stream, store),
      export: (file, filed) =>
        exportFile({ journal: opened, stream, secrets, keys, say }, file, filed),
    }
  })
}

const CALL: Call<typeof storeSettings> = {
  ...{ name: 'journal', table: storeSettings, options: {}, others: ['database', 'stream', 'log'] },
  missing: () => ({}),
}

function streamJournal(
  store: EntryStore & { journal: Journal },
  stream: string,
  closing: Closing,
): Omit<StreamJournal, 'audit' | 'export'> {
  const opened = store.journal
  const which = (filter: Filter, method: string) => entryFilter(filter, stream, method)
  const close = onceOnly(() => closeAll(closing))
  return {
    stream,
    entries: (filter = {}) => entriesOf(store, which(filter, 'entries')),
    [Symbol.asyncIterator]: () => entriesOf(store, { stream }),
    entry: async (id) => recordedEntry(await opened.entry(id), store),
    async count(filter = {}) {
      const counts = Object.values(await opened.count(which(filter, 'count')))
      return counts.reduce((sum, n) => sum + n, 0)
    },
    async verdicts(filter = {}) {
      const none = { applied: 0, failed: 0, in_doubt: 0, context: 0 }
      return { ...none, ...(await opened.count(which(filter, 'verdicts'))) }
    },
    labels: async (filter = {}) => opened.labels(which(filter, 'labels')),
    async label(filter, label) {
      const by = { actor: actor('program'), stream }
      return (await labelEntries(opened, which(filter, 'label'), label, by)).changed
    },
    clear: () => clearStream(opened, stream, actor('program')),
    ...{ close, [Symbol.asyncDispose]: close },
  }
}

async function auditOf(opened: Journal, stream: string, { database, open }: Store): Promise<Audit> {
  const spools = spoolDirOf({ 'spool-dir': undefined, 'data-dir': database.dataDir })
  // Before the journal: what is moved to it in the meantime is found there.
  const slots = await findSlots(spools, stream, await journalIdAt(open.url))
  return auditJson(audit(await opened.audit(stream), slots))
}
