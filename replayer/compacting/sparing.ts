import type { CheckpointStore } from '../../journal/checkpoints.ts'
import type { CompactionStore } from '../../journal/compactions.ts'
import { Problem } from '../../journal/problem.ts'
import { requireCheckpoint } from '../checkpoints.ts'
import type { Plan, Selection } from '../plan.ts'
import { digestOf, type CompactRule } from './rules.ts'

// What of a selection nothing needs any more, as somebody asks for it: by flags, or by a request to the API.

export interface Sparing {
  /** Where it begins: with all that is selected, or behind the furthest checkpoint of the stream. */
  begin: 'start' | 'checkpoint'
  /** What makes earlier requests needless; none: nothing does. */
  rules: readonly CompactRule[]
}

/** The selection without it. Rejects with `checkpoint_unknown` where there is none to begin behind. */
export async function sparedSelection(
  store: CheckpointStore,
  selection: Selection,
  { begin, rules }: Sparing,
): Promise<Selection> {
  const from = begin === 'checkpoint' ? await requireCheckpoint(store, selection) : selection
  return rules.length === 0 ? from : { ...from, compact: digestOf(rules).texts }
}

/**
 * Whether `reprise compact --verify` has shown for a stream that these very rules make no difference;
 * `others`: it has of other ones only, `none`: of none.
 */
export type Proof = 'verified' | 'others' | 'none'

export async function proofOf(
  store: CompactionStore,
  stream: string,
  rules: readonly Pick<CompactRule, 'text'>[],
): Promise<Proof> {
  const verified = await store.verifiedRules(stream)
  const { digest } = digestOf(rules)
  if (verified.some((one) => one.digest === digest)) return 'verified'
  return verified.length === 0 ? 'none' : 'others'
}

/** Why rules are not used, behind `the rules of compaction`. */
export const UNPROVEN: Readonly<Record<Exclude<Proof, 'verified'>, string>> = {
  none: 'were not verified',
  others: 'are others than those that were verified',
}

/** Of the rules that a plan was made with; null: with none. */
export async function proofOfPlan(
  store: CompactionStore,
  { stream, compaction }: Pick<Plan, 'stream' | 'compaction'>,
): Promise<Proof | null> {
  return (
    compaction &&
    proofOf(
      store,
      stream,
      compaction.rules.map((text) => ({ text })),
    )
  )
}

/** Rejects with `rules_unproven`: what rules leave out is not sent on the mere word of whoever wrote them. */
export async function requireVerified(
  store: CompactionStore,
  plan: Pick<Plan, 'stream' | 'compaction'>,
): Promise<void> {
  const proof = await proofOfPlan(store, plan)
  if (proof === null || proof === 'verified') return
  throw new Problem(
    'rules_unproven',
    `the rules of compaction ${UNPROVEN[proof]} for ${plan.stream}: nothing is sent by them`,
    {
      source: 'user',
      hint: 'see what they leave out (reprise plan --compact), and verify them: reprise compact --verify',
    },
  )
}
