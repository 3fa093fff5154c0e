import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compacted } from './compacted-history.ts'
import { anyShopping, reshopped, SHOP_RULES, shopped } from './shop.ts'

const RUNS = Number(process.env['REPRISE_MODEL_RUNS'] ?? 150)
const SEED = Number(process.env['REPRISE_MODEL_SEED'] ?? 2026)
const endOnFailure = process.env['REPRISE_MODEL_SHRINK'] === 'no'

test('what rules leave of a history brings its state, and nothing of it is refused', () => {
  const left = { replaces: 0, cancels: 0, clears: 0 }
  fc.assert(
    fc.property(anyShopping, fc.nat(40), ({ world, acts }, from) => {
      const { shop, stream } = shopped(world, acts)
      const rest = compacted(stream, SHOP_RULES)
      for (const [rule, n] of rest.told.byRule) left[rule.split(' ')[2] as 'clears'] += n
      const restored = reshopped({ ...world, from }, rest.stream)
      const said = stream.map(({ id, method, target, requestBody, status }) =>
        [rest.told.left.has(id) ? 'left' : 'kept', id, method, target, requestBody, status].join(
          ' ',
        ),
      )
      expect(restored.refused, said.join('\n')).toEqual([])
      expect(restored.shop.state(), said.join('\n')).toEqual(shop.state())
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure },
  )
  for (const n of Object.values(left)) expect(n).toBeGreaterThan(RUNS / 2)
})
