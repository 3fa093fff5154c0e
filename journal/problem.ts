/**
 * Every error that reprise answers, prints or exits with has one of these codes. Callers match
 * the code, never the text.
 */
export const PROBLEMS = {
  settings_invalid: 'a setting, flag or file is not as expected',
  journal_unreachable: 'PostgreSQL cannot be reached',
  journal_newer: 'the schema is newer than this program knows',
  journal_missing: 'the schema is not there yet',
  journal_refused: 'PostgreSQL refused a statement',
  recorder_fenced: 'another recorder took this one for dead and closed it',
  spool_unavailable: 'the spool cannot be used',
  body_damaged: 'a recorded body is not what its digest says',
  stream_unknown: 'no stream of that name',
  entry_unknown: 'no entry of that id',
  selection_empty: 'the filter of a replay matches nothing',
  doubt_none: 'the entry is not in doubt',
  service_ending: 'the service is about to end',
  run_unknown: 'no run of that id',
  run_driven: 'another process drives this run',
  run_undriven: 'nobody drives this run',
  run_limit: 'as many runs are driven as may be',
  run_over: 'the run is at its end',
  run_in_doubt: 'requests of the run may have been in flight when its process ended',
  checkpoint_unknown: 'no checkpoint of that number, or nothing that one could stand at',
  rules_unproven: 'nothing shows that rules of compaction make no difference',
  epoch_unknown: 'no recorder of the stream keeps to epochs',
  epoch_open: 'the backend has its state, as far as is known',
  epoch_lost: 'the restore of an epoch was taken over, or the epoch is over',
  embedded_unavailable: 'the embedded PostgreSQL cannot be started',
  host_refused: 'the request names a host that this service does not answer for',
  worker_failed: 'a worker process ended before it served',
  listen_failed: 'the address cannot be listened on',
  target_away: 'the replay target does not answer',
  reset_failed: 'the replay target was not reset',
  target_not_allowed: 'the replay target was not named as allowed',
  login_failed: 'the login of a replay was not answered as one',
  hook_failed: 'a hook module cannot be used, or failed',
  input_invalid: 'the request is not as expected',
  address_unknown: 'there is nothing at this address',
  method_refused: 'the address does not take this method',
  input_too_large: 'more was sent than is taken',
  requests_exceeded: 'too many requests of one client are under way',
  streams_exceeded: 'as many event streams are open as may be',
  credentials_missing: 'the request does not show who asks',
  credentials_wrong: 'the credentials are not known here',
  role_insufficient: 'whoever asks may not do this',
  origin_refused: 'the request may be the doing of a page of another site',
  file_invalid: 'a file is not as its format expects',
  file_damaged: 'a journal file was cut short, or is not what its digests say',
  file_sealed: 'no key that is known opens the secrets of a journal file',
  file_unusable: 'a file cannot be read or written',
  stream_taken: 'the stream holds other recordings',
  command_failed: 'the command that is to be tested ended, or did not get ready',
  failures_exceeded: 'too many wrong credentials came from this address',
} as const

export type ProblemCode = keyof typeof PROBLEMS

export const CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** With these the schema is not what this program knows. */
export const CODES_OF_SCHEMA: ReadonlySet<ProblemCode> = new Set([
  'journal_missing',
  'journal_newer',
])

/** Where the cause lies. */
export type ProblemSource = 'user' | 'downstream' | 'upstream' | 'journal' | 'internal'

export interface ProblemOptions {
  source: ProblemSource
  /** Whether the same call may succeed later with nothing changed. Default: it may not. */
  retryable?: true
  /** What to do about it, in one sentence. */
  hint?: string
  cause?: unknown
}

/** An error with a stable code, its source, and what to do. `message` says what happened where. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly source: ProblemSource
  readonly retryable: boolean
  readonly hint: string | undefined

  constructor(code: ProblemCode, message: string, options: ProblemOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.source = options.source
    this.retryable = options.retryable ?? false
    this.hint = options.hint
  }
}

/** The message of anything thrown, for a line of text. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a system or driver error (`ECONNREFUSED`, `57P03`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
