import { describe, expect, test } from 'vitest'
import {
  contextOf,
  decide,
  exclusionOf,
  isRead,
  type Outcome,
  type Policy,
} from '../../proxy/policy.ts'

const POLICY: Policy = {
  recording: 'on',
  methods: 'unsafe',
  statuses: [
    { from: 100, to: 399 },
    { from: 500, to: 599 },
  ],
  isExcluded: (path) => path === '/health',
  optOutParameter: 'save',
  replayed: 'unrecorded',
  context: { isChosen: () => false, others: 'remembered' },
}

const MARK = ['Reprise-Replay', '1/2']

describe('from the request alone', () => {
  test.each([
    ['POST', '/a', [], {}, null],
    ['PUT', '/a', [], {}, null],
    ['PATCH', '/a', [], {}, null],
    ['DELETE', '/a', [], {}, null],
    ['PROPFIND', '/a', [], {}, null],
    ['GET', '/a', [], {}, 'method'],
    ['HEAD', '/a', [], {}, 'method'],
    ['OPTIONS', '*', [], {}, 'method'],
    ['TRACE', '/a', [], {}, 'method'],
    ['POST', '/a', [], { methods: new Set(['PUT']) }, 'method'],
    ['GET', '/a', [], { methods: new Set(['GET']) }, null],
    ['POST', '/a', [], { recording: 'off' }, 'recording_off'],
    ['POST', '/health', [], {}, 'path'],
    ['POST', '/health?deep=1', [], {}, 'path'],
    ['POST', 'http://host/health', [], {}, 'path'],
    ['POST', '/health/', [], {}, null],
    ['POST', '/a?save=0', [], {}, 'opted_out'],
    ['POST', '/a?b=1&save=0&c', [], {}, 'opted_out'],
    ['POST', '/a?save=1', [], {}, null],
    ['POST', '/a?save=00', [], {}, null],
    ['POST', '/a?save', [], {}, null],
    ['POST', '/a?unsave=0', [], {}, null],
    ['POST', '/save=0', [], {}, null],
    ['POST', '/a?save=0', [], { optOutParameter: null }, null],
    ['POST', '/a?null=0', [], { optOutParameter: null }, null],
    ['POST', '/a?keep=0', [], { optOutParameter: 'keep' }, 'opted_out'],
    ['POST', '/a', MARK, {}, 'replay_mark'],
    ['POST', '/a', ['REPRISE-REPLAY', ''], {}, 'replay_mark'],
    ['POST', '/a', MARK, { replayed: 'recorded' }, null],
  ] as const)('%s %s with %j under %j: %s', (method, target, fields, changes, expected) => {
    expect(exclusionOf({ ...POLICY, ...changes }, { method, target, fields })).toBe(expected)
  })
})

describe('once it has ended', () => {
  const answered = (status: number): Outcome => ({ kind: 'answered', status })
  const unanswered = (delivery: 'nothing' | 'part' | 'whole'): Outcome => ({
    kind: 'unanswered',
    cause: 'upstream_timeout',
    delivery,
  })

  test.each([
    [answered(99), { record: null, exclusion: 'status' }],
    [answered(200), { record: 'applied', cause: null, delivery: null }],
    [answered(399), { record: 'applied', cause: null, delivery: null }],
    [answered(400), { record: null, exclusion: 'status' }],
    [answered(499), { record: null, exclusion: 'status' }],
    [answered(500), { record: 'failed', cause: null, delivery: null }],
    [answered(599), { record: 'failed', cause: null, delivery: null }],
    [answered(600), { record: null, exclusion: 'status' }],
    [unanswered('nothing'), { record: null, exclusion: 'not_delivered' }],
    [unanswered('part'), { record: 'in_doubt', cause: 'upstream_timeout', delivery: 'part' }],
    [unanswered('whole'), { record: 'in_doubt', cause: 'upstream_timeout', delivery: 'whole' }],
  ])('%j is %j', (outcome, decision) => {
    expect(decide(POLICY, outcome)).toEqual(decision)
  })

  test('a refusal is recorded as failed where statuses ask for it', () => {
    const policy = { ...POLICY, statuses: [{ from: 400, to: 499 }] }
    expect(decide(policy, answered(404))).toEqual({ record: 'failed', cause: null, delivery: null })
    expect(decide(policy, answered(200))).toEqual({ record: null, exclusion: 'status' })
  })
})

describe('what its method excludes may become context', () => {
  test.each([
    ['GET', '/a', [], {}, true],
    ['HEAD', '/a', [], {}, true],
    ['OPTIONS', '/a', [], {}, true],
    // It may have changed something: somebody chose not to record it.
    ['POST', '/a', [], {}, false],
    ['GET', '/health', [], {}, false],
    ['GET', '/a?save=0', [], {}, false],
    ['GET', '/a', MARK, {}, false],
    ['GET', '/a', MARK, { replayed: 'recorded' }, true],
  ] as const)('%s %s with %j under %j: %s', (method, target, fields, changes, expected) => {
    expect(isRead({ ...POLICY, ...changes }, { method, target, fields })).toBe(expected)
  })
})

describe('once its answer has begun', () => {
  const HTML = ['Content-Type', 'text/html; charset=utf-8']
  const COOKIE = ['Set-Cookie', 'sid=1; Path=/']
  const chosen = { isChosen: (path: string) => path === '/chosen', others: 'let_go' } as const

  test.each([
    ['GET', '/a', [], 200, COOKIE, 'at_once'],
    ['GET', '/a', [], 302, COOKIE, 'at_once'],
    ['GET', '/a', [], 401, COOKIE, 'at_once'],
    ['GET', '/a', ['Cookie', 'sid=0; lang=de'], 200, COOKIE, 'at_once'],
    ['GET', '/a', ['Cookie', 'lang=de; sid=1'], 200, [...COOKIE, ...HTML], 'if_used'],
    ['GET', '/a', [], 200, ['Set-Cookie', 'sid=; Path=/'], 'if_used'],
    ['GET', '/a', [], 200, ['Set-Cookie', 'sid=x; Max-Age=0'], 'if_used'],
    ['GET', '/a', [], 500, COOKIE, 'no'],
    ['GET', '/a', [], 200, [], 'no'],
    ['GET', '/a', [], 200, HTML, 'if_used'],
    ['GET', '/a', [], 200, ['Content-Type', 'application/hal+json'], 'if_used'],
    ['GET', '/a', [], 200, ['Content-Type', 'text/event-stream'], 'no'],
    ['GET', '/a', [], 200, ['Content-Type', 'text/css', 'ETag', '"x"'], 'no'],
    ['GET', '/a', [], 200, ['Content-Type', 'image/png', 'ETag', '"x"'], 'no'],
    ['GET', '/a', [], 304, ['ETag', '"x"'], 'if_used'],
    ['GET', '/a', [], 401, ['WWW-Authenticate', 'Digest nonce="x"'], 'if_used'],
    ['HEAD', '/a', [], 200, ['X-CSRF-Token', 'x'], 'if_used'],
    ['POST', '/a', [], 409, ['X-Transmission-Session-Id', 'x'], 'if_used'],
    ['POST', '/a', [], 403, COOKIE, 'at_once'],
    // It changed something.
    ['POST', '/a', [], 302, COOKIE, 'no'],
    ['POST', '/a', [], 500, COOKIE, 'no'],
  ] as const)(
    '%s %s with %j is %i with %j: %s',
    (method, target, sent, status, fields, expected) => {
      const request = { method, target, fields: sent }
      expect(contextOf(POLICY, request, { status, fields })).toBe(expected)
    },
  )

  test.each([
    ['GET', '/chosen', 204, [], 'at_once'],
    ['GET', '/chosen?q', 404, HTML, 'at_once'],
    ['POST', '/chosen', 409, [], 'at_once'],
    ['POST', '/chosen', 200, [], 'no'],
    ['GET', '/chosen', 503, [], 'no'],
    ['GET', '/a', 200, HTML, 'no'],
    ['GET', '/a', 200, COOKIE, 'at_once'],
  ] as const)(
    'where only paths are chosen: %s %s, %i with %j: %s',
    (method, target, status, fields, expected) => {
      const request = { method, target, fields: [] }
      expect(contextOf({ ...POLICY, context: chosen }, request, { status, fields })).toBe(expected)
    },
  )
})
