import { expect, test } from 'vitest'
import type { EntrySummary } from '../../journal/entry.ts'
import { compare } from '../../replayer/compare.ts'

const GRPC = ['content-type', 'application/grpc']

/** An entry with an answer of gRPC; `code` null: its trailers do not tell. */
function entryOf(code: number | null, said: Partial<EntrySummary> = {}): EntrySummary {
  return {
    ...{ cause: null, status: 200, requestHeaders: GRPC, responseHeaders: [] },
    responseTrailers: code === null ? [] : ['grpc-status', String(code)],
    ...said,
  } as EntrySummary
}

function answerOf(code: number | null, where: 'trailers' | 'head' = 'trailers') {
  const given = code === null ? [] : ['grpc-status', String(code)]
  const fields = where === 'head' ? given : []
  const trailers = where === 'trailers' ? given : []
  return { status: 200, reason: '', body: Buffer.alloc(0), fields, trailers }
}

test.each([
  ['the same status', entryOf(0), answerOf(0), 'same'],
  ['the same in the head', entryOf(5), answerOf(5, 'head'), 'same'],
  ['another', entryOf(0), answerOf(13), 'failed'],
  ['none', entryOf(0), answerOf(null), 'failed'],
  ['no error any more', entryOf(13), answerOf(0), 'differs'],
  ['one where it was in doubt', entryOf(4, { cause: 'grpc_undecided' }), answerOf(0), 'same'],
  ['an error where it was', entryOf(null, { cause: 'grpc_undecided' }), answerOf(4), 'failed'],
])('of gRPC: %s', (_, entry, answer, outcome) => {
  expect(compare(entry, answer).outcome).toBe(outcome)
})

test('what differs is told', () => {
  expect(compare(entryOf(0), answerOf(13)).detail).toBe(
    'answered 200 with grpc-status 13, recorded 200 with grpc-status 0',
  )
  expect(compare(entryOf(0), { ...answerOf(null), status: 503 }).detail).toBe(
    'answered 503, recorded 200 with grpc-status 0',
  )
})

test('what is no gRPC is compared by its status alone', () => {
  const entry = entryOf(null, { requestHeaders: ['content-type', 'application/grpc-web'] })
  expect(compare(entry, answerOf(13)).outcome).toBe('same')
})
