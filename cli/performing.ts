import { guardedLookup } from '../replayer/guarded-lookup.ts'
import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { messageOf } from '../journal/problem.ts'
import type { Plan } from '../replayer/plan.ts'
import { replay, type RunOptions, type RunSummary } from '../replayer/run.ts'
import type { LedgerPlace } from '../replayer/run/resume.ts'
import type { HookModule } from '../replayer/sending/hook-module.ts'
import { readAliasRules } from './alias-settings.ts'
import { requireAllowed } from './allowance.ts'
import { readCompareRules } from './compare-settings.ts'
import { orderRules } from './order-settings.ts'
import type { ReplaySettings } from './replay-settings.ts'
import type { StateRules } from './replay-verify.ts'
import { sendingRules } from './sending-rules.ts'
import { upstreamTls, upstreamTlsWarnings } from './tls-settings.ts'
import { openSpans } from './tracing.ts'

/** What a run is made of beside its settings, and who looks on. */
export interface Performance extends Pick<RunOptions, 'ask' | 'onAttempt' | 'onWanted' | 'signal'> {
  plan: Plan
  target: URL
  actor: Actor
  rules: StateRules
  ledger?: LedgerPlace | undefined
  /** In the place of the one that settings name. */
  hook?: HookModule | undefined
  say: (message: string) => void
}

/** Reads the files of rules. Throws a Problem that names everything wrong in one. */
export async function readRules(settings: ReplaySettings): Promise<StateRules> {
  const compare = await readCompareRules(settings)
  return { compare, aliases: await readAliasRules(settings) }
}

/** Sends what a plan says as settings say, whoever asked for it. */
export async function performRun(
  journal: Journal,
  settings: ReplaySettings,
  { plan, target, actor, rules, ledger, hook, say, ...watching }: Performance,
): Promise<RunSummary> {
  const sending = await sendingRules(settings, {
    folder: process.cwd(),
    entry: (id) => journal.entry(id, 'opened'),
  })
  const allowance = requireAllowed(target, plan.recordedTargets, settings)
  const host = settings['host-header']
  for (const warning of upstreamTlsWarnings(settings, target)) say(warning)
  const spans = await openSpans(settings, { 'reprise.component': 'replay' })
  const summary = await replay(journal, plan, {
    ...{ target, actor },
    lookup: guardedLookup(target, settings['allow-target']),
    tls: upstreamTls(settings),
    http2: settings['upstream-http2'],
    host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
    timeout: settings.timeout,
    incomplete: settings['incomplete-bodies'],
    ...rules,
    sending: hook === undefined ? sending : { ...sending, hook },
    lanes: settings.lanes,
    order: orderRules(settings),
    onFailure: settings['skip-request-errors'] ? 'continue' : 'stop',
    onDifference: settings['on-difference'],
    ...(ledger && { ledger }),
    ...(spans && { traceRun: spans.traceRun }),
    ...(settings.resume !== undefined && {
      resume: { run: settings.resume, inFlight: settings['in-flight'] },
    }),
    ...watching,
  })
  await spans?.close().catch((error: unknown) => say(`spans are lost: ${messageOf(error)}`))
  return summary
}
