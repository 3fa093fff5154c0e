import type { Seen } from '../../backend/look.ts'
import type { Epoch } from '../../journal/epochs.ts'
import type { Shut } from './gate.ts'

/** What was seen of it, and whether it had been away before. */
export type Sight = Seen | { kind: 'back' }

export interface JudgeRules {
  isSame: (one: string, other: string) => boolean
  /** Whether the same life may show itself as another than before: as one that has state by now. */
  names: 'once' | 'anew'
  /** Whether a backend that was away is taken for one that lost its state, where nothing tells. */
  back: 'lost' | 'same'
  /** Whether clients are let in where a restore failed. */
  failed: 'shut' | 'open'
}

export interface Judged {
  /** Why clients are kept away; null: they are let in; `as before`: nothing new is known. */
  shut: Shut | null | 'as before'
  /** What is to be said to the journal; null: nothing. */
  say: 'first' | 'name' | 'lost' | null
}

/** What follows from what was seen. `epoch`: that of now, null where there never was one. */
export function judge(epoch: Epoch | null, seen: Sight, rules: JudgeRules): Judged {
  if (epoch === null) {
    if (seen.kind === 'away' || seen.kind === 'unclear') return { shut: 'starting', say: null }
    return { shut: 'starting', say: 'first' }
  }
  if (isOver(epoch, seen, rules)) return { shut: 'lost', say: 'lost' }
  const isNew = seen.kind === 'boot' && epoch.boot !== seen.boot
  const say = isNew && (epoch.boot === null || isNamedAnew(epoch, rules)) ? 'name' : null
  if (epoch.phase === 'restoring') return { shut: 'restoring', say }
  if (epoch.phase === 'failed' && rules.failed === 'shut') return { shut: 'failed', say }
  if (seen.kind === 'away') return { shut: 'away', say }
  return { shut: seen.kind === 'unclear' ? 'as before' : null, say }
}

/** Not while it is restored: then it may have state, and none again, for that is what is recorded. */
function isNamedAnew({ phase }: Epoch, { names }: JudgeRules): boolean {
  return names === 'anew' && phase === 'open'
}

/** Whether what was seen is another life than that of an epoch. */
function isOver({ boot }: Epoch, seen: Sight, { isSame, back }: JudgeRules): boolean {
  if (seen.kind === 'boot') return boot !== null && !isSame(boot, seen.boot)
  return seen.kind === 'back' && back === 'lost'
}
