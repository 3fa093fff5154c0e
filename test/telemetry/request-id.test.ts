import { expect, test } from 'vitest'
import { requestId, traceOf } from '../../telemetry/request-id.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`

test('a request keeps the id that it came with', () => {
  expect(requestId({ id: 'r-1:a/b=', traceparent })).toBe('r-1:a/b=')
})

test('without one it goes by its trace', () => {
  expect(requestId({ id: undefined, traceparent })).toBe(TRACE)
})

test('without either, and where what it came with could be misread, it gets one of its own', () => {
  const made = /^[\da-f]{8}-[\da-f-]{27}$/
  const ids = ['', 'a b', 'line\nbreak', '"', 'é', 'x'.repeat(201), undefined].map((id) =>
    requestId({ id, traceparent: undefined }),
  )
  for (const id of ids) expect(id).toMatch(made)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each([
  [traceparent, TRACE],
  [`cc-${TRACE}-00f067aa0ba902b7-01`, TRACE],
  [`cc-${TRACE}-00f067aa0ba902b7-01-more`, TRACE],
  [`${traceparent}-more`, undefined],
  [`ff-${TRACE}-00f067aa0ba902b7-01`, undefined],
  [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
  [`00-${TRACE.slice(1)}-00f067aa0ba902b7-01`, undefined],
  ['', undefined],
  [undefined, undefined],
])('the trace of %s is %s', (given, trace) => {
  expect(traceOf(given)).toBe(trace)
})
