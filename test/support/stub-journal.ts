import type { JournalWriter } from '../../journal/contract.ts'
import type { NewEntry } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'

/** A journal in memory whose appends the test rules over. */
export interface StubJournal extends JournalWriter {
  /** What was stored, statement by statement. */
  batches: NewEntry[][]
  /** All that was stored, once each. */
  entries(): NewEntry[]
  /** Resolves when so many entries are stored. */
  stored(count: number): Promise<NewEntry[]>
  /** From now on appends wait until `release`. */
  hold(): void
  release(): void
  /** Resolves when an append of this number (from 1) was asked for. */
  asked(append: number): Promise<readonly NewEntry[]>
  /** From now on appends and checks reject as if PostgreSQL were gone. */
  leave(): void
  /** The same, and an idle connection tells of it. */
  breakOff(): void
  comeBack(): void
  /** Entries that are refused for good. */
  isPoison: (entry: NewEntry) => boolean
}

export function stubJournal(): StubJournal {
  const asks: (readonly NewEntry[])[] = []
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
    entries: () => stub.batches.flat(),
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
    enrol: () => Promise.resolve(null),
    retire: () => Promise.resolve(),
    async check() {
      if (away) throw gone()
    },
    async append(_stream, _recorder, entries) {
      asks.push(entries)
      changed()
      if (gate !== null) await gate.promise
      if (away) throw gone()
      if (entries.some((entry) => stub.isPoison(entry))) {
        throw new Problem('journal_refused', 'poison', { source: 'journal' })
      }
      stub.batches.push([...entries])
      changed()
    },
  }
  return stub
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
