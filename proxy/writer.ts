import type { Say } from '../telemetry/log.ts'
import { setTimeout as delay } from 'node:timers/promises'
import type { JournalWriter, SealedRecord } from '../journal/contract.ts'
import { messageOf, Problem } from '../journal/problem.ts'
import { asProblem } from './as-problem.ts'
import type { Commits } from './commits.ts'
import { drainSpool } from './drain.ts'
import { beginHandover, type Handover } from './handover.ts'
import { inTime, journalSilent, spoolSilent } from './in-time.ts'
import { MAX_BATCH_BYTES, MAX_BATCH_RECORDS, Queue, type Draft, type Waiting } from './queue.ts'
import type { OwnedRecord, Spool } from './spool.ts'

// Group commit. While one statement is being committed, records gather; the next statement takes
// all of them. A lone record waits for nobody, and under load a commit is shared by as many as
// arrived meanwhile, so there is no timer and no batch size to choose. One statement is in flight
// at a time, which keeps the journal in the order in which the exchanges ended.
//
// When PostgreSQL is away, or takes longer than `slowCommit`, the same batches go to the spool, the
// one that was under way with them: should its statement have come through after all, doing it
// again changes nothing. From then on everything goes to the spool, until that has been moved to
// the journal, so that order holds and nobody waits for PostgreSQL before it has caught up.

export interface WriterOptions {
  stream: string
  journal: JournalWriter
  spool: Spool | null
  /** From when on a commit counts as stuck, in ms. */
  slowCommit: number
  /** How long a record may wait for a place where it is durable before who waits is told, in ms. */
  commitTimeout: number
  /** The recorder that this process is now; records of another are of a former one. */
  currentId: () => string
  /** Called when PostgreSQL is reached again, before anything is appended. */
  onReached: () => Promise<void>
  /** Called when something was spooled, or moved from there. */
  onSpoolChanged: () => void
  /** Called when all of the spool has been moved, before anything is appended beside it. */
  onDrained: () => Promise<void>
  /** Called when the recorder was closed by another: it must have a new id when it resolves. */
  onFenced: () => Promise<void>
  commits: Commits
  /** Told of a record that is durable now. */
  onStored: (record: SealedRecord) => void
  /** Told of a record that nobody can store, and where it waited. */
  onRefused: (owned: OwnedRecord, from: 'memory' | 'spool', problem: Problem) => void
  say: Say
}

export interface Writer {
  /** `direct`: records go to PostgreSQL. `spooling`: to the spool, or wait where there is none. */
  readonly mode: 'direct' | 'spooling'
  /** Whether a record that comes now can be expected to find a durable place. */
  readonly hasRoom: boolean
  /** What waits in memory. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Why PostgreSQL cannot be written to, or null. */
  readonly away: Problem | null
  /** Why the spool cannot be written to, or null. */
  readonly blocked: Problem | null
  write(recorder: string, draft: Draft, done: Waiting['done']): void
  /** Somebody noticed that PostgreSQL is away. */
  leave(problem: Problem): void
  /** Stores what waits, and moves what is in the spool, until `deadline` ms have passed. */
  close(deadline: number): Promise<void>
}

/** `start`: where it begins; `spooling` where PostgreSQL is not reached yet or the spool holds something. */
export function createWriter(options: WriterOptions, start: Writer['mode']): Writer {
  const { journal, stream, spool, commits, say } = options
  const queue = new Queue((record) => journal.seal(record))
  /** So many records, and so many bytes, that a batch of them fits in an empty spool. */
  const batchLimits = [
    MAX_BATCH_RECORDS,
    Math.min(MAX_BATCH_BYTES, (spool?.limit ?? Infinity) / 4),
  ] as const
  const stop = new AbortController()
  let mode: Writer['mode'] = 'direct'
  let away: Problem | null = null
  let blocked: Problem | null = null
  let appendingSince = 0
  /** So many at the head of the queue go one by one: one of them cannot be stored, and must not
   *  take the others with it. */
  let suspects = 0
  let working: Promise<void> | null = null
  let returning: Promise<void> | null = null
  /** While the last of the spool is moved, what comes waits for a moment instead of adding to it. */
  let handover: Handover | null = null
  let spooling: Promise<void> | null = null
  let probing: Promise<void> | null = null

  const writer: Writer = {
    get mode() {
      return mode
    },
    get hasRoom() {
      if (spool !== null) return mode === 'direct' || (blocked === null && hasReserve(spool))
      if (mode === 'spooling') return false
      return appendingSince === 0 || performance.now() - appendingSince < options.slowCommit
    },
    get waiting() {
      return queue.length
    },
    get waitingBytes() {
      return queue.bytes
    },
    get away() {
      return away
    },
    get blocked() {
      return blocked
    },
    write(recorder, draft, done) {
      queue.push(recorder, draft, done)
      working ??= work()
    },
    leave,
    async close(deadline) {
      // What is in the spool is safe there: a PostgreSQL that is away is not waited for.
      const patience = queue.length === 0 && away !== null ? Math.min(deadline, 2_000) : deadline
      const timer = setTimeout(() => stop.abort(), patience)
      await Promise.all([working, returning])
      stop.abort()
      await probing
      clearTimeout(timer)
      while (queue.length > 0) {
        const batch = queue.take(...batchLimits)
        const place = spool === null ? Promise.reject(away ?? ended()) : toSpool(spool, batch)
        await place.catch((error: unknown) => {
          for (const item of batch) refuse(item, asProblem(error))
        })
      }
    },
  }
  if (start === 'spooling') beginReturn()
  return writer

  function leave(problem: Problem): void {
    if (mode === 'spooling' || stop.signal.aborted) return
    const what = spool === null ? 'mutations are refused' : 'entries go to the spool'
    say(`the journal is away, ${what} until it is back: ${problem.message}`, 'warn', {
      code: problem.code,
    })
    away = problem
    beginReturn()
  }

  function beginReturn(): void {
    mode = 'spooling'
    returning ??= comeBack().finally(() => (returning = null))
  }

  async function work(): Promise<void> {
    while (queue.length > 0 && !stop.signal.aborted) {
      if (handover !== null) await Promise.race([handover.over, delay(options.slowCommit)])
      const batch = suspects > 0 ? queue.take(1, Infinity) : queue.take(...batchLimits)
      if (mode === 'direct') await writeToJournal(batch)
      else await writeToSpool(batch)
    }
    working = null
  }

  async function writeToJournal(batch: Waiting[]): Promise<void> {
    const { recorder } = batch[0]!
    appendingSince = performance.now()
    const failure = await append(
      recorder,
      batch.map(({ record }) => record),
      // Without a spool there is nothing better to do than to wait.
      spool === null ? options.commitTimeout : options.slowCommit,
    )
    appendingSince = 0
    if (failure === null) {
      suspects = Math.max(0, suspects - batch.length)
      for (const item of batch) finish(item)
    } else if (failure.code === 'recorder_fenced') {
      queue.putBack(batch)
      await options.onFenced().catch((error: unknown) => leave(asProblem(error)))
    } else if (failure.retryable) {
      queue.putBack(batch)
      leave(failure)
    } else if (batch.length === 1) {
      suspects = Math.max(0, suspects - 1)
      refuse(batch[0]!, failure)
    } else {
      queue.putBack(batch)
      suspects = batch.length
    }
  }

  async function writeToSpool(batch: Waiting[]): Promise<void> {
    try {
      if (spool === null) throw away ?? ended()
      spooling = toSpool(spool, batch)
      // At once: who moves the spool waits for what is on its way, not for the next try.
      await spooling.finally(() => (spooling = null))
      suspects = 0
    } catch (error) {
      queue.putBack(batch)
      const problem = asProblem(error)
      if (spool !== null) {
        if (blocked === null) say(`entries cannot be spooled: ${problem.message}`, 'error')
        blocked = problem
      }
      for (const item of queue.overdue(options.commitTimeout)) giveUp(item, problem)
      await pause(RETRY_SPOOL)
      probing ??= probe()
    }
  }

  async function toSpool(to: Spool, batch: Waiting[]): Promise<void> {
    const limit = Math.min(options.commitTimeout, SLOW_SPOOL)
    const began = performance.now()
    await inTime(to.append(batch), limit, spoolSilent(limit))
    commits.spooled(began)
    options.onSpoolChanged()
    for (const item of batch) finish(item)
  }

  /**
   * Looks whether the spool has room again. That it took something small says little: mutations are
   * let in on it, and theirs may be large.
   */
  async function probe(): Promise<void> {
    while (spool !== null && blocked !== null && !stop.signal.aborted) {
      await pause(PROBE_SPOOL)
      await spool.check().then(
        () => unblock(),
        (error: unknown) => (blocked = asProblem(error)),
      )
    }
    probing = null
  }

  function unblock(): void {
    if (blocked !== null) say('the spool takes entries again', 'info')
    blocked = null
  }

  /** A statement that says nothing for so long counts as away; its answer is not waited for. */
  async function append(
    recorder: string,
    records: SealedRecord[],
    limit: number,
  ): Promise<Problem | null> {
    const as = recorder === options.currentId() ? 'open' : 'former'
    const began = performance.now()
    try {
      await heard(journal.append(stream, recorder, records, as), limit)
      commits.committed(records.length, began)
      return null
    } catch (error) {
      commits.journalFailures++
      return asProblem(error)
    }
  }

  function heard<T>(work: Promise<T>, limit: number): Promise<T> {
    return inTime(work, limit, journalSilent(limit), stop.signal)
  }

  async function comeBack(): Promise<void> {
    let attempt = 0
    while (!stop.signal.aborted) {
      try {
        await heard(journal.check(), SLOW_CHECK)
        await heard(options.onReached(), SLOW_CHECK)
        await moveSpool()
        away = null
        blocked = null
        mode = 'direct'
        say('the journal is back', 'info')
        return
      } catch (error) {
        const problem = asProblem(error)
        if (away?.message !== problem.message) say(`not back yet: ${problem.message}`)
        away = problem
        await pause(backoff(attempt++))
      } finally {
        handover?.release()
        handover = null
      }
    }
  }

  /** Done when there is nothing in the spool, and nothing on its way to it. */
  async function moveSpool(): Promise<void> {
    while (spool !== null && (spool.records > 0 || spooling !== null)) {
      await spooling?.catch(() => {})
      await drainSpool(spool, {
        append: (recorder, records) => append(recorder, records, SLOW_MOVE),
        onFenced: options.onFenced,
        onRefused: (owned, problem) => options.onRefused(owned, 'spool', problem),
        onMoved: options.onSpoolChanged,
        onNearEnd: () => (handover ??= beginHandover()),
        signal: stop.signal,
      })
      if (stop.signal.aborted) throw ended()
    }
    await heard(options.onDrained(), SLOW_CHECK)
    if (spool !== null && (spool.records > 0 || spooling !== null)) await moveSpool()
  }

  function finish(item: Waiting): void {
    options.onStored(item.record)
    if (item.state === 'waited_for') tell(item, null)
  }

  /** What a client's connection does must not keep the others from being told. */
  function tell({ done }: Pick<Waiting, 'done'>, problem: Problem | null): void {
    try {
      done(problem)
    } catch (error) {
      say(`an answer could not be let go: ${messageOf(error)}`, 'error')
    }
  }

  /** The record stays: it may be stored all the same. */
  function giveUp(item: Pick<Waiting, 'state' | 'done'>, problem: Problem): void {
    item.state = 'given_up'
    tell(item, problem)
  }

  function refuse(item: Waiting, problem: Problem): void {
    options.onRefused(item, 'memory', problem)
    if (item.state === 'waited_for') tell(item, problem)
  }

  async function pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: stop.signal }).catch(() => {})
  }
}

/** How long a batch may take to be synced in the spool, in ms. */
const SLOW_SPOOL = 5_000

/** How long it may take to see that PostgreSQL is back, in ms. */
const SLOW_CHECK = 5_000

/** How long a batch that moves from the spool to the journal may take, in ms. */
const SLOW_MOVE = 15_000

/** How long a spool that took nothing is left alone, in ms. */
const RETRY_SPOOL = 100

/** How often a spool that took nothing is tried where nothing waits for it, in ms. */
const PROBE_SPOOL = 1_000

/** Room that is kept for what is under way when no further mutations are let in. */
function hasReserve({ bytes, limit }: Spool): boolean {
  return bytes < limit - Math.min(limit / 8, 32 * 1024 * 1024)
}

function ended(): Problem {
  return new Problem('journal_unreachable', 'the recorder ended before it was stored', {
    source: 'internal',
  })
}

/** From a tenth of a second, doubling, to five seconds, each time a little different. */
function backoff(attempt: number): number {
  return Math.min(100 * 2 ** attempt, 5_000) * (0.75 + Math.random() / 2)
}
