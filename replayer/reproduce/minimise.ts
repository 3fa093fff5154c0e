import type { Journal } from '../../journal/contract.ts'
import { ddmin } from './ddmin.ts'
import type { Reproduction } from './reproduce.ts'
import { suspectsOf, type ValuesOf } from './suspects.ts'
import { Trials, type TrialOptions } from './trial.ts'

export interface MinimiseOptions extends TrialOptions {
  /** Entries that use a value which another one produced are never tried without it. */
  valuesOf: ValuesOf
}

export interface Minimised {
  /**
   * `smallest`: without any one of them (and what needs it) it does not fail. `stopped`: it fails,
   * but there may be a smaller one. `not_reproduced`: it did not fail with all of them. `untried`: not
   * even those were tried to the end.
   */
  how: 'smallest' | 'stopped' | 'not_reproduced' | 'untried'
  /** What must be sent before the failure, in the order of the stream. */
  ids: readonly number[]
  /** Of those the ones that were not answered below 400, and with which it failed all the same. */
  refused: readonly number[]
  /** How many entries stood before it. */
  before: number
  /** `flaky`: of equal trials some failed and some did not. */
  steadiness: 'steady' | 'flaky'
  trials: number
  /** What came of the latest trial; null: there was none. */
  last: Reproduction | null
}

/** Finds a smallest part of what came before a failure with which it fails in the same way. */
export async function minimise(journal: Journal, options: MinimiseOptions): Promise<Minimised> {
  const { ids, needs, neededByFailure } = await suspectsOf(journal, options.plan, options.valuesOf)
  const trials = new Trials(journal, options)
  const result = (
    how: Minimised['how'],
    found: readonly number[],
    steadiness: Minimised['steadiness'],
  ): Minimised => ({
    ...{ how, ids: found, before: ids.length, steadiness },
    ...{ trials: trials.count, last: trials.last, refused: trials.refused },
  })
  const whole = await tryWhole(trials, ids, Math.max(options.tries, 2))
  if (whole.failed === 0) {
    return result(whole.passed === 0 ? 'untried' : 'not_reproduced', ids, 'steady')
  }
  const wasFlaky = whole.passed > 0
  if (whole.isStopped) return result('stopped', ids, wasFlaky ? 'flaky' : 'steady')
  const { part, how } = await ddmin({
    ...{ length: ids.length, needs: (place) => needs[place]!, kept: neededByFailure },
    fails: (part) => trials.fails(part.map((place) => ids[place]!)),
  })
  const found = part.map((place) => ids[place]!)
  const isSure = wasFlaky || found.length === ids.length || how === 'stopped'
  const isFlaky = wasFlaky || (!isSure && (await trials.once(found)) === 'passes')
  return result(how, found, isFlaky ? 'flaky' : 'steady')
}

interface Whole {
  failed: number
  passed: number
  isStopped: boolean
}

/** More than once: one that fails by chance must be known as such. */
async function tryWhole(trials: Trials, ids: readonly number[], times: number): Promise<Whole> {
  const whole: Whole = { failed: 0, passed: 0, isStopped: false }
  for (let i = 0; i < times && !whole.isStopped; i++) {
    const came = await trials.once(ids)
    if (came === 'fails') whole.failed++
    else if (came === 'passes') whole.passed++
    else whole.isStopped = true
  }
  return whole
}
