import { expect, test } from 'vitest'
import { noCounts } from '../../proxy/counts.ts'
import { groupHealth, type WorkerHealth } from '../../proxy/group-health.ts'
import type { RecorderState } from '../../proxy/health.ts'

function worker(state: RecorderState, counts: Partial<WorkerHealth['counts'] & object> = {}) {
  return {
    health: {
      ...{ state, recorder: 'r', journalProblem: null, journalCode: null, spoolProblem: null },
      ...{ spool: null, waiting: 0 },
    },
    counts: { ...noCounts(), ...counts },
  }
}

const group = (...answers: (WorkerHealth | null)[]) =>
  groupHealth('shop', new Map(answers.map((answer, i) => [i + 1, answer])))

test.each<[RecorderState | null, RecorderState | null, string, boolean]>([
  ['ok', 'ok', 'ok', false],
  ['ok', 'spooling', 'spooling', false],
  [null, 'spooling', 'silent', false],
  ['degraded', null, 'degraded', false],
  ['refusing', 'ok', 'refusing', true],
  [null, null, 'silent', true],
])('%s and %s are %s', (one, other, state, refuses) => {
  const answers = [one, other].map((state) => (state === null ? null : worker(state)))
  expect(group(...answers)).toMatchObject({ refuses, body: { state, stream: 'shop' } })
})

test('counts are the sum of those that answer, and stand by each of them', () => {
  const one = worker('ok', { forwarded: 5, recorded: 2, excluded: { status: 2, opted_out: 1 } })
  const two = worker('ok', { forwarded: 3, recorded: 1, inDoubt: 1, excluded: { status: 1 } })
  expect(group(one, null, two).body).toMatchObject({
    counts: {
      ...{ forwarded: 8, recorded: 3, inDoubt: 1, lost: 0, refused: 0, truncated: 0 },
      excluded: { status: 3, opted_out: 1 },
    },
    workers: [
      { worker: 1, state: 'ok', counts: { forwarded: 5 } },
      { worker: 2, state: 'silent' },
      { worker: 3, state: 'ok', counts: { forwarded: 3 } },
    ],
  })
})

test('where nothing is recorded, nothing is counted', () => {
  const plain = { health: null, counts: null }
  expect(group(plain, plain)).toMatchObject({ refuses: false, body: { state: 'ok', counts: null } })
})
