import type { JournalReader } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import type { Values } from '../order/placing.ts'
import { wholeEntriesOf } from '../plan.ts'
import { Dependencies } from './dependencies.ts'
import type { FailurePlan } from './reproduce.ts'

export type ValuesOf = (entry: Entry) => Values

/** What stands before a failure and may have brought it about, in the order of the stream. */
export interface Suspects {
  ids: readonly number[]
  /** By place: the places of those that each needs. */
  needs: readonly (readonly number[])[]
  /** What the failure itself needs. */
  neededByFailure: readonly number[]
}

/** Rejects with a Problem where one of them is in doubt and nobody said what to do with it. */
export async function suspectsOf(
  journal: JournalReader,
  plan: FailurePlan,
  valuesOf: ValuesOf,
): Promise<Suspects> {
  if (plan.stopsAt !== null) throw inDoubt(plan.stopsAt.id)
  const dependencies = new Dependencies()
  const ids: number[] = []
  const needs: number[][] = []
  for await (const entry of wholeEntriesOf(journal, plan)) {
    ids.push(entry.id)
    const needed = dependencies.next(valuesOf(entry)).map(({ producer }) => producer)
    needs.push([...new Set(needed)])
  }
  // The failure itself comes last.
  ids.pop()
  const neededByFailure = needs.pop() ?? []
  return { ids, needs, neededByFailure }
}

function inDoubt(id: number): Problem {
  return new Problem('input_invalid', `entry ${id}, which stands before it, is in doubt`, {
    source: 'user',
    hint: 'settle it (reprise in-doubt), or say --in-doubt skip or --in-doubt send',
  })
}
