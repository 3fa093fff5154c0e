import type { AttemptOutcome, AttemptResult, Journal, RunState } from '../journal/contract.ts'
import type { Entry, EntrySummary } from '../journal/entry.ts'
import { describeFilter } from '../journal/filter.ts'
import { Problem } from '../journal/problem.ts'
import type { Client } from '../wire/client.ts'
import { openClient, type UpstreamHttp2 } from '../wire/open-client.ts'
import type { UpstreamTls } from '../wire/tls.ts'
import { compare } from './compare.ts'
import { entriesOf, type Plan } from './plan.ts'
import { NoAnswer } from './exchange.ts'
import { requestOf } from './sending/request-of.ts'
import { send } from './sending/send.ts'

/** What somebody who is asked about one request answers. */
export type Choice = 'yes' | 'no' | 'all' | 'quit'

export interface RunOptions {
  target: URL
  /** For a target of https; without it, its certificate is verified and it gets none of ours. */
  tls?: UpstreamTls
  /** Default: auto. */
  http2?: UpstreamHttp2
  /** See Sending. */
  host: 'recorded' | 'target'
  timeout: number
  /** What becomes of an entry whose body was not kept whole: its attempt fails, or it is left out, or what was kept is sent. */
  incomplete: 'fail' | 'skip' | 'send'
  /** What a failed attempt does to the run. */
  onFailure: 'stop' | 'continue'
  /** Asked before each request, until `all`; null: left with Ctrl-C. Without it nobody is asked. */
  ask?: (entry: Entry, position: number) => Promise<Choice | null>
  /** Told of each attempt. */
  onAttempt?: (attempt: FinishedAttempt) => void
  /** Ends the run: what is under way is given up and noted as in doubt. */
  signal: AbortSignal
}

export interface FinishedAttempt {
  /** From 0. */
  position: number
  entry: EntrySummary
  result: AttemptResult
}

export interface RunSummary {
  run: number
  stream: string
  target: string
  planned: number
  /** Requests that went out, whole or in part. */
  sent: number
  state: RunState
  outcomes: Readonly<Partial<Record<AttemptOutcome, number>>>
  /** The attempt that stopped the run, or null. */
  stoppedBy: FinishedAttempt | null
}

/**
 * Sends the entries of a plan one after the other, in the order of the stream, and notes each
 * attempt before and after it is sent.
 */
export async function replay(
  journal: Journal,
  plan: Plan,
  options: RunOptions,
): Promise<RunSummary> {
  const { stream, planned } = plan
  const target = options.target.href.replace(/\/$/, '')
  const selection = describeFilter(plan.filter)
  const run = await journal.startRun({ stream, target, selection, planned })
  const client = openClient(options.target, {
    ...(options.tls && { tls: options.tls }),
    ...(options.http2 && { http2: options.http2 }),
  })
  const tally: Tally = { position: 0, sent: 0, outcomes: {}, stoppedBy: null, underWay: null }
  const attempt = async (entry: Entry, choice: Choice): Promise<AttemptResult> => {
    await journal.startAttempt(stream, run, tally.position, entry.id)
    tally.underWay = entry.id
    const result =
      choice === 'no'
        ? DECLINED
        : await sendAndCompare(journal, entry, client, `${run}/${entry.id}`, options)
    await journal.endAttempt(stream, run, tally.position, result)
    tally.underWay = null
    return result
  }
  try {
    const state = await sendAll(journal, plan, options, attempt, tally)
    await journal.endRun(stream, run, state)
    const { sent, outcomes, stoppedBy } = tally
    return { run, stream, target, planned, sent, state, outcomes, stoppedBy }
  } catch (error) {
    // What broke the run is what must be told, not that its end could not be noted either.
    await journal.endRun(stream, run, 'stopped').catch(() => {})
    throw brokenOff(error, `run ${run}: ${tally.sent} of ${planned} were sent`, tally.underWay)
  } finally {
    client.destroy()
  }
}

/** What a run did so far. */
interface Tally {
  position: number
  sent: number
  outcomes: Partial<Record<AttemptOutcome, number>>
  stoppedBy: FinishedAttempt | null
  /** The entry whose attempt began and is not noted as ended, or null. */
  underWay: number | null
}

async function sendAll(
  journal: Journal,
  plan: Plan,
  options: RunOptions,
  attempt: (entry: Entry, choice: Choice) => Promise<AttemptResult>,
  tally: Tally,
): Promise<'done' | 'stopped' | 'interrupted'> {
  const { signal, onFailure } = options
  let ask = options.ask
  for await (const summary of entriesOf(journal, plan)) {
    const entry = await journal.entry(summary.id)
    const choice = ask === undefined ? 'yes' : await ask(entry, tally.position)
    if (signal.aborted || choice === null) return 'interrupted'
    if (choice === 'quit') return 'stopped'
    if (choice === 'all') ask = undefined
    const result = await attempt(entry, choice)
    const finished = { position: tally.position++, entry: summary, result }
    tally.outcomes[result.outcome] = (tally.outcomes[result.outcome] ?? 0) + 1
    if (result.answer !== null || result.outcome === 'in_doubt') tally.sent++
    options.onAttempt?.(finished)
    if (signal.aborted) return 'interrupted'
    if (onFailure === 'stop' && (result.outcome === 'failed' || result.outcome === 'in_doubt')) {
      tally.stoppedBy = finished
      return 'stopped'
    }
  }
  if (plan.stopsAt === null) return 'done'
  const position = tally.position
  tally.stoppedBy = { position, entry: plan.stopsAt, result: IN_DOUBT }
  return 'stopped'
}

const IN_DOUBT: AttemptResult = {
  outcome: 'skipped',
  detail:
    'it is in doubt whether the backend had applied it; settle it (reprise in-doubt), or say ' +
    '--in-doubt skip or --in-doubt send',
  answer: null,
}

const DECLINED: AttemptResult = { outcome: 'skipped', detail: 'declined', answer: null }

async function sendAndCompare(
  journal: Journal,
  entry: Entry,
  client: Client,
  mark: string,
  options: RunOptions,
): Promise<AttemptResult> {
  if (entry.requestCapture !== 'complete' && options.incomplete !== 'send') {
    const detail = `its body was ${entry.requestCapture} when it was recorded: it is not sent`
    const outcome = options.incomplete === 'skip' ? 'skipped' : 'failed'
    return { outcome, detail, answer: null }
  }
  const damage = await damageOf(journal, entry)
  if (damage !== null) return { outcome: 'failed', detail: damage, answer: null }
  try {
    const { target, timeout, host, signal } = options
    const request = await requestOf(entry, () => journal.body(entry, 'request'))
    const answer = await send(request, mark, { target, client, timeout, host, signal })
    return compare(entry, answer)
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    if (error.sent === 'something') {
      return { outcome: 'in_doubt', detail: `no answer: ${error.message}`, answer: null }
    }
    const outcome = options.signal.aborted ? 'skipped' : 'failed'
    return { outcome, detail: `not delivered: ${error.message}`, answer: null }
  }
}

/** Why its body must not be sent, or null: it is read to its end and held against its digest. */
async function damageOf(journal: Journal, entry: Entry): Promise<string | null> {
  try {
    for await (const bytes of journal.body(entry, 'request')) void bytes
    return null
  } catch (error) {
    if (error instanceof Problem && error.code === 'body_damaged') return error.message
    throw error
  }
}

/** The error that ended a run early, and how far it had come. */
function brokenOff(error: unknown, how: string, underWay: number | null): unknown {
  if (!(error instanceof Problem)) return error
  const maybe = underWay === null ? '' : `, and entry ${underWay} may have been`
  return new Problem(error.code, `${error.message} (${how}${maybe})`, {
    source: error.source,
    ...(error.retryable && { retryable: true }),
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  })
}
