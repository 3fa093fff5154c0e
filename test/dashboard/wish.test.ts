import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  idFilter,
  isTarget,
  isThisMachine,
  offersOf,
  planBody,
  replayAddress,
  runBody,
  USUAL_MANNER,
  wishOf,
  type Wish,
} from '../../dashboard/replay/wish.ts'
import { parseAllowedTarget, isLoopback } from '../../replayer/target.ts'
import { PlanWish, RunWish } from '../../replayer/service/run-schemas.ts'

const target = 'http://127.0.0.1:3000'
const wish = (search: string) => wishOf(search)

test('what the address does not say is as the service has it', () => {
  const usual = RunWish.parse({ stream: 'shop', target })
  expect(RunWish.parse(runBody({ ...wish(''), target }, 'shop'))).toEqual(usual)
  expect(usual).toMatchObject(USUAL_MANNER)
})

const manners = fc.record({
  lanes: fc.subarray(['/api/devices/:id', '/:tenant/a,b', '/c']),
  concurrency: fc.integer({ min: 1, max: 1_000 }),
  clock_tolerance_ms: fc.integer({ min: 0, max: 1_000 }),
  speed: fc.option(fc.integer({ min: 1, max: 100 })),
  rate: fc.option(fc.constantFrom(0.5, 20)),
  on_failure: fc.constantFrom('stop' as const, 'continue' as const),
  on_difference: fc.constantFrom('stop' as const, 'continue' as const),
})

const wishes: fc.Arbitrary<Wish> = fc
  .tuple(
    manners,
    fc.constantFrom('', target, 'half typ&d #'),
    fc.constantFrom('stop' as const, 'skip' as const, 'send' as const),
    fc.constantFrom({}, { stream: 'shop', path: '/a/*,/b', text: 'x & y' }, { id: '1,2' }),
    fc.constantFrom('start' as const, 'checkpoint' as const),
    fc.subarray(['PUT /a/:id replaces PUT|PATCH /a/:id', 'POST /a?* replaces POST /a?*']),
  )
  .map(([manner, to, inDoubt, filter, begin, rules]) => ({
    ...{ ...manner, target: to, in_doubt: inDoubt, filter, begin, compact_rules: rules },
  }))

test('a wish is its address, and what comes of it the service takes', () => {
  fc.assert(
    fc.property(wishes, (one) => {
      const address = replayAddress(one)
      expect(wishOf(new URL(address, target).search)).toEqual(one)
      expect(PlanWish.safeParse(planBody(one, 'shop', 100)).error).toBeUndefined()
      expect(RunWish.safeParse({ ...runBody(one, 'shop'), target }).error).toBeUndefined()
    }),
  )
})

test('what is no number or word of it is as usual', () => {
  expect(wish('?concurrency=many&in_doubt=maybe&speed=&rate=x&lanes=')).toEqual(wish(''))
})

test.each([
  ['http://127.0.0.1:3000', true],
  ['https://shop.test/base', true],
  ['ftp://127.0.0.1', false],
  ['http://u:p@127.0.0.1', false],
  ['http://127.0.0.1/?a', false],
  ['127.0.0.1:3000', false],
  ['', false],
])('%s is a target, as the service says: %s', (text, is) => {
  expect(isTarget(text)).toBe(is)
  expect(RunWish.safeParse({ stream: 'shop', target: text }).success).toBe(is)
})

test.each([
  ...['127.0.0.1', '127.9.9.9', 'localhost', 'a.localhost', '[::1]', '127.0.0.1.example.com'],
  ...['10.0.0.1', 'shop.test', 'localhost.example.com', '[::2]', '0x7f.1', 'LOCALHOST'],
])('%s is this machine, or is not, as the service has it', (host) => {
  const { hostname } = new URL(`http://${host}`)
  expect(isThisMachine(`http://${host}:81`)).toBe(isLoopback(hostname))
})

test('targets are offered once each, and those that the settings name as addresses', () => {
  const plan = {
    recorded_targets: ['http://shop.test'],
    named_targets: ['staging.test', 'safe.test:443', 'other.test:81'],
  }
  expect(offersOf(plan, [target, 'http://shop.test', target])).toEqual([
    { target: 'http://shop.test', why: 'recorded' },
    { target: 'http://staging.test', why: 'named' },
    { target: 'https://safe.test', why: 'named' },
    { target: 'http://other.test:81', why: 'named' },
    { target, why: 'sent to before' },
  ])
  for (const { target: one } of offersOf(plan, [])) {
    expect(parseAllowedTarget(new URL(one).host).host).toMatch(/test$/)
  }
})

test('chosen entries are a filter, in order', () => {
  expect(idFilter(new Set([12, 7, 100]), 'shop')).toEqual({ stream: 'shop', id: '7,12,100' })
  expect(idFilter([3], undefined)).toEqual({ id: '3' })
})
