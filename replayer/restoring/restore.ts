import { setTimeout as pause } from 'node:timers/promises'
import type { Journal } from '../../journal/contract.ts'
import type { Actor } from '../../journal/deed.ts'
import type { Claim, Epoch, EpochEnding } from '../../journal/epochs.ts'
import { Problem } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { restoreSelection } from '../compacting/restoring.ts'
import type { CompactRule } from '../compacting/rules.ts'
import { blankAnew, type Resetting } from './blank-anew.ts'
import { doubtOf, endingOf, failedEnding, unclearOf, type Prevented, type Went } from './ending.ts'
import { hold, isLost, type Holding } from './holding.ts'
import { proveState, type Proving } from './prove.ts'
import { RestoredLife, type LifeOptions } from './restored-life.ts'
import { Tries } from './tries.ts'
import { makePlan, selectionOf, type InDoubt, type Selection } from '../plan.ts'
import { replay, type RunOptions } from '../run.ts'
import type { SendingRules } from '../sending/sending.ts'
import type { InFlight } from '../run/resume.ts'

/** How the state of a backend is put back. */
export interface RestoreOptions extends Omit<LifeOptions, 'journal' | 'sending'> {
  journal: Journal
  inDoubt: InDoubt
  /** What makes entries needless, where it was verified for the stream. Default: nothing does. */
  compact?: readonly CompactRule[]
  /** What becomes of requests that were under way when another process that restored was killed. */
  inFlight: InFlight
  /** What makes the backend blank where nobody can say how far a restore came; null: nothing. */
  resetting: Resetting | null
  /** Whether clients are let in where answers differ from those that were recorded. */
  differs: 'open' | 'shut'
  /** Whether they are where it failed. */
  failed: 'open' | 'shut'
  /** So often in a row it may get no further, where requests cannot be delivered. */
  tries: number
  /** What is asked after it, to prove that the state is back; null: nothing. */
  proving: Proving | null
  actor: Actor
  sending: Omit<
    RunOptions,
    | 'target'
    | 'signal'
    | 'ending'
    | 'actor'
    | 'onFailure'
    | 'onDifference'
    | 'check'
    | 'guard'
    | 'resume'
    | 'undelivered'
    | 'onBegun'
  >
  say: Say
}

/** How long others are waited for before that is said, in ms. */
const WORTH_SAYING = 1_000

/** How often it is looked whether what is waited for has come, in ms; and where it would be told of. */
const PACE = 50
const TOLD_PACE = 1_000

/** What came of it; `over`: the epoch is somebody else's, or the backend lost its state again. */
export type Restored = EpochEnding | 'over' | 'interrupted'

/**
 * Restores an epoch that was claimed, and ends it. Resolves with what came of it; what broke it is told as
 * the ending `failed`. Where the signal is aborted, the claim is let go, for another to go on.
 */
export async function restoreEpoch(
  claim: Claim,
  epoch: Epoch,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<Restored> {
  const { journal, say } = options
  const holding = hold(journal, claim, epoch.run)
  const either = AbortSignal.any([signal, holding.lost])
  const late = lateAfter(signal)
  const cut = AbortSignal.any([holding.lost, late.signal])
  try {
    await untilAllKeepTo(epoch, options, either)
    const ended = await carryOut(epoch, holding, options, cut, signal)
    await holding.end()
    if (ended === 'over') return 'over'
    const isOpen = ended.outcome === 'failed' && options.failed === 'open'
    const ending: EpochEnding = isOpen ? { ...ended, phase: 'open' } : ended
    await journal.endEpoch(claim, ending)
    return ending
  } catch (error) {
    await holding.end()
    if (isLost(error) || holding.lost.aborted) return 'over'
    if (!signal.aborted) throw error
    await journal.keepClaim(claim, 0, null).catch(() => {})
    say(`epoch ${epoch.number}: the restore is left for another to go on`)
    return 'interrupted'
  } finally {
    late.clear()
  }
}

/** How long requests that are under way may take once an end was asked for, in ms. */
const LEAVING = 5_000

function lateAfter(ending: AbortSignal): { signal: AbortSignal; clear(): void } {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const wait = () => (timer = setTimeout(() => late.abort(ending.reason), LEAVING))
  if (ending.aborted) wait()
  else ending.addEventListener('abort', wait, { once: true })
  return {
    signal: late.signal,
    clear() {
      clearTimeout(timer)
      ending.removeEventListener('abort', wait)
    },
  }
}

/** Sends what was recorded, again and again where the backend goes away meanwhile and stays the same. */
async function carryOut(
  epoch: Epoch,
  holding: Holding,
  options: RestoreOptions,
  signal: AbortSignal,
  ending: AbortSignal,
): Promise<EpochEnding | 'over'> {
  const life = new RestoredLife(epoch, options)
  const either = AbortSignal.any([signal, ending])
  const tries = new Tries(options.tries)
  for (;;) {
    if ((await life.untilThere(either)) === 'over') return 'over'
    const went = await run(life, holding, options, signal, ending)
    signal.throwIfAborted()
    ending.throwIfAborted()
    const doubt = doubtOf(went, options) ?? unclearOf(went)
    const { resetting } = options
    if (doubt !== null && resetting !== null) {
      holding.check()
      const reset = await blankAnew(epoch, doubt, { ...options, resetting }, ending)
      if (reset === 'over') return 'over'
      return { phase: 'failed', outcome: 'failed', detail: reset.failed }
    }
    if ('why' in went) return { phase: 'failed', outcome: 'failed', detail: went.why }
    const ended =
      went.state === 'done'
        ? await proven(went, life, epoch, options, signal)
        : await brokenOff(went, life, options, either)
    if (ended !== null) return ended
    const wait = tries.next(Object.values(went.outcomes).reduce((sum, n) => sum + n, 0))
    if (wait === null) return failedEnding(went, options)
    const why = went.stoppedBy?.result.detail ?? 'the backend was away'
    options.say(`epoch ${epoch.number}: ${why}; it goes on in ${wait / 1000} s`, 'warn')
    await pause(wait, undefined, { signal: either })
  }
}

async function proven(
  went: Went,
  life: RestoredLife,
  epoch: Epoch,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<EpochEnding | 'over'> {
  const proof = await proveState(epoch, went.run, options, signal)
  const { signs } = options
  // Behind a proof, too: what was asked may have been another life by then.
  if (proof !== null || (signs.length > 0 && !life.isAsked)) {
    const { seen, isAnother } = await life.look(signal)
    if (isAnother) return life.lose(seen)
  }
  return endingOf(went, proof, options)
}

/** Of a run that did not come to its end; null: it may go on with the rest. */
async function brokenOff(
  went: Went,
  life: RestoredLife,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<EpochEnding | 'over' | null> {
  const { seen, isAnother } = await life.look(signal)
  if (isAnother) return life.lose(seen)
  const undelivered = went.stoppedBy?.undelivered ?? null
  if (seen.kind === 'away' || undelivered === 'refused') {
    if (life.isKnownBack) return null
    // Nothing else would tell that it is another one.
    return (await life.untilBack(signal)) === 'over' ? 'over' : null
  }
  return undelivered === null || life.isEmptied(seen) ? failedEnding(went, options) : null
}

/** One run, or what was left of one; or what prevented it. */
async function run(
  life: RestoredLife,
  holding: Holding,
  options: RestoreOptions,
  signal: AbortSignal,
  ending: AbortSignal,
): Promise<Went | Prevented> {
  const { journal, target, inDoubt, inFlight, actor, sending, compact = [], say } = options
  const { stream } = holding.claim
  const before = holding.run === null ? null : await journal.run(holding.run)
  // Its process was killed behind the end of it.
  if (before?.state === 'done') {
    const { sending: _, ...outcomes } = before.outcomes
    return { run: before.id, state: 'done', outcomes, stoppedBy: null }
  }
  try {
    const selection =
      before === null
        ? await restoreSelection(journal, { stream, filter: {}, inDoubt }, compact, say)
        : goneOnWith(selectionOf(before), inDoubt)
    const plan = await makePlan(journal, selection)
    return await replay(journal, plan, {
      ...sending,
      ...(!life.isKnownBack && { sending: sentOnce(sending.sending) }),
      ...{ target, actor, onFailure: 'stop', onDifference: 'continue', signal, ending },
      ...{ undelivered: 'withdrawn', ...life.check(holding) },
      ...(before !== null && { resume: { run: before.id, inFlight, failed: 'again' } }),
      guard: () => holding.check(),
      onBegun: (id) => holding.note(id),
    })
  } catch (error) {
    if (!(error instanceof Problem) || error.retryable || isLost(error)) throw error
    return { why: error.message, isDoubt: error.code === 'run_in_doubt' }
  }
}

/** What stopped it may be decided since; a decision that was made stays, whoever goes on. */
function goneOnWith(selection: Selection, inDoubt: InDoubt): Selection {
  return inDoubt === 'stop' ? selection : { ...selection, inDoubt }
}

/** One that takes no connection may be gone: the next try could be for another that nothing tells apart. */
function sentOnce(rules: SendingRules): SendingRules {
  return { ...rules, retry: { ...rules.retry, retries: 0 } }
}

/** Every recorder that keeps to epochs has nothing of an earlier one left, so that the plan has all. */
async function untilAllKeepTo(
  { stream, number }: Epoch,
  { journal, say }: RestoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now()
  let told = ''
  let wake = () => {}
  const watch = journal.watchEpochs(stream, () => wake())
  try {
    for (;;) {
      const over = new AbortController()
      wake = () => over.abort()
      const { behind, without } = await journal.behindEpoch(stream, number)
      // That it takes a moment goes without saying.
      const isLong = performance.now() - began > WORTH_SAYING
      const words = waitingWords(isLong ? behind : [], without)
      if (words !== told && words !== '') say(`epoch ${number}: ${words}`, 'warn')
      told = words
      if (behind.length === 0) return
      const either = AbortSignal.any([signal, over.signal])
      await pause(watch.isTold ? TOLD_PACE : PACE, undefined, { signal: either }).catch(() => {})
      signal.throwIfAborted()
    }
  } finally {
    await watch.close()
  }
}

function waitingWords(behind: readonly string[], without: readonly string[]): string {
  const words: string[] = []
  if (behind.length > 0) words.push(`waits for what recorders still have (${behind.join(', ')})`)
  if (without.length > 0) {
    words.push(
      `nobody keeps the clients away of recorders without --restore (${without.join(', ')})`,
    )
  }
  return words.join('; ')
}

/** For whoever shows it. */
export function restoredWords(restored: Restored): string {
  if (restored === 'over') return 'another process restores it, or the backend lost its state again'
  if (restored === 'interrupted') return 'interrupted'
  return restored.detail === null ? restored.outcome : `${restored.outcome}: ${restored.detail}`
}
