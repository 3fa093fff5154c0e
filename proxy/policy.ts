import type { Delivery, Verdict } from '../journal/entry.ts'
import type { StatusRange } from '../journal/filter.ts'
import { pathOf } from '../journal/entry.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'
import { bearsValues } from './bearing.ts'
import { newCookies } from './cookie-pairs.ts'

/** What is recorded, as the settings say it. */
export interface Policy {
  recording: 'on' | 'off'
  /** Methods that are recorded; `unsafe` is all that RFC 9110 section 9.2.1 does not call safe. */
  methods: ReadonlySet<string> | 'unsafe' | 'all'
  /** Answers that are recorded. */
  statuses: readonly StatusRange[]
  /** Says whether a path is left out. */
  isExcluded: (path: string) => boolean
  /** Query parameter that opts a request out with the value 0, or null for no such thing. */
  optOutParameter: string | null
  /** What is done with requests that a replayer marked. */
  replayed: 'unrecorded' | 'recorded'
  context: ContextRules
}

/** Which reads and refusals are kept, though they change nothing. */
export interface ContextRules {
  /** Says whether they are, by the path, whatever the answer. */
  isChosen: (path: string) => boolean
  /** `remembered`: others too, once a recorded request uses what they produced. */
  others: 'remembered' | 'let_go'
}

/** Whether a read or a refusal becomes an entry: now, once a recorded request uses it, or not at all. */
export type ContextDecision = 'at_once' | 'if_used' | 'no'

/** Why an exchange is left unrecorded. The first five are known before it is forwarded. */
export type Exclusion =
  | 'recording_off'
  | 'method'
  | 'path'
  | 'opted_out'
  | 'replay_mark'
  | 'status'
  | 'not_delivered'
  | 'grpc_stream'

/** Why no answer came, or none that says what was done. `answer_missing`: whoever recorded it has none. */
export type DoubtCause =
  | 'upstream_timeout'
  | 'upstream_reset'
  | 'client_gone'
  | 'grpc_undecided'
  | 'answer_missing'

/**
 * How an exchange ended, as far as the policy must know.
 * `delivery` is what the upstream may have had of a request whose answer does not tell.
 */
export type Outcome =
  | { kind: 'answered'; status: number }
  | { kind: 'unanswered'; cause: DoubtCause; delivery: 'nothing' | Exclude<Delivery, 'unknown'> }

export type Decision = Recorded | { record: null; exclusion: Exclusion }

export interface Recorded {
  record: Verdict
  cause: DoubtCause | null
  delivery: Delivery | null
}

/** The field that a replayer sends with every request: `Reprise-Replay: run/entry`. */
export const REPLAY_MARK = 'reprise-replay'

interface RequestHead {
  method: string
  target: string
  fields: RawFields
}

/** Decides from the request alone; null means that it is to be recorded, if its answer is. */
export function exclusionOf(policy: Policy, request: RequestHead): Exclusion | null {
  if (policy.recording === 'off') return 'recording_off'
  if (!isRecordedMethod(policy, request.method)) return 'method'
  return exclusionBut(policy, request)
}

/** What excludes a request apart from its method. */
function exclusionBut(policy: Policy, request: RequestHead): Exclusion | null {
  if (policy.isExcluded(pathOf(request.target))) return 'path'
  if (optsOut(policy.optOutParameter, request.target)) return 'opted_out'
  if (policy.replayed === 'unrecorded' && fieldValue(request.fields, REPLAY_MARK) !== undefined) {
    return 'replay_mark'
  }
  return null
}

/** Whether a request that was excluded by its method may become context: a read that nothing else excludes. */
export function isRead(policy: Policy, request: RequestHead): boolean {
  return isSafe(request.method) && exclusionBut(policy, request) === null
}

/**
 * Decides of a read, or of a request that `decide` leaves unrecorded for its status, once its answer
 * has begun. Only a refusal is known to have changed nothing.
 */
export function contextOf(
  { context }: Policy,
  { method, target, fields }: RequestHead,
  answer: { status: number; fields: RawFields },
): ContextDecision {
  const { status } = answer
  if (status >= 500 || (status < 400 && !isSafe(method))) return 'no'
  if (context.isChosen(pathOf(target))) return 'at_once'
  if (newCookies(fields, answer.fields).length > 0) return 'at_once'
  return context.others === 'remembered' && bearsValues(answer.fields) ? 'if_used' : 'no'
}

/** Decides of an exchange that `exclusionOf` did not exclude, once it has ended. */
export function decide(policy: Policy, outcome: Outcome): Decision {
  if (outcome.kind === 'unanswered') {
    const { cause, delivery } = outcome
    if (delivery === 'nothing') return { record: null, exclusion: 'not_delivered' }
    // Part of it may be enough for an upstream that acts on a body while it streams.
    return { record: 'in_doubt', cause, delivery }
  }
  const { status } = outcome
  if (!policy.statuses.some(({ from, to }) => from <= status && status <= to)) {
    return { record: null, exclusion: 'status' }
  }
  return { record: status < 400 ? 'applied' : 'failed', cause: null, delivery: null }
}

function isRecordedMethod({ methods }: Policy, method: string): boolean {
  if (methods === 'all') return true
  return methods === 'unsafe' ? !isSafe(method) : methods.has(method)
}

/** Whether a method asks for no change (RFC 9110 section 9.2.1). */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method)
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

function optsOut(parameter: string | null, target: string): boolean {
  if (parameter === null) return false
  const query = target.indexOf('?')
  return (
    query !== -1 &&
    target
      .slice(query + 1)
      .split('&')
      .includes(`${parameter}=0`)
  )
}
