/**
 * What the command line does, for programs: `startRecorder` records, `replay` sends again, `journal` reads.
 *
 *     import { startRecorder, replay } from 'reprise'
 *
 *     await using recorder = await startRecorder({ upstream: 'http://127.0.0.1:3000' })
 *     // what is to be recorded goes to recorder.url
 *     const run = await replay({ from: recorder, to: 'http://127.0.0.1:3001' })
 *     if (!run.ok) console.error(run.report)
 *
 * Nothing here is global: nothing is read from the environment, no handler of signals is installed, the
 * process is never ended, and what is open is closed by `close()` or `await using`.
 */
export { openDatabase } from './database.ts'
export type { Database, DatabaseOptions, DatabaseSource } from './database.ts'
export { startRecorder } from './recorder.ts'
export type { Recorder, RecorderOptions } from './recorder.ts'
export { replay } from './replay.ts'
export type { ReplayOptions } from './replay.ts'
export type { ExportOptions } from './export.ts'
export type { FileSource, ReplaySource, StreamSource } from './sources.ts'
export type { Outcome, ReplayAttempt, ReplayDifference, ReplayRun } from './run.ts'
export { journal } from './journal.ts'
export type { Audit, JournalOptions, StreamJournal } from './journal.ts'
export type { RecordedEntry, RecordedMessage, RecordedRequest, RecordedResponse } from './entry.ts'
export type { Filter } from './filter.ts'
export type { Log } from './log.ts'
export type { Duration, MoreSettings, SettingValue } from './options.ts'
export { Problem, PROBLEMS } from '../journal/problem.ts'
export type { ProblemCode, ProblemSource } from '../journal/problem.ts'
export type { Capture, Settlement, Verdict } from '../journal/entry.ts'
export type { Hook } from '../replayer/sending/hook.ts'
