import { setTimeout as delay } from 'node:timers/promises'
import type { JournalWriter } from '../journal/contract.ts'
import type { NewEntry } from '../journal/entry.ts'
import { Problem, messageOf } from '../journal/problem.ts'
import type { Exclusion } from './policy.ts'

// Group commit. While one statement is being committed, entries gather; the next statement takes
// all of them. A lone entry waits for nobody, and under load a commit is shared by as many as
// arrived meanwhile, so there is no timer and no batch size to choose. One statement is in flight
// at a time, which keeps the journal in the order in which the exchanges ended.

/** An entry that has no number yet: it gets one when it is recorded. */
export type Unnumbered = Omit<NewEntry, 'number'>

export interface RecorderCounts {
  forwarded: number
  recorded: number
  inDoubt: number
  lost: number
  excluded: Partial<Record<Exclusion, number>>
}

export interface Recorder {
  /** Whether a mutation may be forwarded now: whether its entry could be made durable. */
  readonly isReady: boolean
  readonly counts: Readonly<RecorderCounts>
  /** Counts an exchange that is left unrecorded. */
  exclude(reason: Exclusion): void
  /** Calls back when the entry is durable, or with the reason why it is not and will not be. */
  record(entry: Unnumbered, done: (failure: Problem | null) => void): void
  /** Waits for what is queued, then stops. */
  close(): Promise<void>
}

export interface RecorderOptions {
  stream: string
  /** The recorder's UUID. */
  id: string
  journal: JournalWriter
  /** How long an entry waits for PostgreSQL before its client is cut off, in ms. */
  commitTimeout: number
  /** Beyond this a commit counts as stuck, and no further mutations are let in, in ms. */
  slowCommit: number
  onProblem: (message: string) => void
}

interface Waiting {
  entry: NewEntry
  bytes: number
  since: number
  done: (failure: Problem | null) => void
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { journal, stream, id } = options
  const counts: RecorderCounts = { forwarded: 0, recorded: 0, inDoubt: 0, lost: 0, excluded: {} }
  const queue: Waiting[] = []
  let lastNumber = 0
  let away: Problem | null = null
  let appendingSince = 0
  /** So many at the head of the queue go one by one: one of them cannot be stored, and must not
   *  take the others with it. */
  let suspects = 0
  let working: Promise<void> | null = null
  let closing = false

  journal.onBroken((problem) => {
    if (away !== null || closing) return
    leave(problem)
    working ??= work()
  })

  const recorder: Recorder = {
    get isReady() {
      if (away !== null) return false
      return appendingSince === 0 || performance.now() - appendingSince < options.slowCommit
    },
    counts,
    exclude(reason) {
      counts.forwarded++
      counts.excluded[reason] = (counts.excluded[reason] ?? 0) + 1
    },
    record(entry, done) {
      counts.forwarded++
      const numbered: NewEntry = { ...entry, number: ++lastNumber }
      queue.push({ entry: numbered, bytes: bytesOf(numbered), since: performance.now(), done })
      working ??= work()
    },
    async close() {
      closing = true
      await working
    },
  }
  return recorder

  async function work(): Promise<void> {
    while (queue.length > 0 || (away !== null && !closing)) {
      if (away !== null) await waitForJournal(away)
      else await appendBatch(suspects > 0 ? queue.splice(0, 1) : takeBatch(queue))
    }
    working = null
  }

  async function appendBatch(batch: Waiting[]): Promise<void> {
    const failure = await append(batch.map(({ entry }) => entry))
    if (failure === null) {
      suspects = Math.max(0, suspects - batch.length)
      for (const waiting of batch) settle(waiting, null)
    } else if (failure.retryable) {
      queue.unshift(...batch)
      leave(failure)
    } else if (batch.length === 1) {
      suspects = Math.max(0, suspects - 1)
      settle(batch[0]!, failure)
    } else {
      queue.unshift(...batch)
      suspects = batch.length
    }
  }

  function leave(problem: Problem): void {
    away = problem
    options.onProblem(
      `the journal is away, mutations are refused until it is back: ${problem.message}`,
    )
  }

  /** A statement that says nothing for so long counts as away: it is repeated, which does no harm. */
  async function append(entries: NewEntry[]): Promise<Problem | null> {
    appendingSince = performance.now()
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(stuck(options.commitTimeout)), options.commitTimeout)
    })
    try {
      await Promise.race([journal.append(stream, id, entries), silence])
      return null
    } catch (error) {
      return asProblem(error)
    } finally {
      clearTimeout(timer)
      appendingSince = 0
    }
  }

  async function waitForJournal(problem: Problem): Promise<void> {
    giveUpOverdue(problem)
    try {
      await journal.check()
      away = null
      options.onProblem('the journal is back')
    } catch (error) {
      away = asProblem(error)
      await delay(250)
    }
  }

  function giveUpOverdue(problem: Problem): void {
    const limit = performance.now() - options.commitTimeout
    for (const waiting of queue.splice(0)) {
      if (waiting.since <= limit) settle(waiting, problem)
      else queue.push(waiting)
    }
  }

  function settle(waiting: Waiting, failure: Problem | null): void {
    if (failure !== null) {
      counts.lost++
      const { method, target } = waiting.entry.request
      options.onProblem(
        `entry ${waiting.entry.number} is lost (${method} ${target}): ${failure.message}`,
      )
    } else if (waiting.entry.verdict === 'in_doubt') counts.inDoubt++
    else counts.recorded++
    waiting.done(failure)
  }
}

const MAX_BATCH_ENTRIES = 512
const MAX_BATCH_BYTES = 16 * 1024 * 1024

/** Takes what fits in one statement, at least one. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0
  let n = 0
  while (n < queue.length && n < MAX_BATCH_ENTRIES) {
    bytes += queue[n]!.bytes
    if (n > 0 && bytes > MAX_BATCH_BYTES) break
    n++
  }
  return queue.splice(0, n)
}

function bytesOf({ request, response }: NewEntry): number {
  return request.body.bytes.length + (response?.body.bytes.length ?? 0)
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem('journal_refused', messageOf(error), { source: 'internal', cause: error })
}

function stuck(limit: number): Problem {
  return new Problem('journal_unreachable', `PostgreSQL has said nothing for ${limit} ms`, {
    source: 'journal',
    retryable: true,
  })
}
