import { Histogram } from '../telemetry/histogram.ts'

/** In seconds: from a disk that answers at once to one that counts as stuck. */
const COMMIT_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Up to what a batch holds at most. */
const BATCH_RECORDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** The statements with which a recorder appended to its journal, and its batches to the spool. */
export class Commits {
  /** In seconds, of those that were committed. */
  readonly journalSeconds = new Histogram(COMMIT_SECONDS)
  readonly journalRecords = new Histogram(BATCH_RECORDS)
  /** Those that were refused, or said nothing in time. */
  journalFailures = 0
  /** In seconds, until the disk had it. */
  readonly spoolSeconds = new Histogram(COMMIT_SECONDS)

  /** `began`: of `performance.now()`. */
  committed(records: number, began: number): void {
    this.journalSeconds.observe((performance.now() - began) / 1000)
    this.journalRecords.observe(records)
  }

  spooled(began: number): void {
    this.spoolSeconds.observe((performance.now() - began) / 1000)
  }
}
