import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { Run } from '../../journal/runs.ts'
import { watchedOn } from '../../replayer/watched-run-show.ts'

/** A line for each change that is told of, where there is no terminal. */
function told(...changes: Pick<Run, 'driven' | 'outcomes'>[]): string[] {
  const output = new PassThrough()
  const shown = watchedOn(output)
  for (const change of changes) {
    shown.update({ id: 7, state: 'running', planned: 3, ...change } as Run)
  }
  shown.end()
  return (output.read() as Buffer).toString().trimEnd().split('\n')
}

test('what was still under way when a run was paused is told, though it comes soon', () => {
  expect(
    told(
      { driven: 'running', outcomes: { sending: 1 } },
      { driven: 'paused', outcomes: { sending: 1 } },
      { driven: 'paused', outcomes: { same: 1 } },
    ),
  ).toEqual([
    'run 7 running: 1 sending, 0 of 3',
    'run 7 paused: 1 sending, 0 of 3',
    'run 7 paused: 1 same, 1 of 3',
  ])
})

test('of one that runs not each request is told', () => {
  const running = (same: number) => ({ driven: 'running', outcomes: { same } }) as const
  expect(told(running(1), running(2), running(3))).toEqual(['run 7 running: 1 same, 1 of 3'])
})
