import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { auditJson } from '../../cli/audit-json.ts'
import type { RecorderInfo } from '../../journal/standing.ts'
import type { SealedRecord } from '../../journal/contract.ts'
import type { NewRecord } from '../../journal/entry.ts'
import { beginLedger } from '../../proxy/ledger.ts'
import { openSpool } from '../../proxy/spool.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'
import {
  LEASE,
  append,
  newEntry,
  newStream,
  recorderOf,
  type EntryChanges,
} from '../journal/entries.ts'
import { injected } from './injected.ts'

/** What `--json` prints. */
export type Printed = ReturnType<typeof auditJson>

/** A recorder, what it appends, and the audit of its stream. */
export async function auditStage(database: string, changes: Partial<RecorderInfo> = {}) {
  const journal = useJournal(database)
  const info = recorderOf(newStream(), changes)
  const { stream, id } = info
  const dataDir = emptyFolder()
  await journal.enrol(info, LEASE)
  const argv = ['audit', '--database-url', database, '--stream', stream, '--data-dir', dataDir]
  return {
    ...{ journal, info, stream, argv, dataDir },
    entries: (numbers: readonly number[], what: EntryChanges = {}) =>
      append(
        journal,
        stream,
        id,
        numbers.map((number) => newEntry(number, what)),
      ),
    records: (...records: NewRecord[]) =>
      journal.append(
        stream,
        id,
        records.map((record) => journal.seal(record)),
        'open',
      ),
    unrecorded: (reason: string, numbers: readonly number[]): NewRecord => ({
      kind: 'unrecorded',
      unrecorded: { reason, numbers, begun: [] },
    }),
    close: (lastNumber: number) =>
      journal.closeEnded(stream, { id, lastNumber, how: 'succeeded' }, recorderOf(stream).id),
    retire: (lastNumber: number) =>
      journal.retire(stream, id, { lastNumber, spooledRecords: 0, spooledBytes: 0 }),
    text: async () => {
      const { code, stdout } = await injected(argv)
      return { code, stdout }
    },
    json: async () => {
      const { code, stdout } = await injected([...argv, '--json'])
      const printed = JSON.parse(stdout) as Printed
      return { code, printed, recorder: printed.recorders[0]! }
    },
  }
}

export type Stage = Awaited<ReturnType<typeof auditStage>>

/** A slot of the stream as a recorder leaves it that is killed, or (`running`) that goes on. */
export async function slotOf(
  { journal, dataDir, stream, info }: Stage,
  lastNumber: number,
  records: readonly NewRecord[],
  fate: 'killed' | 'running' = 'killed',
): Promise<string> {
  const folder = join(dataDir, 'spool', encodeURIComponent(stream), '0')
  mkdirSync(folder, { recursive: true })
  const ledger = beginLedger(folder, info)
  ledger.note({ lastNumber, spooled: records.length, moved: 0 })
  ledger.close()
  const spool = await openSpool(join(folder, 'store'), 1e6, () => {})
  const sealed = records.map((record): SealedRecord => journal.seal(record))
  await spool.append(sealed.map((record) => ({ recorder: info.id, record })))
  if (fate === 'killed') await spool.close()
  else onTestFinished(() => spool.close())
  return folder
}
