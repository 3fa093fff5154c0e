import { pathOf } from '../telemetry/exchanged.ts'
import type { Say } from '../telemetry/log.ts'
import type { RecorderInfo, Standing } from '../journal/standing.ts'
import type { JournalWriter, SealedRecord } from '../journal/contract.ts'
import type { NewChunk, NewEntry, NewIntent, NewRecord } from '../journal/entry.ts'
import type { Problem } from '../journal/problem.ts'
import { namesOf } from './exchanged.ts'
import type { RecorderClock } from './clock.ts'
import { Commits } from './commits.ts'
import { countRefused, countStored, noCounts, type RecorderCounts } from './counts.ts'
import { createEnrolment, type Enrolment } from './enrolment.ts'
import { Exclusions } from './exclusions.ts'
import { healthOf, type RecorderHealth } from './health.ts'
import { Identity, type Ticket } from './identity.ts'
import { inTime, journalSilent } from './in-time.ts'
import { keepLease, sayClosed } from './lease.ts'
import { forgetLedger } from './ledger.ts'
import type { Exclusion } from './policy.ts'
import type { Waiting } from './queue.ts'
import { claimSlot, hasReachedJournal, removeSlot, type Slot } from './slots.ts'
import type { OwnedRecord } from './spool.ts'
import { asProblem } from './as-problem.ts'
import { createWriter, type Writer } from './writer.ts'

type Done = Waiting['done']

export interface Recorder {
  readonly counts: Readonly<RecorderCounts>
  readonly commits: Readonly<Commits>
  readonly health: RecorderHealth
  /** What a mutation's answer waits for. */
  readonly durability: RecorderInfo['durability']
  /** Whether mutations that can be recorded nowhere are refused, or let pass and lost. */
  readonly whenUnrecordable: RecorderInfo['whenUnrecordable']
  /** What becomes of a mutation that comes now. `lose`: it is forwarded and counted as lost. */
  admit(): 'record' | 'lose' | 'refuse'
  /** The number of a mutation that is about to be forwarded. */
  next(): Ticket
  /** Calls back when it is durable that the mutation will be forwarded. */
  announce(recorder: string, intent: NewIntent, done: Done): void
  /** Calls back when a piece of a body is durable. */
  keep(recorder: string, chunk: NewChunk, done: Done): void
  /**
   * Calls back when the entry is as durable as was chosen, or with the reason why its client must not
   * have the answer. Where mutations are let pass, it has it; the entry is stored later, or lost.
   */
  record(recorder: string, entry: EntryDraft, had: Traces, done: Done): void
  /**
   * Records what changed nothing, and nobody waits for. It takes a number now, unless it was a
   * mutation and has one.
   */
  recordContext(given: Numbered | null, entry: NumberedDraft): void
  /** Notes that something was to be context, and is not because there were enough this minute. */
  skipContext(): void
  /** Whether an entry that comes now can be expected to find a durable place. */
  readonly hasRoom: boolean
  /** The mutation gets no entry. */
  exclude(ticket: Ticket, reason: Exclusion, had: Traces): void
  /** The mutation gets no entry, though it should. */
  lose(ticket: Ticket, had: Traces): void
  /** Settles what waits, moves what is spooled, until `deadline` ms have passed; then stops. */
  close(deadline: number): Promise<void>
}

/** What tapes and context need of it. */
export type TapeRecorder = Pick<
  Recorder,
  | 'next'
  | 'announce'
  | 'keep'
  | 'record'
  | 'recordContext'
  | 'skipContext'
  | 'hasRoom'
  | 'exclude'
  | 'lose'
>

/** An entry that is made when its batch goes (see Draft). All that it is made of is settled. */
export interface EntryDraft {
  /** Of the bodies that stand in it. */
  bytes: number
  make: () => NewEntry
}

/** The same of one whose number is not known yet. */
export interface NumberedDraft {
  bytes: number
  make: (number: number) => NewEntry
}

/** A number that was given, and of which nothing was said yet. */
export interface Numbered {
  ticket: Ticket
  had: Traces
}

/** What may have been written of a mutation before it ended. */
export interface Traces {
  intent: 'announced' | 'none'
  chunks: number
}

export const NO_TRACES: Traces = { intent: 'none', chunks: 0 }

export interface RecorderOptions {
  info: Omit<RecorderInfo, 'id'>
  journal: JournalWriter
  clock: RecorderClock
  /** Where the spool is kept, and how many bytes it may hold; 0: no spool. */
  spoolDir: string
  spoolLimit: number
  /** How long this recorder may be silent before another one takes it for dead, in ms. */
  lease: number
  /** See WriterOptions. */
  slowCommit: number
  commitTimeout: number
  /** `async`: so much may wait in memory before answers wait too. */
  asyncLimit: { records: number; bytes: number }
  onProblem: Say
}

/**
 * Starts a recorder. Where PostgreSQL is away it starts all the same, if a spool of its stream was used
 * before: then it is known that the settings are right. Rejects with a Problem.
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { info, journal, clock, lease, spoolDir, onProblem: say } = options
  const { stream, durability, whenUnrecordable } = info
  const slot =
    options.spoolLimit === 0 ? null : await claimSlot(spoolDir, stream, options.spoolLimit, say)
  const identity = new Identity(info, slot?.folder ?? null, (error) =>
    say(`the ledger of numbers cannot be written: ${asProblem(error).message}`),
  )
  const counts = noCounts()
  const commits = new Commits()
  const exclusions = new Exclusions()
  let flushing: NodeJS.Timeout | null = null
  const stop = new AbortController()
  const onRefused = (
    { recorder, record }: OwnedRecord,
    from: 'memory' | 'spool',
    problem: Problem,
  ) => {
    const { kind, number } = record
    say(`${kind} ${number} is lost: ${problem.message}`, 'error', { code: problem.code, number })
    if (record.kind !== 'entry') return
    if (identity.owns(recorder)) countRefused(counts, record, from)
    exclusions.add({ recorder, number: record.number }, 'lost', 'begun')
    flushSoon('later')
  }
  const enrolment = createEnrolment({
    ...{ journal, stream, identity, clock, lease, spoolDir, slot, say },
    onRefused: (owned, problem) => onRefused(owned, 'spool', problem),
  })
  const start = await begin(enrolment, slot, options, identity)
  let adopting: Promise<void> | null = null
  const adopt = () => {
    if (slot === null || stop.signal.aborted) return
    adopting ??= enrolment
      .adopt(stop.signal)
      .catch((error: unknown) => {
        say(`a spool that another process left stays where it is: ${asProblem(error).message}`)
      })
      .finally(() => (adopting = null))
  }
  const writer = createWriter(
    {
      ...{ stream, journal, spool: slot?.spool ?? null, commits, onRefused, say },
      onStored: (record: SealedRecord) => countStored(counts, record),
      slowCommit: options.slowCommit,
      commitTimeout: options.commitTimeout,
      currentId: () => identity.id,
      onReached: enrolment.enrol,
      async onDrained() {
        await enrolment.closeFormer()
        adopt()
      },
      onSpoolChanged() {
        if (slot !== null) identity.noteSpool(slot.spool.next, slot.spool.first)
      },
      onFenced: enrolment.succeed,
    },
    start,
  )
  if (start === 'direct') adopt()
  const standing = (): Standing => ({
    lastNumber: identity.lastNumber,
    spooledRecords: slot?.spool.records ?? 0,
    spooledBytes: slot?.spool.bytes ?? 0,
  })
  const hearNoMore = journal.onBroken((problem) => writer.leave(problem))
  const heartbeat = keepLease({
    ...{ journal, stream, lease, standing, say },
    currentId: () => identity.id,
    isKnown: enrolment.isKnown,
    onClosed: adopt,
    onFenced: enrolment.succeed,
    onAway: (problem) => writer.leave(problem),
  })

  const recorder: Recorder = {
    counts,
    commits,
    durability,
    whenUnrecordable,
    get health() {
      return healthOf(writer, identity.id, slot?.spool ?? null, whenUnrecordable)
    },
    admit() {
      if (writer.hasRoom) return 'record'
      if (whenUnrecordable === 'pass') return 'lose'
      counts.refused++
      return 'refuse'
    },
    next() {
      counts.forwarded++
      return identity.next()
    },
    announce(recorder, intent, done) {
      const bytes = intent.request.body.bytes.length
      writer.write(recorder, { bytes, make: () => ({ kind: 'intent', intent }) }, done)
    },
    keep(recorder, chunk, done) {
      const bytes = chunk.bytes.length
      writer.write(recorder, { bytes, make: () => ({ kind: 'chunk', chunk }) }, done)
    },
    record(recorder, entry, had, done) {
      const draft = { bytes: entry.bytes, make: () => recordOf(entry, had) }
      if (isFree()) {
        writer.write(recorder, draft, () => {})
        done(null)
      } else writer.write(recorder, draft, orCutOff(entry, done))
    },
    recordContext(given, { bytes, make }) {
      const { ticket, had } = given ?? { ticket: recorder.next(), had: NO_TRACES }
      const entry = { bytes, make: () => make(ticket.number) }
      writer.write(ticket.recorder, { bytes, make: () => recordOf(entry, had) }, () => {})
    },
    skipContext() {
      if (counts.contextSkipped++ === 0) say(ENOUGH_CONTEXT)
    },
    get hasRoom() {
      return writer.hasRoom
    },
    exclude(ticket, reason, had) {
      counts.excluded[reason] = (counts.excluded[reason] ?? 0) + 1
      note(ticket, reason, had)
    },
    lose(ticket, had) {
      if (counts.lost++ % 1_000 === 0) {
        say(`mutations are forwarded unrecorded and are lost (${counts.lost} so far)`, 'error')
      }
      note(ticket, 'lost', had)
    },
    async close(deadline) {
      stop.abort()
      heartbeat.stop()
      hearNoMore()
      flush()
      await writer.close(deadline)
      if (adopting !== null) await inTime(adopting, LEAVING, journalSilent(LEAVING)).catch(() => {})
      await leave()
    },
  }
  return recorder

  function recordOf({ make }: EntryDraft, had: Traces): NewRecord {
    const entry = make()
    if (isTruncated(entry)) counts.truncated++
    return { kind: 'entry', entry, had: had.intent === 'announced' ? 'intent' : 'nothing' }
  }

  function note(ticket: Ticket, reason: string, had: Traces): void {
    const hasTraces = had.intent === 'announced' || had.chunks > 0
    exclusions.add(ticket, reason, hasTraces ? 'begun' : 'none')
    flushSoon(hasTraces ? 'now' : 'later')
  }

  /** `async`: whether so little waits that the answer need not. */
  function isFree(): boolean {
    return (
      durability === 'async' &&
      writer.waiting < options.asyncLimit.records &&
      writer.waitingBytes < options.asyncLimit.bytes
    )
  }

  function orCutOff({ make }: EntryDraft, done: Done): Done {
    return (failure) => {
      if (failure !== null) sayLate(make(), failure)
      done(whenUnrecordable === 'pass' ? null : failure)
    }
  }

  /** `now`: an intent is open that should not be. */
  function flushSoon(when: 'now' | 'later'): void {
    if (when === 'now') {
      if (flushing !== null) clearTimeout(flushing)
      flushing = setTimeout(flush, 0)
    } else flushing ??= setTimeout(flush, FLUSH_EVERY)
  }

  function flush(): void {
    if (flushing !== null) clearTimeout(flushing)
    flushing = null
    for (const { recorder, unrecorded } of exclusions.take()) {
      writer.write(
        recorder,
        { bytes: 0, make: () => ({ kind: 'unrecorded', unrecorded }) },
        () => {},
      )
    }
  }

  /** Without the query: it may hold secrets. */
  function sayLate({ number, request }: NewEntry, { code, message }: Problem): void {
    const { method, target, fields } = request
    const path = pathOf(target)
    const what = whenUnrecordable === 'pass' ? 'is answered all the same' : 'is cut off'
    say(
      `the client of ${method} ${path} (number ${number}) ${what}, its entry is not durable yet: ${message}`,
      'error',
      { ...namesOf(fields), code, number, method, target: path },
    )
  }

  async function leave(): Promise<void> {
    identity.close()
    const left = slot?.spool.records ?? 0
    if (left > 0) say(`${left} records stay in the spool ${slot!.folder} until the next start`)
    if (writer.mode === 'direct') {
      const retired = journal.retire(stream, identity.id, standing())
      await inTime(retired, LEAVING, journalSilent(LEAVING)).then(
        // What stays in the spool is held against it at the next start.
        () => slot !== null && left === 0 && forgetLedger(slot.folder, identity.id),
        (error: unknown) => say(asProblem(error).message),
      )
    }
    await slot?.spool.close()
  }
}

const ENOUGH_CONTEXT =
  'more reads set cookies than are recorded in a minute (--context-limit): the others are recorded ' +
  'only if a recorded request uses what they produced'

/** How long PostgreSQL may take to note that the recorder ends, in ms. */
const LEAVING = 2_000

/** How often numbers without an entry are noted in the journal, in ms. */
const FLUSH_EVERY = 1_000

/** Makes the recorder known; answers in which mode its writer starts. */
async function begin(
  enrolment: Enrolment,
  slot: Slot | null,
  { journal, info, spoolDir, onProblem: say }: RecorderOptions,
  identity: Identity,
): Promise<Writer['mode']> {
  try {
    await enrolment.enrol()
    if (slot !== null && slot.spool.records > 0) {
      say(
        `${slot.spool.records} records wait in the spool and are moved to the journal now`,
        'info',
      )
      return 'spooling'
    }
    await enrolment.closeFormer()
    sayClosed(await journal.closeExpired(info.stream, identity.id), say)
    return 'direct'
  } catch (error) {
    const problem = asProblem(error)
    // Its slot may be new, where there are more recorders than there were before.
    const isProven = slot?.history === 'used' || hasReachedJournal(spoolDir, info.stream)
    if (problem.retryable && slot !== null && isProven) {
      say(`the journal is away, entries go to the spool until it is back: ${problem.message}`)
      return 'spooling'
    }
    identity.close()
    if (slot !== null) forgetLedger(slot.folder, identity.id)
    if (slot?.history === 'new') await removeSlot(slot)
    else await slot?.spool.close()
    throw error
  }
}

function isTruncated({ request, response }: NewEntry): boolean {
  return request.body.capture === 'truncated' || response?.body.capture === 'truncated'
}
