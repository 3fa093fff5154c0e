import { guardedLookup } from '../replayer/guarded-lookup.ts'
import type { Journal } from '../journal/contract.ts'
import { STATUS_ONLY, type CompareRules } from '../replayer/compare/rules.ts'
import { makePlan } from '../replayer/plan.ts'
import type { FailurePlan } from '../replayer/reproduce/reproduce.ts'
import type { RunOptions } from '../replayer/run.ts'
import { actor } from './actor.ts'
import type { Surroundings } from './command.ts'
import { readAliasRules } from './alias-settings.ts'
import { sendingRules } from './sending-rules.ts'
import { readCompareRules } from './compare-settings.ts'
import { requireAllowed } from './allowance.ts'
import { failureSelection, type FailureSettings } from './reproduce-settings.ts'
import { upstreamTls, upstreamTlsWarnings } from './tls-settings.ts'

export interface FailureRun {
  plan: FailurePlan
  /** One entry after the other, in the order of the stream: so that two runs do the same. */
  options: RunOptions
}

/** What is to be sent again, and how. Throws a Problem for an entry, a file or a target that is none. */
export async function failureRun(
  journal: Journal,
  settings: FailureSettings,
  onFailure: RunOptions['onFailure'],
  { signal }: Surroundings,
  log: (message: string) => void,
): Promise<FailureRun> {
  const compare = rulesBy(settings, await readCompareRules(settings))
  const target = settings['base-url']!
  const entry = await journal.entry(settings.entry!)
  const plan = await makePlan(journal, failureSelection(entry.stream, settings))
  const allowance = requireAllowed(target, plan.recordedTargets, settings)
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const host = settings['host-header']
  return {
    plan: { ...plan, upTo: entry },
    options: {
      ...{ target, compare, onFailure, signal, onDifference: 'continue' },
      actor: actor(),
      lookup: guardedLookup(target, settings['allow-target']),
      tls: upstreamTls(settings),
      http2: settings['upstream-http2'],
      host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
      timeout: settings.timeout,
      incomplete: settings['incomplete-bodies'],
      order: { concurrency: 1, window: 256, tolerance: 50_000 },
      lanes: [],
      aliases: await readAliasRules(settings),
      sending: await sendingRules(settings, {
        folder: process.cwd(),
        entry: (id) => journal.entry(id, 'opened'),
      }),
    },
  }
}

function rulesBy(settings: FailureSettings, rules: CompareRules): CompareRules {
  return settings['failure-by'] === 'status' ? STATUS_ONLY : rules
}
