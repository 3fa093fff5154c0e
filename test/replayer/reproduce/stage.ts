import { lookup } from 'node:dns'
import type { Entry } from '../../../journal/entry.ts'
import type { Journal } from '../../../journal/contract.ts'
import { NO_RULES } from '../../../replayer/aliases/rules.ts'
import { PLAIN_SENDING } from '../../../replayer/sending/sending.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import type { Values } from '../../../replayer/order/placing.ts'
import { makePlan, type Selection } from '../../../replayer/plan.ts'
import type { FailurePlan } from '../../../replayer/reproduce/reproduce.ts'
import type { RunOptions } from '../../../replayer/run.ts'

/** As without flags. */
export function runOptions(url: string, changes: Partial<RunOptions> = {}): RunOptions {
  return {
    ...{ target: new URL(url), host: 'recorded', timeout: 20_000, incomplete: 'fail' },
    lookup,
    actor: { who: 'tester', role: null, means: 'command_line', address: null },
    order: { concurrency: 1, window: 256, tolerance: 50_000 },
    ...{ sending: PLAIN_SENDING, lanes: [], aliases: NO_RULES },
    ...{ compare: DEFAULT_RULES, onFailure: 'stop', onDifference: 'continue' },
    signal: new AbortController().signal,
    ...changes,
  }
}

export async function planUpTo(
  journal: Journal,
  stream: string,
  id: number,
  changes: Partial<Selection> = {},
): Promise<FailurePlan> {
  const selection = { stream, filter: {}, inDoubt: 'stop', upTo: id } as const
  const plan = await makePlan(journal, { ...selection, ...changes })
  return { ...plan, upTo: plan.upTo! }
}

/** The ids of things of `startBackend`: who made one, and who uses it. */
export function thingsOf({ method, target, requestBody, responseBody }: Entry): Values {
  const [, kind, id = ''] = target.split('/')
  if (kind !== 'things') return { uses: [], produces: [] }
  const { to } = JSON.parse(requestBody.toString() || '{}') as { to?: string }
  const isMaking = method === 'POST' && id === ''
  const { thing } = JSON.parse(responseBody?.toString() || '{}') as { thing?: { id: string } }
  return {
    uses: [id, to ?? ''].filter((one) => one !== ''),
    produces: isMaking && thing !== undefined ? [thing.id] : [],
  }
}
