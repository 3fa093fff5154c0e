import { beforeEach, expect, test, vi } from 'vitest'

// How long a comparison takes tells nothing of a token: each that is known is compared, in full, by the
// function that is made for it, whatever is shown.

const compared: [number, number][] = []

vi.mock(import('node:crypto'), async (original) => {
  const crypto = await original()
  return {
    ...crypto,
    timingSafeEqual(one, other) {
      compared.push([one.byteLength, other.byteLength])
      return crypto.timingSafeEqual(one, other)
    },
  }
})

// Tests share their modules: those that were loaded before know the other one.
vi.resetModules()
const { ownerOf } = await import('../../../../replayer/service/door/tokens.ts')
const { people } = await import('./people.ts')
const { tokens, secretOf } = people()

beforeEach(() => void compared.splice(0))

test.each([
  ['the first', secretOf.read, 'one-read'],
  ['the last', secretOf.admin, 'one-admin'],
  ['nobody’s', `${secretOf.read.slice(0, -1)}x`, undefined],
  ['none at all', '', undefined],
  ['a long one', 'x'.repeat(10_000), undefined],
  ['the start of one', secretOf.read.slice(0, 20), undefined],
])('%s token is compared with all, as hashes of one length', (_, shown, owner) => {
  expect(ownerOf(tokens, shown)?.name).toBe(owner)
  expect(compared).toEqual([
    [32, 32],
    [32, 32],
    [32, 32],
  ])
})
