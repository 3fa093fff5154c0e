import type { RecorderInfo } from '../../journal/standing.ts'
import type { JournalWriter, SealedRecord } from '../../journal/contract.ts'
import type { NewEntry, NewRecord } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'

/** A journal in memory whose appends the test rules over. */
export interface StubJournal extends JournalWriter {
  /** What was stored, statement by statement. */
  batches: NewRecord[][]
  /** Of which recorder each of them was. */
  owners: string[]
  /** The recorders that were made known, in order. */
  enrolled: RecorderInfo[]
  /** What was said of how recorders ended. */
  ended: { id: string; lastNumber: number; how: 'dead' | 'damaged' | 'succeeded' | 'retired' }[]
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
  /** The next append is stored, but its answer is lost with the connection. */
  loseAnswer(): void
  /** From now on a recorder is closed, as another one would do it. */
  fence(id: string): void
  /** Entries that are refused for good. */
  isPoison: (entry: NewEntry) => boolean
}

export function stubJournal(id = 'stub'): StubJournal {
  const asks: (readonly NewRecord[])[] = []
  const known = new Set<string>()
  const closed = new Set<string>()
  let away = false
  let isAnswerLost = false
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
  const requireOpen = (recorder: string) => {
    if (!closed.has(recorder)) return
    throw new Problem('recorder_fenced', 'closed', { source: 'journal' })
  }
  const stub: StubJournal = {
    ...{ batches: [], owners: [], enrolled: [], ended: [] },
    isPoison: () => false,
    pieceMasker: () => null,
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
    loseAnswer: () => void (isAnswerLost = true),
    fence: (recorder) => void closed.add(recorder),
    onBroken(listener) {
      broken = listener
      return () => (broken = () => {})
    },
    async enrol(recorder) {
      if (away) throw gone()
      stub.enrolled.push(recorder)
      return { journal: id, latest: null }
    },
    async renew(_stream, recorder) {
      if (away) throw gone()
      requireOpen(recorder)
    },
    async closeExpired() {
      if (away) throw gone()
      return { recorders: [], inDoubt: 0 }
    },
    async closeEnded(_stream, ended) {
      if (away) throw gone()
      stub.ended.push(ended)
      return { recorders: [], inDoubt: 0 }
    },
    async retire(_stream, recorder, { lastNumber }) {
      if (away) throw gone()
      stub.ended.push({ id: recorder, lastNumber, how: 'retired' })
    },
    seal(record) {
      const key = String(SEALED.size)
      SEALED.set(key, record)
      const verdict = record.kind === 'entry' ? record.entry.verdict : null
      const sealed = { kind: record.kind, number: numberOf(record), verdict, json: key }
      return { ...sealed, bytes: bytesOf(record), ends: [] }
    },
    async check() {
      if (away) throw gone()
    },
    async append(_stream, recorder, sealed, as) {
      const records = sealed.map(unsealed)
      asks.push(records)
      changed()
      if (gate !== null) await gate.promise
      if (away) throw gone()
      if (as === 'open') requireOpen(recorder)
      if (records.some((record) => record.kind === 'entry' && stub.isPoison(record.entry))) {
        throw new Problem('journal_refused', 'poison', { source: 'journal' })
      }
      // As the journal does: what is there already changes nothing.
      const fresh = records.filter((record) => !known.has(`${recorder} ${keyOf(record)}`))
      for (const record of fresh) known.add(`${recorder} ${keyOf(record)}`)
      stub.batches.push(fresh)
      stub.owners.push(recorder)
      changed()
      if (!isAnswerLost) return
      isAnswerLost = false
      away = true
      throw gone()
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

/** Each record has one of its own; a piece of a body has a place besides, a note its reason. */
function keyOf(record: NewRecord): string {
  const own = { chunk: '', unrecorded: '', entry: '', intent: '' }
  if (record.kind === 'chunk') own.chunk = `${record.chunk.side} ${record.chunk.position}`
  if (record.kind === 'unrecorded') own.unrecorded = record.unrecorded.reason
  return `${record.kind} ${numberOf(record)} ${own[record.kind]}`
}

/** So that records weigh what their bodies do. */
function bytesOf(record: NewRecord): Buffer[] {
  switch (record.kind) {
    case 'entry': {
      const { request, response } = record.entry
      return [request.body.bytes, ...(response === null ? [] : [response.body.bytes])]
    }
    case 'intent':
      return [record.intent.request.body.bytes]
    case 'chunk':
      return [record.chunk.bytes]
    case 'unrecorded':
      return []
  }
}

/** What was sealed by any of these journals: a key of it may have been in a spool in between. */
const SEALED = new Map<string, NewRecord>()

function unsealed({ json }: SealedRecord): NewRecord {
  return SEALED.get(json)!
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
