import type { CheckpointStore } from '../../journal/checkpoints.ts'
import type { CompactionStore } from '../../journal/compactions.ts'
import type { Say } from '../../telemetry/log.ts'
import { fromCheckpoint } from '../checkpoints.ts'
import type { Selection } from '../plan.ts'
import { digestOf, type CompactRule } from './rules.ts'
import { proofOf, UNPROVEN } from './sparing.ts'

/**
 * What a restore sends: from behind the furthest checkpoint on; and where there are rules of compaction that
 * were verified for the stream, without what they leave out. Rules that were not are not used, and that is
 * said.
 */
export async function restoreSelection(
  store: CheckpointStore & CompactionStore,
  selection: Selection,
  rules: readonly CompactRule[],
  say: Say,
): Promise<Selection> {
  const { stream } = selection
  const from = await fromCheckpoint(store, selection)
  if (from.checkpoint !== undefined) {
    say(`${stream}: restored from behind checkpoint ${from.checkpoint}`, 'info')
  }
  if (rules.length === 0) return from
  const proof = await proofOf(store, stream, rules)
  if (proof === 'verified') return { ...from, compact: digestOf(rules).texts }
  const why = UNPROVEN[proof]
  say(
    `${stream}: the rules of compaction ${why} (reprise compact --verify): everything is sent`,
    'warn',
  )
  return from
}
