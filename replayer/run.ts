import type { Agent } from 'node:http'
import type { AttemptOutcome, AttemptResult, Journal, RunState } from '../journal/contract.ts'
import type { Entry, EntrySummary } from '../journal/entry.ts'
import { describeFilter } from '../journal/filter.ts'
import { keepAliveAgent } from '../wire/request.ts'
import { compare } from './compare.ts'
import { entriesOf, type Plan } from './plan.ts'
import { NoAnswer, send } from './send.ts'

/** What somebody who is asked about one request answers. */
export type Choice = 'yes' | 'no' | 'all' | 'quit'

export interface RunOptions {
  target: URL
  /** See Sending. */
  host: 'recorded' | 'target'
  timeout: number
  /** What a failed attempt does to the run. */
  onFailure: 'stop' | 'continue'
  /** Asked before each request, until `all`. Without it nobody is asked. */
  ask?: (entry: Entry, position: number) => Promise<Choice>
  /** Told of each attempt. */
  onAttempt?: (attempt: FinishedAttempt) => void
  /** Ends the run after what is under way: that is given up and noted as in doubt. */
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
  const run = await journal.startRun({
    stream: plan.stream,
    target: options.target.origin,
    selection: describeFilter(plan.filter),
    planned: plan.planned,
  })
  const agent = keepAliveAgent(options.target, { maxSockets: 1 })
  const outcomes: Partial<Record<AttemptOutcome, number>> = {}
  let stoppedBy: FinishedAttempt | null = null
  let state: RunState = 'interrupted'
  let ask = options.ask
  let position = 0
  try {
    state = 'done'
    for await (const summary of entriesOf(journal, plan)) {
      const entry = await journal.entry(summary.id)
      const choice = (await ask?.(entry, position)) ?? 'yes'
      if (options.signal.aborted) state = 'interrupted'
      else if (choice === 'quit') state = 'stopped'
      if (state !== 'done') break
      if (choice === 'all') ask = undefined
      const result = choice === 'no' ? DECLINED : await attempt(entry)
      const finished = { position: position++, entry: summary, result }
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1
      options.onAttempt?.(finished)
      if (options.signal.aborted) state = 'interrupted'
      else if (stops(result) && options.onFailure === 'stop') state = 'stopped'
      if (state === 'done') continue
      if (stops(result)) stoppedBy = finished
      break
    }
  } catch (error) {
    state = 'stopped'
    throw error
  } finally {
    agent.destroy()
    await journal.endRun(plan.stream, run, state)
  }
  const { stream, planned } = plan
  return { run, stream, target: options.target.origin, planned, state, outcomes, stoppedBy }

  async function attempt(entry: Entry): Promise<AttemptResult> {
    await journal.startAttempt(plan.stream, run, position, entry.id)
    const result = await sendAndCompare(entry, agent, `${run}/${entry.id}`, options)
    await journal.endAttempt(plan.stream, run, position, result)
    return result
  }
}

const DECLINED: AttemptResult = { outcome: 'skipped', detail: 'declined', answer: null }

function stops({ outcome }: AttemptResult): boolean {
  return outcome === 'failed' || outcome === 'in_doubt'
}

async function sendAndCompare(
  entry: Entry,
  agent: Agent,
  mark: string,
  options: RunOptions,
): Promise<AttemptResult> {
  if (entry.requestCapture !== 'complete') {
    const detail = `its body was ${entry.requestCapture} when it was recorded: it is not sent`
    return { outcome: 'failed', detail, answer: null }
  }
  try {
    const { target, timeout, host, signal } = options
    return compare(entry, await send(entry, { target, agent, timeout, host, mark, signal }))
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return error.sent === 'nothing'
      ? { outcome: 'failed', detail: `not delivered: ${error.message}`, answer: null }
      : { outcome: 'in_doubt', detail: `no answer: ${error.message}`, answer: null }
  }
}
