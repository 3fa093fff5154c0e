import { expect, test } from 'vitest'
import type { Entry } from '../../../journal/entry.ts'
import type { Answer } from '../../../replayer/answer.ts'
import { compare } from '../../../replayer/compare/compare.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { compared, NOW } from './answers.ts'

const GRPC = ['content-type', 'application/grpc']

/** An entry with an answer of gRPC; `code` null: its trailers do not tell. */
function entryOf(code: number | null, said: Partial<Entry> = {}): Entry {
  return {
    ...{ cause: null, status: 200, requestHeaders: GRPC, responseHeaders: [] },
    responseTrailers: code === null ? [] : ['grpc-status', String(code)],
    ...said,
    masked: [],
    maskedChunks: [],
  } as Entry
}

function answerOf(code: number | null, where: 'trailers' | 'head' = 'trailers') {
  const given = code === null ? [] : ['grpc-status', String(code)]
  const fields = where === 'head' ? given : []
  const trailers = where === 'trailers' ? given : []
  return { status: 200, reason: '', body: Buffer.alloc(0), fields, trailers }
}

const outcomeOf = (entry: Entry, answer: Answer) =>
  compare(entry, answer, DEFAULT_RULES, () => null, NOW)

test.each([
  ['the same status', entryOf(0), answerOf(0), 'same'],
  ['the same in the head', entryOf(5), answerOf(5, 'head'), 'same'],
  ['another', entryOf(0), answerOf(13), 'failed'],
  ['none', entryOf(0), answerOf(null), 'failed'],
  ['no error any more', entryOf(13), answerOf(0), 'differs'],
  ['one where it was in doubt', entryOf(4, { cause: 'grpc_undecided' }), answerOf(0), 'same'],
  ['an error where it was', entryOf(null, { cause: 'grpc_undecided' }), answerOf(4), 'failed'],
])('of gRPC: %s', (_, entry, answer, outcome) => {
  expect(outcomeOf(entry, answer).outcome).toBe(outcome)
})

test('what differs is told', () => {
  expect(outcomeOf(entryOf(0), answerOf(13)).detail).toBe(
    'answered 200 with grpc-status 13, recorded 200 with grpc-status 0',
  )
  expect(outcomeOf(entryOf(0), { ...answerOf(null), status: 503 }).detail).toBe(
    'answered 503, recorded 200 with grpc-status 0',
  )
})

test('what is no gRPC has no other status', () => {
  const entry = entryOf(null, { requestHeaders: ['content-type', 'application/grpc-web'] })
  expect(outcomeOf(entry, answerOf(13)).outcome).toBe('same')
})

test.each([
  ['the same', 201, 201, 'same', null],
  ['another success', 201, 200, 'differs', 'answered 200, recorded 201'],
  ['an error that was not recorded', 201, 500, 'failed', 'answered 500, recorded 201'],
  ['the recorded error', 409, 409, 'same', null],
  ['another error', 409, 404, 'failed', 'answered 404, recorded 409'],
  ['no error any more', 500, 200, 'differs', 'answered 200, recorded 500'],
])('by the status: %s', (_, recorded, came, outcome, detail) => {
  const body = 'anything'
  const comparison = compared(
    { status: recorded, body: detail === null ? body : '' },
    { status: came, body },
  )
  expect(comparison).toMatchObject({ outcome, detail })
  expect(comparison.differences).toStrictEqual(
    detail === null ? [] : [{ where: 'status', recorded: String(recorded), came: String(came) }],
  )
})

test('what was in doubt has nothing to be compared with', () => {
  const entry = { ...entryOf(null, { cause: 'timeout', status: null, requestHeaders: [] }) }
  const answer = { ...answerOf(null), body: Buffer.from('whatever') }
  expect(outcomeOf(entry, answer)).toMatchObject({
    ...{ outcome: 'same', detail: 'answered 200, recorded no answer', differences: [] },
  })
  expect(outcomeOf(entry, { ...answer, status: 404 }).outcome).toBe('failed')
})

test('the first difference is told in words, and what was found is plain JSON', () => {
  const comparison = compared({ body: 'a\nb' }, { body: 'x\ny', fields: ['Location', '/a'] })
  expect(comparison.detail).toBe('header location: nothing -> /a (and 2 more)')
  const { differences, unlisted, explained, uncompared } = comparison
  const found = { differences, unlisted, explained, uncompared }
  expect(JSON.parse(JSON.stringify(found))).toStrictEqual(found)
})
