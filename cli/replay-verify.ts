import { guardedLookup } from '../replayer/guarded-lookup.ts'
import type { Journal } from '../journal/contract.ts'
import type { AliasRules } from '../replayer/aliases/rules.ts'
import type { CompareRules } from '../replayer/compare/rules.ts'
import type { Plan } from '../replayer/plan.ts'
import type { RunSummary } from '../replayer/run.ts'
import { verifyState, type VerifiedState } from '../replayer/state/verify-state.ts'
import { openClient } from '../wire/open-client.ts'
import { pinsOf } from './alias-settings.ts'
import { EXIT } from './command.ts'
import { probeFieldsOf, probesOf } from './probe-settings.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { upstreamTls } from './tls-settings.ts'

/** By what the state is judged after a run. */
export interface StateRules {
  compare: CompareRules
  aliases: AliasRules | 'as_recorded'
}

/** The backend's state after a run that reached its end. Null: nobody asked for it, or it did not. */
export async function stateAfter(
  journal: Journal,
  { run, stream, state }: RunSummary,
  { target, plan }: { target: URL; plan: Plan },
  rules: StateRules,
  settings: ReplaySettings,
  { say, signal }: { say: (message: string) => void; signal: AbortSignal },
): Promise<VerifiedState | null> {
  const probes = probesOf(settings)
  if (probes.length === 0) return null
  if (state !== 'done') {
    say('the state was not asked for: the run did not reach its end')
    return null
  }
  const client = openClient(target, {
    lookup: guardedLookup(target, settings['allow-target']),
    ...{ tls: upstreamTls(settings), http2: settings['upstream-http2'] },
  })
  const { until } = plan.filter
  return verifyState(journal, {
    ...{ stream, target, client, probes, signal, timeout: settings.timeout },
    ...{ fields: probeFieldsOf(settings), rules: rules.compare },
    explanation: { run: { stream, id: run }, rules: pinsOf(rules.aliases) },
    ...(until !== undefined && { until }),
  }).finally(() => client.destroy())
}

/** What is worse counts: that it could not be asked, or that something failed, before what differs. */
export function withState(code: number, state: VerifiedState | null): number {
  if (state === null || state.outcome === 'restored') return code
  if (code !== EXIT.ok && code !== EXIT.differs) return code
  return state.outcome === 'differs' ? EXIT.differs : EXIT.failed
}
