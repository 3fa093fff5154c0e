import { expect, test } from 'vitest'
import { BodyCapture } from '../../proxy/capture.ts'

function captured(limit: number, chunks: string[], end: 'ended' | 'cut' = 'ended') {
  const capture = new BodyCapture(limit)
  for (const chunk of chunks) capture.add(Buffer.from(chunk))
  if (end === 'ended') capture.end(['X-Sum', '1'])
  const { bytes, ...rest } = capture.result()
  return { text: bytes.toString(), ...rest }
}

test.each([
  ['nothing', 10, [], '', 0, 'complete'],
  ['one piece', 10, ['abc'], 'abc', 3, 'complete'],
  ['several', 10, ['abc', 'de', 'f'], 'abcdef', 6, 'complete'],
  ['just the limit', 6, ['abc', 'def'], 'abcdef', 6, 'complete'],
  ['one byte more', 5, ['abc', 'def'], 'abcde', 6, 'truncated'],
  ['pieces after the limit', 3, ['abc', 'def', 'ghi'], 'abc', 9, 'truncated'],
  ['a limit of nothing', 0, ['abc'], '', 3, 'truncated'],
])('of %s', (_, limit, chunks, text, length, capture) => {
  const trailers = ['X-Sum', '1']
  expect(captured(limit, chunks)).toEqual({ text, length, capture, trailers })
})

test('what never came to its end is aborted, even where it is too large as well', () => {
  expect(captured(10, ['abc'], 'cut')).toEqual({
    text: 'abc',
    length: 3,
    capture: 'aborted',
    trailers: [],
  })
  expect(captured(2, ['abc'], 'cut')).toMatchObject({ text: 'ab', length: 3, capture: 'aborted' })
})
