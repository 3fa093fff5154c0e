import { describe, expect, test } from 'vitest'
import { Problem } from '../../../journal/problem.ts'
import { NoAnswer } from '../../../wire/exchange.ts'
import { isIdempotent } from '../../../replayer/sending/idempotence.ts'
import { retryAfter } from '../../../replayer/sending/retry-after.ts'
import {
  endingOfNone,
  retryOf,
  type Ending,
  type RetryRules,
  type Tried,
} from '../../../replayer/sending/retry.ts'
import { InvalidHead, Unprocessed } from '../../../wire/client.ts'

const rules: RetryRules = { retries: 2, idempotent: 'never', maxBackoff: 60_000 }
const allowed: RetryRules = { ...rules, idempotent: 'again' }
const first: Tried = { method: 'POST', recorded: 201, unanswered: 0, backedOff: 0, waited: 0 }

const none = (sent: 'nothing' | 'something' | 'broken'): Ending => ({ kind: 'none', sent })
const answer = (status: number, asked: number | null = null): Ending => ({
  ...{ kind: 'answer', status, asked },
})
const over = (why: unknown = null) => ({ kind: 'over', why })
const again = (after: number, pause: 'one' | 'all') => ({ kind: 'again', after, pause })
const says = (text: string): unknown => expect.stringContaining(text)

const PUT = { method: 'PUT' }

describe('no answer', () => {
  test.each<[string, Partial<Tried>, Ending, RetryRules, unknown]>([
    ['nothing sent: once more', {}, none('nothing'), rules, again(250, 'one')],
    ['and again, later', { unanswered: 1 }, none('nothing'), rules, again(500, 'one')],
    ['until it was enough', { unanswered: 2 }, none('nothing'), rules, over('tried 3 times')],
    ['never, where not allowed', {}, none('nothing'), { ...rules, retries: 0 }, over()],
    ['what breaks here breaks again', {}, none('broken'), allowed, over()],
    ['a POST may have been applied', {}, none('something'), allowed, over(says('POST may'))],
    ['so may a PATCH', { method: 'PATCH' }, none('something'), allowed, over(says('PATCH may'))],
    ['and what is not known', { method: 'put' }, none('something'), allowed, over(says('put may'))],
    ['a PUT too', PUT, none('something'), rules, over(says('--retry-idempotent'))],
    ['unless the user allows it', PUT, none('something'), allowed, again(250, 'one')],
    ['as often', { ...PUT, unanswered: 2 }, none('something'), allowed, over('tried 3 times')],
  ])('%s', (_, tried, ending, rules, expected) => {
    expect(retryOf({ ...first, ...tried }, ending, rules, 1)).toStrictEqual(expected)
  })
})

describe('an answer', () => {
  test.each<[string, Partial<Tried>, Ending, unknown]>([
    ['201 is what came', {}, answer(201), over()],
    ['500 too', {}, answer(500), over()],
    ['502 may hide that it was applied', PUT, answer(502), over()],
    ['Retry-After of another one says nothing', {}, answer(500, 1000), over()],
    ['429 was not applied, whatever it was', {}, answer(429), again(250, 'all')],
    ['429 says when', {}, answer(429, 10_000), again(11_000, 'all')],
    ['503 says when', {}, answer(503, 10_000), again(11_000, 'all')],
    ['a tenth more is at most a second', {}, answer(503, 50_000), again(51_000, 'all')],
    ['at once is not at once', {}, answer(503, 0), again(250, 'all')],
    ['nor the next time', { backedOff: 3 }, answer(503, 0), again(2000, 'all')],
    ['a bare 503 to a POST may be a lost answer', {}, answer(503), over(says('POST may'))],
    ['a bare 503 to a PUT does not matter', PUT, answer(503), again(250, 'all')],
    ['exponential, up to 30 s', { ...PUT, backedOff: 20 }, answer(503), again(30_000, 'all')],
    ['too long', {}, answer(429, 61_000), over(says('61 s more is beyond --max-backoff'))],
    ['too long in all', { waited: 59_001 }, answer(429, 1000), over(says('waited 59 s'))],
    ['just not too long', { waited: 59_000 }, answer(429, 1000), again(1100, 'all')],
    ['429 as recorded', { recorded: 429 }, answer(429), over()],
    ['503 as recorded', { recorded: 503 }, answer(503, 1000), over()],
  ])('%s', (_, tried, ending, expected) => {
    expect(retryOf({ ...first, ...tried }, ending, rules, 1)).toStrictEqual(expected)
  })

  test('of a gateway that had no answer is none, where that may be tried again', () => {
    const put = { ...first, ...PUT }
    for (const status of [502, 504]) {
      expect(retryOf(put, answer(status), allowed, 1)).toStrictEqual(again(250, 'one'))
      const [tried, recorded] = [
        { ...put, unanswered: 2 },
        { ...put, recorded: status },
      ]
      expect(retryOf(tried, answer(status), allowed, 1)).toStrictEqual(over('tried 3 times'))
      expect(retryOf(recorded, answer(status), allowed, 1)).toStrictEqual(over())
      expect(retryOf(first, answer(status), allowed, 1)).toStrictEqual(over(says('POST may')))
    }
    expect(retryOf(put, answer(500), allowed, 1)).toStrictEqual(over())
  })

  test('no time to wait: no back-off', () => {
    expect(retryOf(first, answer(429, 0), { ...rules, maxBackoff: 0 }, 1)).toStrictEqual(over())
  })
})

test('chance makes half of a wait, and never less than was asked for', () => {
  expect(retryOf(first, none('nothing'), rules, 0)).toStrictEqual(again(125, 'one'))
  expect(retryOf(first, answer(429, 10_000), rules, 0)).toStrictEqual(again(10_000, 'all'))
})

test('what failed on this side, and what HTTP/2 did not process, are told apart', () => {
  const why = (cause: unknown) => endingOfNone(new NoAnswer('', 'something', cause))
  expect(why(new Error('reset'))).toStrictEqual(none('something'))
  expect(why(new Unprocessed('refused'))).toStrictEqual(none('nothing'))
  expect(why(new InvalidHead('a field'))).toStrictEqual(none('broken'))
  expect(why(new Problem('body_damaged', '', { source: 'journal' }))).toStrictEqual(none('broken'))
})

test.each([
  [true, ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'MKCOL', 'MOVE', 'MKCALENDAR']],
  [false, ['POST', 'PATCH', 'LOCK', 'CONNECT', 'get', 'UNHEARD']],
])('idempotent: %s', (expected, methods) => {
  for (const method of methods) expect(isIdempotent(method), method).toBe(expected)
})

const now = Date.UTC(1994, 10, 6, 8, 49, 37)

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:40 GMT', 3000],
  ['Sunday, 06-Nov-94 08:49:40 GMT', 3000],
  ['Sunday, 06-Nov-60 08:49:40 GMT', 0],
  ['Sun Nov  6 08:49:40 1994', 3000],
  ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
  ['-1', null],
  ['1.5', null],
  ['soon', null],
  ['2026-01-01', null],
  ['Sun, 06 Nox 1994 08:49:40 GMT', null],
  ['', null],
  [undefined, null],
])('Retry-After: %s is %s', (value, expected) => {
  expect(retryAfter(value, now)).toBe(expected)
})
