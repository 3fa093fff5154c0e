import { expect, test } from 'vitest'
import type { AttemptResult } from '../../../journal/runs.ts'
import { judge } from '../../../replayer/reproduce/judgement.ts'

const failed = { status: 500, cause: null, verdict: 'failed' } as const
const applied = { status: 200, cause: null, verdict: 'applied' } as const
const doubtful = { status: null, cause: 'timeout', verdict: 'in_doubt' } as const
const cut = { status: 200, cause: 'upstream_reset', verdict: 'in_doubt' } as const

const answer = (status: number) => ({ status, fields: [], body: Buffer.alloc(0) })
const other = (where: string) => ({ differences: [{ where, recorded: 'a', came: 'b' }] })

function result(
  outcome: AttemptResult['outcome'],
  status: number | null,
  where?: string,
): AttemptResult {
  return {
    ...{ outcome, detail: null, answer: status === null ? null : answer(status) },
    ...(where !== undefined && { differences: other(where) }),
  }
}

test.for([
  ['the same answer', failed, result('same', 500), 'reproduced'],
  ['another body', failed, result('differs', 500, 'body /error'), 'another_failure'],
  ['another error', failed, result('failed', 503, 'status'), 'another_failure'],
  ['no error', failed, result('differs', 200, 'status'), 'not_failed'],
  ['no answer where one was', failed, result('in_doubt', null), 'another_failure'],
  ['nothing delivered', failed, result('failed', null), 'not_restored'],
  ['left out', failed, result('skipped', null), 'not_restored'],
  ['the wrong answer again', applied, result('same', 200), 'reproduced'],
  ['another answer than the wrong one', applied, result('differs', 200, 'body /a'), 'not_failed'],
  ['an error instead of the wrong one', applied, result('failed', 500), 'another_failure'],
  ['no answer again', doubtful, result('in_doubt', null), 'reproduced'],
  ['an answer where none was', doubtful, result('same', 200), 'not_failed'],
  ['an error where no answer was', doubtful, result('failed', 502), 'another_failure'],
  ['an answer that had been cut', cut, result('same', 200), 'not_failed'],
] as const)('%s', ([, entry, came, judgement]) => {
  expect(judge(entry, came).judgement).toBe(judgement)
})

test('what came is said in words', () => {
  expect(judge(failed, result('same', 500)).why).toBe('answered 500, as recorded')
  const detailed = { ...result('failed', 503), detail: 'answered 503, recorded 500' }
  expect(judge(failed, detailed).why).toBe('answered 503, recorded 500')
})
