import type { Seen } from '../../backend/look.ts'
import type { Epoch } from '../../journal/epochs.ts'
import type { Shut } from './gate.ts'

/**
 * What was seen of it. `back`: it had been away since the epoch began. `restarted`: its uptime went back,
 * whatever else it shows.
 */
export type Sight = Seen | { kind: 'back' } | { kind: 'restarted'; boot: string }

export interface JudgeRules {
  isSame: (one: string, other: string) => boolean
  /** Whether the same life shows itself otherwise than it was noted: as one that has state by now. */
  isNamedAnew: (one: string, other: string) => boolean
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
  const say = seen.kind === 'boot' && isNameDue(epoch, seen.boot, rules) ? 'name' : null
  if (epoch.phase === 'restoring') return { shut: 'restoring', say }
  if (epoch.phase === 'failed' && rules.failed === 'shut') return { shut: 'failed', say }
  if (seen.kind === 'away') return { shut: 'away', say }
  return { shut: seen.kind === 'unclear' ? 'as before' : null, say }
}

/**
 * A name that is there is not changed while it is restored: then it may have state, and none again, for that
 * is what is recorded.
 */
function isNameDue({ boot, phase }: Epoch, seen: string, { isNamedAnew }: JudgeRules): boolean {
  return boot === null || (phase === 'open' && isNamedAnew(boot, seen))
}

/** Whether what was seen is another life than that of an epoch. */
function isOver({ boot }: Epoch, seen: Sight, { isSame, back }: JudgeRules): boolean {
  if (seen.kind === 'restarted') return true
  if (seen.kind === 'back') return back === 'lost'
  // One sign may tell it though another is not to be had.
  const shown = seen.kind === 'boot' || seen.kind === 'unclear' ? (seen.boot ?? null) : null
  return shown !== null && boot !== null && !isSame(boot, shown)
}
