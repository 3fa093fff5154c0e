import type { Say } from '../telemetry/log.ts'
import type { JournalWriter } from '../journal/contract.ts'
import type { RecorderClock } from './clock.ts'
import { drainSpool } from './drain.ts'
import type { Identity } from './identity.ts'
import { sayClosed } from './lease.ts'
import { forgetLedger, type LedgerPage } from './ledger.ts'
import { abandonedSlots, journalOf, setJournal, type Slot } from './slots.ts'
import type { OwnedRecord } from './spool.ts'
import { asProblem } from './as-problem.ts'
import type { Micros } from '../journal/entry.ts'
import { Problem } from '../journal/problem.ts'

export interface EnrolmentOptions {
  journal: JournalWriter
  stream: string
  identity: Identity
  clock: RecorderClock
  lease: number
  /** Where spools are, and the slot of this process; null where there are none. */
  spoolDir: string
  slot: Slot | null
  onRefused: (record: OwnedRecord, problem: Problem) => void
  say: Say
}

/** How the journal comes to know this recorder, and how those before it ended. */
export interface Enrolment {
  /** Makes this recorder known, if it is not yet. Rejects with a Problem. */
  enrol: () => Promise<void>
  /** Tells how those before it in its slot ended, once all that they had spooled is in the journal. */
  closeFormer: () => Promise<void>
  /** Goes on as a new recorder, after another one closed this one. */
  succeed: () => Promise<void>
  /** Whether the journal knows this recorder. */
  isKnown: () => boolean
  /** Moves to the journal what processes that are gone left in other slots. */
  adopt: (signal: AbortSignal) => Promise<void>
}

export function createEnrolment(options: EnrolmentOptions): Enrolment {
  const { journal, stream, identity, clock, slot, lease, say } = options
  const former = slot === null ? [] : slot.predecessors.map((page) => deadOf(page, slot, say))
  let known = ''
  let succeeding: Promise<void> | null = null

  const enrolment: Enrolment = {
    async enrol() {
      if (known === identity.id) return
      const { id } = identity
      const { journal: reached, latest } = await journal.enrol(identity.info, lease)
      if (slot !== null && known === '') {
        requireJournal(slot, reached)
        await enrolAll(slot)
      }
      await passBy(latest)
      known = id
    },
    closeFormer: () => closeEach(former),
    isKnown: () => known === identity.id,
    succeed: () =>
      (succeeding ??= succeed().finally(() => {
        succeeding = null
      })),
    async adopt(signal) {
      for await (const abandoned of abandonedSlots(options.spoolDir, stream, slot, say)) {
        try {
          const isOurs = slot === null || journalOf(abandoned) === journalOf(slot)
          if (isOurs) await adoptSlot(abandoned, signal)
        } finally {
          await abandoned.spool.close()
        }
      }
    },
  }
  return enrolment

  async function succeed(): Promise<void> {
    if (known === identity.id) {
      say('another recorder took this one for dead and closed it: it goes on under a new id')
      former.push({ ...identity.succeed(clock.now()), how: 'succeeded' })
    }
    await enrolment.enrol()
    // Not the dead: what those had spooled may not be moved yet.
    await closeEach(former.filter(({ how }) => how === 'succeeded'))
  }

  async function closeEach(ended: readonly FormerRecorder[]): Promise<void> {
    for (const one of [...ended]) {
      sayClosed(await journal.closeEnded(stream, one, identity.id), say)
      if (slot !== null) forgetLedger(slot.folder, one.id)
      former.splice(former.indexOf(one), 1)
    }
  }

  /** Those who recorded without ever having reached PostgreSQL must be known before their records. */
  async function enrolAll(from: Slot): Promise<void> {
    for (const { info } of from.predecessors) await journal.enrol(info, 0)
  }

  async function adoptSlot(abandoned: Slot, signal: AbortSignal): Promise<void> {
    const { spool, folder, predecessors } = abandoned
    const count = spool.records
    const ended = predecessors.map((page) => deadOf(page, abandoned, say))
    await enrolAll(abandoned)
    await drainSpool(spool, {
      append: (recorder, records) =>
        journal.append(stream, recorder, records, 'former').then(() => null, asProblem),
      onFenced: () => Promise.resolve(),
      onRefused: options.onRefused,
      onMoved: () => {},
      onNearEnd: () => {},
      signal,
    })
    if (signal.aborted) return
    for (const one of ended) {
      sayClosed(await journal.closeEnded(stream, one, identity.id), say)
      forgetLedger(folder, one.id)
    }
    say(`moved ${count} records from the spool that another process left in ${folder}`, 'info')
  }

  async function passBy(last: Micros | null): Promise<void> {
    const ahead = last === null ? 0 : await clock.passBy(last)
    if (ahead <= 1_000_000) return
    say(
      `the clock is ${(ahead / 1e6).toFixed(1)} s behind the journal's last entry: ` +
        'recorded times run ahead of it by that much, so that the order holds',
    )
  }
}

interface FormerRecorder {
  id: string
  lastNumber: number
  how: 'dead' | 'damaged' | 'succeeded'
}

/** A spool that ends before its ledger says so was damaged: then a missing number proves nothing. */
function deadOf(page: LedgerPage, { spool, folder }: Slot, say: Say): FormerRecorder {
  const { info, lastNumber, spooled, moved } = page
  const missing = spooled - Math.max(moved, spool.next)
  if (missing > 0)
    say(`${missing} spooled records are missing in ${folder}: the disk did not keep them`)
  return { id: info.id, lastNumber, how: missing > 0 ? 'damaged' : 'dead' }
}

/** What was spooled for one journal must not be moved to another. */
function requireJournal(slot: Slot, reached: string): void {
  const known = journalOf(slot)
  if (known !== null && known !== reached && slot.spool.records > 0) {
    throw new Problem(
      'spool_unavailable',
      `the spool ${slot.folder} holds ${slot.spool.records} records for another journal`,
      {
        source: 'user',
        hint: 'start once with the database they are for, or use another --spool-dir',
      },
    )
  }
  setJournal(slot, reached)
}
