import { expect, test } from 'vitest'
import { Ahead } from '../../proxy/ahead.ts'

function takePieces(ahead: Ahead): Buffer[] {
  const pieces: Buffer[] = []
  for (let piece = ahead.next(); piece !== undefined; piece = ahead.next()) pieces.push(piece)
  return pieces
}

test('what came byte by byte is a few pieces, in order', () => {
  const ahead = new Ahead()
  const text = Array.from({ length: 50_000 }, (_, i) => String(i % 10)).join('')
  for (const byte of text) ahead.add(Buffer.from(byte))
  const pieces = takePieces(ahead)
  expect(pieces.length).toBeLessThan(100)
  expect(Buffer.concat(pieces).toString()).toBe(text)
  expect(ahead.isEmpty).toBe(true)
})

test('what is put back is the next', () => {
  const ahead = new Ahead()
  for (const text of ['abc', 'd'.repeat(2_000)]) ahead.add(Buffer.from(text))
  ahead.putBack(ahead.next()!.subarray(1))
  ahead.add(Buffer.from('e'))
  expect(ahead.takeAll().toString()).toBe(`bc${'d'.repeat(2_000)}e`)
})

test('where many connections wait each has room for less', () => {
  const piece = Buffer.alloc(100_000)
  const all = Array.from({ length: 900 }, () => new Ahead())
  const fill = (ahead: Ahead) => {
    let length = 0
    for (; ahead.hasRoom; length += piece.length) ahead.add(piece)
    return length
  }
  const lengths = all.map(fill)
  expect([lengths[0], lengths.at(-1)]).toEqual([1_100_000, 100_000])
  for (const ahead of all) ahead.clear()
  expect(fill(all.at(-1)!)).toBe(1_100_000)
  all.at(-1)!.clear()
})
