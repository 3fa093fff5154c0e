import type { Journal } from '../journal/contract.ts'
import type { VerifiedRules } from '../journal/compactions.ts'
import { Problem } from '../journal/problem.ts'
import { fromCheckpoint } from '../replayer/checkpoints.ts'
import { digestOf } from '../replayer/compacting/rules.ts'
import { compareStates, type Restored } from '../replayer/compacting/same-state.ts'
import { guardedLookup } from '../replayer/guarded-lookup.ts'
import { makePlan, type Plan } from '../replayer/plan.ts'
import { untilHealthy } from '../replayer/reproduce/health.ts'
import { reset } from '../replayer/reproduce/reset.ts'
import type { RunSummary } from '../replayer/run.ts'
import type { LedgerPlace } from '../replayer/run/resume.ts'
import { planLine, runLines } from '../replayer/show.ts'
import type { StateVerdict } from '../replayer/state/compare-state.ts'
import { probeLines } from '../replayer/state/state-view.ts'
import { takeState } from '../replayer/state/take-state.ts'
import { openClient } from '../wire/open-client.ts'
import { actor } from './actor.ts'
import { pinsOf } from './alias-settings.ts'
import { EXIT, type Surroundings } from './command.ts'
import type { CompactCommandSettings } from './compact-command-settings.ts'
import { printJson } from './looking-settings.ts'
import { lineWidth } from './plan-run.ts'
import { probeFieldsOf, probesOf } from './probe-settings.ts'
import { requireAllowed } from './allowance.ts'
import { readRules } from './performing.ts'
import { perform } from './replay-run.ts'
import type { StateRules } from './replay-verify.ts'
import { upstreamTls } from './tls-settings.ts'

/** What a verification works with. */
interface Stage {
  journal: Journal
  settings: CompactCommandSettings
  surroundings: Surroundings
  ledger: LedgerPlace
  rules: StateRules
}

/** Restores two fresh backends, the one from everything, and holds their states against each other. */
export async function verifyCompaction(
  journal: Journal,
  stream: string,
  settings: CompactCommandSettings,
  surroundings: Surroundings,
  ledger: LedgerPlace,
): Promise<number> {
  const stage: Stage = { journal, settings, surroundings, ledger, rules: await readRules(settings) }
  const [whole, compacted] = await bothPlans(journal, stream, settings)
  const first = settings['base-url']!
  const targets = [first, settings['second-url'] ?? first] as const
  for (const target of targets) requireAllowed(target, whole.recordedTargets, settings)
  const restored: Restored[] = []
  const runs: RunSummary[] = []
  for (const [i, plan] of [whole, compacted].entries()) {
    surroundings.stderr.write(planLine(plan))
    const summary = await restoreOne(plan, targets[i]!, stage)
    runs.push(summary)
    if (!settings.json) surroundings.stdout.write(runLines(summary))
    if (!isWhole(summary)) return unrestored(summary, stream, stage)
    const state = await stateOf(targets[i]!, stream, stage)
    restored.push({ run: { stream, id: summary.run }, state })
  }
  const verdict = await compareStates(journal, restored[0]!, restored[1]!, {
    compare: stage.rules.compare,
    aliases: pinsOf(stage.rules.aliases),
  })
  return conclude(verdict, whole, compacted, runs, stage)
}

/** Rejects with `rules_unproven` where a rule would leave out nothing: nothing would be shown of it. */
async function bothPlans(
  journal: Journal,
  stream: string,
  settings: CompactCommandSettings,
): Promise<[whole: Plan, compacted: Plan]> {
  const inDoubt = settings['in-doubt']
  const selection = await fromCheckpoint(journal, { stream, filter: {}, inDoubt })
  const whole = await makePlan(journal, selection)
  const { texts } = digestOf(settings['compact-rules'])
  const compacted = await makePlan(journal, { ...selection, ...whole.selection, compact: texts })
  const { byRule } = compacted.compaction!
  const idle = texts.filter((text) => !byRule.has(text))
  if (idle.length === 0) return [whole, compacted]
  throw new Problem(
    'rules_unproven',
    `nothing of ${stream} is left out by ${idle.map((text) => `'${text}'`).join(', ')}: nothing would be shown of it`,
    {
      source: 'user',
      hint: 'see reprise plan --compact; leave such rules away until something was recorded for them',
    },
  )
}

async function restoreOne(plan: Plan, target: URL, stage: Stage): Promise<RunSummary> {
  const { journal, settings, surroundings, ledger, rules } = stage
  await makeFresh(target, stage)
  const wished = { plan, target, mode: 'all' } as const
  const { summary } = await perform(journal, wished, rules, settings, surroundings, ledger)
  return summary
}

/** By the reset that was given; without one it is fresh as it is. */
async function makeFresh(target: URL, { settings, surroundings }: Stage): Promise<void> {
  const { reset: how, 'allow-target': allowed } = settings
  const { signal } = surroundings
  if (how === undefined) return
  const tls = upstreamTls(settings)
  await reset(how, {
    ...{ timeout: settings['reset-timeout'], tls, signal },
    ...(how.kind === 'request' && { lookup: guardedLookup(how.url, allowed) }),
  })
  const lookup = guardedLookup(target, allowed)
  const within = settings['health-timeout']
  await untilHealthy({ target, tls, lookup, probe: settings.health, within, signal })
}

function stateOf(target: URL, stream: string, { settings, surroundings }: Stage) {
  const client = openClient(target, {
    lookup: guardedLookup(target, settings['allow-target']),
    ...{ tls: upstreamTls(settings), http2: settings['upstream-http2'] },
  })
  return takeState(probesOf(settings), {
    ...{ stream, target, client, fields: probeFieldsOf(settings), timeout: settings.timeout },
    signal: surroundings.signal,
  }).finally(() => client.destroy())
}

/** Answers that differ do not count: their numbers and moments are others where less was sent. */
function isWhole({ state, outcomes }: RunSummary): boolean {
  const { failed = 0, in_doubt: inDoubt = 0, skipped = 0 } = outcomes
  return state === 'done' && failed + inDoubt + skipped === 0
}

function unrestored(summary: RunSummary, stream: string, { settings, surroundings }: Stage) {
  const why = `run ${summary.run} did not send all that was planned, with success`
  surroundings.stderr.write(`nothing was verified: ${why}; was the backend fresh?\n`)
  if (settings.json) printJson(surroundings, { stream, verified: null, outcome: 'failed', why })
  return summary.state === 'interrupted' ? EXIT.interrupted : EXIT.failed
}

async function conclude(
  verdict: StateVerdict,
  whole: Plan,
  compacted: Plan,
  runs: readonly RunSummary[],
  stage: Stage,
): Promise<number> {
  const { settings, surroundings } = stage
  const { stdout } = surroundings
  const line = lineWidth(stdout) ?? Infinity
  const lines = verdict.probes.flatMap((one) => probeLines(one, line))
  const noted = await noteVerdict(verdict, whole, compacted, runs, stage)
  if (settings.json) {
    const { outcome } = verdict
    const probes = verdict.probes.map(({ probe, outcome, why }) => ({ probe, outcome, why }))
    const ids = runs.map(({ run }) => run)
    printJson(surroundings, { stream: whole.stream, outcome, probes, runs: ids, verified: noted })
  } else {
    const { left } = compacted.compaction!
    const words = {
      restored: `verified: the state is the same without ${left.size} of ${whole.planned} entries`,
      differs: 'not verified: the states differ',
      unknown: 'not verified: not everything was asked and compared',
    }[verdict.outcome]
    stdout.write([...lines, words].map((text) => `${text}\n`).join(''))
  }
  return { restored: EXIT.ok, differs: EXIT.differs, unknown: EXIT.failed }[verdict.outcome]
}

/** What was verified before, and turns out to make a difference, loses its word. */
async function noteVerdict(
  { outcome }: StateVerdict,
  { stream, filter, planned }: Plan,
  { compaction }: Plan,
  [whole, compacted]: readonly RunSummary[],
  { journal, settings }: Stage,
): Promise<VerifiedRules | null> {
  const { texts: rules, digest } = digestOf(settings['compact-rules'])
  if (outcome === 'unknown') return null
  const by = actor()
  const runs = { wholeRun: whole!.run, compactRun: compacted!.run }
  await journal.noteDeed({
    ...{ ...by, action: 'verify_rules', stream },
    detail: { digest, outcome, ...runs },
  })
  if (outcome === 'differs') {
    await journal.withdrawVerified(stream, digest)
    return null
  }
  return journal.noteVerified({
    ...{ stream, digest, rules, entry: filter.idTo ?? 0, planned },
    ...{ leftOut: compaction!.left.size, ...runs, verifiedBy: by.who },
  })
}
