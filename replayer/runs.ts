import type { Contrast, ContrastPage, Run, RunStore } from '../journal/runs.ts'
import { Problem } from '../journal/problem.ts'

/** Two runs of a stream, and a page of where they came out differently. */
export interface RunComparison {
  one: Run
  other: Run
  contrasts: readonly Contrast[]
}

/** Rejects with `run_unknown`, and with `input_invalid` for runs of two streams. */
export async function compareRuns(
  journal: Pick<RunStore, 'run' | 'contrasts'>,
  ids: readonly [number, number],
  page: ContrastPage,
): Promise<RunComparison> {
  const [one, other] = [await journal.run(ids[0]), await journal.run(ids[1])]
  if (one.stream !== other.stream) {
    throw new Problem(
      'input_invalid',
      `run ${one.id} is of stream '${one.stream}', run ${other.id} of '${other.stream}'`,
      { source: 'user', hint: 'compare two runs of one stream' },
    )
  }
  return { one, other, contrasts: await journal.contrasts(one, other, page) }
}
