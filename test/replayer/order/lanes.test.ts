import { expect, test } from 'vitest'
import { laneFinder, parseLanePattern } from '../../../replayer/order/lanes.ts'

const lanesOf = (...patterns: string[]) => laneFinder(patterns.map(parseLanePattern))

test('a captured segment is a lane for each value; what is below it belongs to it', () => {
  const laneOf = lanesOf('/api/devices/:id')
  expect(laneOf('/api/devices/7')).toBe('/api/devices/:id:7')
  expect(laneOf('/api/devices/7/state')).toBe('/api/devices/:id:7')
  expect(laneOf('/api/devices/8')).toBe('/api/devices/:id:8')
  expect(laneOf('/api/devices/a%2Fb')).toBe('/api/devices/:id:a%2Fb')
})

test.each(['/api/devices', '/api/devices/', '/api', '/', '*', '/API/devices/7', '/api/devicesx/7'])(
  '%s has no lane by it',
  (path) => {
    expect(lanesOf('/api/devices/:id')(path)).toBeNull()
  },
)

test('the pattern with the most segments counts, in whatever order they are given', () => {
  const patterns = ['/things', '/things/:id', '/:tenant/things/:id']
  for (const given of [patterns, patterns.toReversed()]) {
    const laneOf = lanesOf(...given)
    expect(laneOf('/things')).toBe('/things')
    expect(laneOf('/things/1/parts')).toBe('/things/:id:1')
    expect(laneOf('/acme/things/1')).toBe('/:tenant/things/:id:acme/1')
    expect(laneOf('/other')).toBeNull()
  }
})

test('without patterns nothing has a lane', () => {
  expect(lanesOf()('/things/1')).toBeNull()
})

test.each(['', '/', 'things/:id', '/things/', '/things/*', '/things//:id', '/a b', '/x/:', '/?a'])(
  "'%s' is not a pattern",
  (text) => {
    expect(() => parseLanePattern(text)).toThrow(
      new RangeError(`expected a path such as /api/devices/:id, got '${text}'`),
    )
  },
)
