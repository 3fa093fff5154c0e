import type { SealedRecord } from '../journal/contract.ts'
import type { Problem } from '../journal/problem.ts'
import type { OwnedRecord, Spool, SpooledRecord } from './spool.ts'

export interface DrainOptions {
  /** Appends records of one recorder; answers why it failed, or null. */
  append: (recorder: string, records: SealedRecord[]) => Promise<Problem | null>
  /** Called when the recorder was closed by another, before what it had is appended as a former one's. */
  onFenced: () => Promise<void>
  /** Told of a record that nobody can store. */
  onRefused: (record: OwnedRecord, problem: Problem) => void
  /** Called when some of it is in the journal and gone from the spool. */
  onMoved: () => void
  /** Called when little is left: from then on nothing more should come. */
  onNearEnd: () => void
  signal: AbortSignal
}

const BATCH_RECORDS = 512
const BATCH_BYTES = 8 * 1024 * 1024

/**
 * Moves a spool to the journal, in order; done when it is empty. A batch is removed when it is
 * durable in the journal: after a crash in between it is appended again, which changes nothing.
 * Throws the Problem that stopped it.
 */
export async function drainSpool(spool: Spool, options: DrainOptions): Promise<void> {
  while (!options.signal.aborted) {
    if (spool.records <= 2 * BATCH_RECORDS) options.onNearEnd()
    const batch = await spool.peek(BATCH_RECORDS, BATCH_BYTES)
    if (batch.length === 0) return
    for (const records of byRecorder(batch)) {
      await appendAll(records, options)
      await spool.drop(records)
      options.onMoved()
    }
  }
}

/** One that cannot be stored must not take the others with it: then each goes by itself. */
async function appendAll(records: readonly SpooledRecord[], options: DrainOptions): Promise<void> {
  const { recorder } = records[0]!
  const failure = await options.append(
    recorder,
    records.map(({ record }) => record),
  )
  if (failure === null) return
  if (failure.code === 'recorder_fenced') {
    await options.onFenced()
    await appendAll(records, options)
  } else if (failure.retryable) throw failure
  else if (records.length === 1) options.onRefused(records[0]!, failure)
  else for (const record of records) await appendAll([record], options)
}

/** In runs of one recorder, order kept. */
function byRecorder(batch: readonly SpooledRecord[]): SpooledRecord[][] {
  const runs: SpooledRecord[][] = []
  for (const record of batch) {
    const run = runs.at(-1)
    if (run !== undefined && run[0]!.recorder === record.recorder) run.push(record)
    else runs.push([record])
  }
  return runs
}
