import type { Journal } from '../../journal/contract.ts'
import type { Alias } from '../aliases/alias.ts'
import { isExplained } from '../aliases/explained.ts'
import type { AliasRules } from '../aliases/rules.ts'
import { AliasStore } from '../aliases/store.ts'
import type { CompareRules } from '../compare/rules.ts'
import { aliasesOf, aliasPages, type RunId } from '../run/kept-aliases.ts'
import { compareState, type StateVerdict } from '../state/compare-state.ts'
import type { TakenState } from '../state/take-state.ts'

// Two backends of which the one got all of a recording and the other one a part of it: whether they show the
// same state, but for noise and values that each made up for itself.

export interface Restored {
  run: RunId
  state: TakenState
}

export async function compareStates(
  journal: Pick<Journal, 'aliases'>,
  whole: Restored,
  compacted: Restored,
  rules: { compare: CompareRules; aliases: Pick<AliasRules, 'pin'> },
): Promise<StateVerdict> {
  const store = await renamed(journal, whole.run, compacted.run)
  const verdict = compareState(
    whole.state.shots,
    compacted.state,
    rules.compare,
    (place, one, other) =>
      one === other || isExplained({ store, rules: rules.aliases }, place, one, other)
        ? 'alias'
        : null,
  )
  const silent = new Map([
    ...[whole, compacted].flatMap(({ state }) =>
      state.shots
        .filter(({ status }) => status >= 400)
        .map(({ probe, status }) => [probe, `answered ${status}, which shows nothing`] as const),
    ),
    ...whole.state.failed.map(({ probe, why }) => [probe, why] as const),
  ])
  const probes = verdict.probes.map((one) => {
    const why = silent.get(one.probe)
    return why === undefined || one.outcome === 'differs'
      ? one
      : { ...one, outcome: 'unknown' as const, why }
  })
  const isUnknown = probes.some(({ outcome }) => outcome === 'unknown')
  const isRestored = verdict.outcome === 'restored'
  return { outcome: isRestored && isUnknown ? 'unknown' : verdict.outcome, probes }
}

/** What the first backend called so, and the second one otherwise: both names of one recorded value. */
async function renamed(
  journal: Pick<Journal, 'aliases'>,
  one: RunId,
  other: RunId,
): Promise<AliasStore> {
  const firsts = new Map<string, Alias[]>()
  for await (const page of aliasPages(journal, one)) {
    for (const alias of aliasesOf(page)) {
      firsts.set(alias.old, [...(firsts.get(alias.old) ?? []), alias])
    }
  }
  const store = new AliasStore()
  const seconds = new Set<string>()
  for await (const page of aliasPages(journal, other)) {
    for (const alias of aliasesOf(page)) {
      seconds.add(alias.old)
      // Where the first made up the recorded value again, nothing stands for it.
      const names = firsts.get(alias.old)?.map((first) => first.new) ?? [alias.old]
      for (const name of names) store.add({ ...alias, old: name })
    }
  }
  for (const [old, aliases] of firsts) {
    if (seconds.has(old)) continue
    for (const alias of aliases) store.add({ ...alias, old: alias.new, new: old })
  }
  return store
}
