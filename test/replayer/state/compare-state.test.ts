import { expect, test } from 'vitest'
import type { StateShot } from '../../../journal/state.ts'
import { parseCompareRules } from '../../../replayer/compare/parse-rules.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { compareShots, compareState } from '../../../replayer/state/compare-state.ts'
import { aliases, NOW, THEN, told } from '../compare/answers.ts'

const noAliases = () => null

function shot(value: unknown, changes: Partial<StateShot> = {}): StateShot {
  const body = Buffer.from(JSON.stringify(value))
  return {
    ...{ stream: 's', probe: 'GET /api/state', takenAt: THEN, target: 'http://t:1', status: 200 },
    ...{ fields: ['Content-Type', 'application/json'], body, length: body.length, digest: null },
    ...changes,
  }
}

const now = (value: unknown, changes: Partial<StateShot> = {}) =>
  shot(value, { takenAt: NOW, target: 'http://127.0.0.1:9', ...changes })

test('the same state is restored, with new ids and times too', () => {
  const kept = shot({ things: [{ id: 'a7', at: '2026-01-15T11:00:00Z', n: 1 }] })
  const came = now({ things: [{ n: 1, id: 'b9', at: '2026-02-20T17:59:00Z' }] })
  const verdict = compareShots(kept, came, DEFAULT_RULES, aliases({ a7: 'b9' }))
  expect(verdict).toMatchObject({ outcome: 'restored', why: null })
  expect(verdict.found.explained).toStrictEqual({ alias: 1, time: 1 })
  expect(compareShots(kept, came, DEFAULT_RULES, noAliases).outcome).toBe('differs')
})

test('what differs is told by its place; rules of its path hold', () => {
  const [kept, came] = [shot({ n: 1, m: 1 }), now({ n: 2, m: 2 })]
  const verdict = compareShots(kept, came, DEFAULT_RULES, noAliases)
  expect(verdict.outcome).toBe('differs')
  expect(told(verdict.found)).toStrictEqual(['body /n 1 -> 2', 'body /m 1 -> 2'])
  const rules = parseCompareRules({ ignore: [{ on: 'GET /api/*', pointer: '/m' }] })
  expect(told(compareShots(kept, came, rules, noAliases).found)).toStrictEqual(['body /n 1 -> 2'])
  expect(
    told(compareShots(kept, now({ n: 1 }, { status: 404 }), rules, noAliases).found),
  ).toStrictEqual(['status 200 -> 404'])
})

test('what could not be looked at is not proven to be restored', () => {
  const cut = { length: 9_000, digest: null }
  const verdict = compareShots(shot({ n: 1 }, cut), now({ n: 1 }, cut), DEFAULT_RULES, noAliases)
  expect(verdict).toMatchObject({
    outcome: 'unknown',
    why: 'body: it is too large to be kept whole; 9000 bytes were recorded, 9000 came',
  })
})

test.each<[string, StateShot[], string[], string, string[]]>([
  ['all the same', [now(1)], [], 'restored', ['restored']],
  ['one that failed', [now(1)], ['GET /b'], 'unknown', ['restored', 'unknown']],
  ['one that differs, whatever else', [now(2)], ['GET /b'], 'differs', ['differs', 'unknown']],
  ['one that is not kept', [now(1, { probe: 'GET /c' })], [], 'unknown', ['unknown']],
  ['nothing asked', [], [], 'unknown', []],
])('the sum of %s', (_, shots, failures, outcome, each) => {
  const failed = failures.map((probe) => ({ probe, why: 'no answer' }))
  const verdict = compareState([shot(1)], { shots, failed }, DEFAULT_RULES, noAliases)
  expect(verdict.outcome).toBe(outcome)
  expect(verdict.probes.map((one) => one.outcome)).toStrictEqual(each)
})
