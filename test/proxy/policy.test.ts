import { describe, expect, test } from 'vitest'
import { decide, exclusionOf, type Outcome, type Policy } from '../../proxy/policy.ts'

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
