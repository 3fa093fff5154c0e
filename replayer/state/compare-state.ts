import { maskTarget } from '../../journal/masking/masking.ts'
import type { StateShot } from '../../journal/state.ts'
import { compareMessages } from '../compare/comparison.ts'
import type { Found } from '../compare/difference.ts'
import type { Explains } from '../compare/judge.ts'
import type { Message } from '../compare/message.ts'
import type { CompareRules } from '../compare/rules.ts'
import { probeNamed } from './state-probe.ts'
import type { TakenState } from './take-state.ts'

/** Whether the state is the kept one. `unknown`: it was not asked for, or what came could not be compared. */
export type StateOutcome = 'restored' | 'differs' | 'unknown'

export interface ProbeVerdict {
  probe: string
  outcome: StateOutcome
  /** Why it is unknown; null otherwise. */
  why: string | null
  found: Found
}

export interface StateVerdict {
  /** `restored` only where every probe says so, and there is one. */
  outcome: StateOutcome
  probes: readonly ProbeVerdict[]
}

/** One shot against another one of the same probe, noise and aliases taken out. */
export function compareShots(
  kept: StateShot,
  now: StateShot,
  rules: CompareRules,
  explains: Explains,
): ProbeVerdict {
  const probe = shownProbe(now.probe, rules)
  if (kept.status !== now.status) {
    const status = { where: 'status', recorded: String(kept.status), came: String(now.status) }
    return { probe, outcome: 'differs', why: null, found: { ...NOTHING, differences: [status] } }
  }
  const messages = [messageOf(kept), messageOf(now)] as const
  const found = compareMessages(probeNamed(now.probe), ...messages, rules, explains)
  if (found.differences.length > 0) return { probe, outcome: 'differs', why: null, found }
  // A state that could not be looked at is not proven to be restored.
  const [why = null] = found.uncompared
  return { probe, outcome: why === null ? 'restored' : 'unknown', why, found }
}

/** What was asked now against what is kept. */
export function compareState(
  kept: readonly StateShot[],
  now: TakenState,
  rules: CompareRules,
  explains: Explains,
): StateVerdict {
  const unknown = (probe: string, why: string): ProbeVerdict => ({
    ...{ probe: shownProbe(probe, rules), outcome: 'unknown', why, found: NOTHING },
  })
  const probes = [
    ...now.shots.map((shot) => {
      const before = kept.find(({ probe }) => probe === shot.probe)
      return before === undefined
        ? unknown(shot.probe, 'no shot of it is kept to compare with')
        : compareShots(before, shot, rules, explains)
    }),
    ...now.failed.map(({ probe, why }) => unknown(probe, why)),
  ]
  const isAny = (outcome: StateOutcome) => probes.some((one) => one.outcome === outcome)
  const isUnknown = probes.length === 0 || isAny('unknown')
  return { outcome: isAny('differs') ? 'differs' : isUnknown ? 'unknown' : 'restored', probes }
}

/** A probe as it may be told. */
export function shownProbe(probe: string, { names }: CompareRules): string {
  return maskTarget(probe, names)?.target ?? probe
}

const NOTHING: Found = { differences: [], unlisted: 0, explained: {}, uncompared: [] }

function messageOf(shot: StateShot): Message {
  const { fields, body, length, digest, takenAt, target } = shot
  return {
    ...{ fields, body, length, digest, at: takenAt, host: new URL(target).host },
    partly: body.length < length ? 'it is too large to be kept whole' : null,
    ...(shot.withheld && { withheld: shot.withheld }),
  }
}
