import type { JournalWriter, SealedRecord } from '../../journal/contract.ts'
import type { NewEntry, NewRecord } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'

/** A journal in memory whose appends the test rules over. */
export interface StubJournal extends JournalWriter {
  /** What was stored, statement by statement. */
  batches: NewRecord[][]
  /** All entries that were stored, once each. */
  entries(): NewEntry[]
  /** All records of a kind that were stored. */
  records<Kind extends NewRecord['kind']>(kind: Kind): Extract<NewRecord, { kind: Kind }>[]
  /** Resolves when so many entries are stored. */
  stored(count: number): Promise<NewEntry[]>
  /** From now on appends wait until `release`. */
  hold(): void
  release(): void
  /** Resolves when an append of this number (from 1) was asked for. */
  asked(append: number): Promise<readonly NewRecord[]>
  /** From now on appends and checks reject as if PostgreSQL were gone. */
  leave(): void
  /** The same, and an idle connection tells of it. */
  breakOff(): void
  comeBack(): void
  /** Entries that are refused for good. */
  isPoison: (entry: NewEntry) => boolean
}

export function stubJournal(): StubJournal {
  const asks: (readonly NewRecord[])[] = []
  const known = new Set<string>()
  let away = false
  let broken: (problem: Problem) => void = () => {}
  let gate: PromiseWithResolvers<void> | null = null
  const watchers = new Set<() => void>()
  const changed = () => watchers.forEach((watch) => watch())
  const when = <T>(value: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const watch = () => {
        const now = value()
        if (now === undefined) return
        watchers.delete(watch)
        resolve(now)
      }
      watchers.add(watch)
      watch()
    })
  const gone = () =>
    new Problem('journal_unreachable', 'gone', { source: 'journal', retryable: true })
  const stub: StubJournal = {
    batches: [],
    isPoison: () => false,
    entries: () => stub.records('entry').map(({ entry }) => entry),
    records: (kind) =>
      stub.batches.flat().filter((record): record is never => record.kind === kind),
    stored: (count) => when(() => (stub.entries().length >= count ? stub.entries() : undefined)),
    hold() {
      gate = withResolvers()
    },
    release() {
      gate?.resolve()
      gate = null
    },
    asked: (append) => when(() => asks[append - 1]),
    leave: () => void (away = true),
    breakOff() {
      away = true
      broken(gone())
    },
    comeBack: () => void (away = false),
    onBroken: (listener) => void (broken = listener),
    async enrol() {
      if (away) throw gone()
      return { journal: 'stub', latest: null }
    },
    async renew() {
      if (away) throw gone()
    },
    closeExpired: () => Promise.resolve({ recorders: [], inDoubt: 0 }),
    closeEnded: () => Promise.resolve({ recorders: [], inDoubt: 0 }),
    retire: () => Promise.resolve(),
    seal: (record) => ({
      kind: record.kind,
      number: numberOf(record),
      row: { record },
      bytes: [],
    }),
    async check() {
      if (away) throw gone()
    },
    async append(_stream, _recorder, sealed) {
      const records = sealed.map(unsealed)
      asks.push(records)
      changed()
      if (gate !== null) await gate.promise
      if (away) throw gone()
      if (records.some((record) => record.kind === 'entry' && stub.isPoison(record.entry))) {
        throw new Problem('journal_refused', 'poison', { source: 'journal' })
      }
      // As the journal does: what is there already changes nothing.
      const fresh = records.filter((record) => !known.has(keyOf(record)))
      for (const record of fresh) known.add(keyOf(record))
      stub.batches.push(fresh)
      changed()
    },
  }
  return stub
}

function numberOf(record: NewRecord): number {
  switch (record.kind) {
    case 'entry':
      return record.entry.number
    case 'intent':
      return record.intent.number
    case 'chunk':
      return record.chunk.number
    case 'unrecorded':
      return record.unrecorded.numbers[0]!
  }
}

/** Each record has one of its own; a piece of a body has a place besides. */
function keyOf(record: NewRecord): string {
  const place = record.kind === 'chunk' ? `${record.chunk.side} ${record.chunk.position}` : ''
  return `${record.kind} ${numberOf(record)} ${place}`
}

function unsealed({ row }: SealedRecord): NewRecord {
  return row['record'] as NewRecord
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>
  resolve: (value: T) => void
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}
