import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteRing } from '../../proxy/byte-ring.ts'
import { eachOpaqueValue, keyOfText, type ValueKey } from '../../proxy/opaque-values.ts'

function valuesIn(text: string): ValueKey[] {
  const found: ValueKey[] = []
  eachOpaqueValue(Buffer.from(text, 'latin1'), (key) => found.push(key))
  return found
}

test.each([
  ['3f2a9c1e-77b0-4d51-9e0a-5b1c2d3e4f60'],
  ['5d41402abc4b2a76b9719d911017c592'],
  ['kVO1Xq8-Zt3_pLm92fRaBcD7'],
  ['eyJhbGciOiJIUzI1NiJ9'],
  ['cjld2cjxh0000qzrmn831i7rn'],
  ['9007199254740993'],
])('%s is opaque, whatever stands around it', (value) => {
  for (const text of [value, `"${value}"`, `a=${value}&b`, `%2B${value}`, `x ${value}\n`]) {
    expect(valuesIn(text)).toEqual([keyOfText(value)])
  }
})

test.each(['', 'short1', '17', '12345678', 'internationalization', 'col-md-12', '2026-11-28T10'])(
  '%s is not',
  (text) => {
    expect(valuesIn(text)).toEqual([])
  },
)

test('each value is found once, wherever it stands', () => {
  const value = fc.stringMatching(/^[a-f0-9]{20,40}$/).filter((text) => valuesIn(text).length === 1)
  const filler = fc.stringMatching(/^[ "<>=.,;&/+]{1,20}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(filler, value), { maxLength: 20 }), filler, (parts, end) => {
      const text = parts.flat().join('') + end
      expect(valuesIn(text)).toEqual(parts.map(([, one]) => keyOfText(one)))
    }),
  )
})

test('a ring has what was written last, up to its limit, each in one piece', () => {
  const written = fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 12 })))
  fc.assert(
    fc.property(written, (list) => {
      const ring = new ByteRing(100)
      const places = list.map(([text, bytes]) => {
        const latin1 = text.replaceAll(/[^\0-\xff]/g, '?')
        const whole = Buffer.concat([Buffer.from(latin1, 'latin1'), bytes])
        return { place: ring.write(latin1, [Buffer.from(bytes)]), whole }
      })
      const there = places.filter(({ place }) => place >= ring.begin)
      for (const { place, whole } of there) {
        expect(ring.read(place, whole.length).equals(whole)).toBe(true)
      }
      const size = there.reduce((sum, { whole }) => sum + whole.length, 0)
      if (there.length < places.length) expect(size).toBeGreaterThan(30)
    }),
  )
})
