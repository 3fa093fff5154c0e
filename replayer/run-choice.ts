import type { Run } from '../journal/runs.ts'
import type { Journal } from '../journal/contract.ts'
import { Problem } from '../journal/problem.ts'
import { chooseStream } from './plan.ts'

/** The run of that id, or the newest one of the stream: the named one, or the only one there is. */
export async function chooseRun(
  journal: Journal,
  id: number | undefined,
  named: string | undefined,
): Promise<Run> {
  if (id !== undefined) return journal.run(id)
  const stream = await chooseStream(journal, named)
  const [newest] = await journal.runs({ stream, limit: 1 })
  if (newest !== undefined) return newest
  throw new Problem('run_unknown', `stream ${stream} was not replayed yet`, {
    source: 'user',
    hint: 'replay it first: reprise replay --base-url URL',
  })
}

/** Runs of two streams have no entry in common. */
export function requireSameStream(one: Run, other: Run): void {
  if (one.stream === other.stream) return
  throw new Problem(
    'input_invalid',
    `run ${one.id} is of stream '${one.stream}', run ${other.id} of '${other.stream}'`,
    { source: 'user', hint: 'compare two runs of one stream' },
  )
}
