import { expect, test } from 'vitest'
import { restartDelay } from '../../cli/workers/restarts.ts'

test('a worker that dies is started again at once, one that dies each time later and later', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(restartDelay)).toEqual([
    ...[0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000],
  ])
})
