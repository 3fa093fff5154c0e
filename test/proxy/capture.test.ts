import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { BodyCapture } from '../../proxy/capture.ts'
import { Problem } from '../../journal/problem.ts'

type Done = (failure: Problem | null) => void

function capturing(limit: number) {
  const pieces: Buffer[] = []
  const dones: Done[] = []
  const capture = new BodyCapture(limit, (position, bytes, _secrets, done) => {
    expect(position).toBe(pieces.length)
    pieces.push(bytes)
    dones.push(done)
  })
  return { capture, pieces, dones }
}

function resultOf(capture: BodyCapture) {
  const left = capture.close()
  const result = capture.result()
  expect(left).toBe(result.bytes.length)
  return result
}

function captured(limit: number, chunks: string[], end: 'ended' | 'cut' = 'ended') {
  const { capture } = capturing(limit)
  for (const chunk of chunks) expect(capture.add(Buffer.from(chunk))).toBe(null)
  if (end === 'ended') capture.end(['X-Sum', '1'])
  const { bytes, digest, ...rest } = resultOf(capture)
  expect(digest).toEqual(bytes.length === 0 ? null : digestOf(bytes))
  return { text: bytes.toString(), ...rest }
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

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
  expect(captured(limit, chunks)).toEqual({ text, chunks: 0, length, capture, trailers })
})

test('what never came to its end is aborted, even where it is too large as well', () => {
  expect(captured(10, ['abc'], 'cut')).toEqual({
    text: 'abc',
    chunks: 0,
    length: 3,
    capture: 'aborted',
    trailers: [],
  })
  expect(captured(2, ['abc'], 'cut')).toMatchObject({ text: 'ab', length: 3, capture: 'aborted' })
})

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')
const LIMIT = 64 * 1024 * 1024

test('a large body goes in pieces while it streams, and is whole together', () => {
  const { capture, pieces, dones } = capturing(LIMIT)
  for (let at = 0; at < MEGABYTE.length; at += 65_536) {
    void capture.add(MEGABYTE.subarray(at, at + 65_536))
    dones.at(-1)?.(null)
  }
  expect(pieces.length).toBeGreaterThan(2)
  capture.end([])
  const { bytes, chunks, digest, length } = resultOf(capture)
  expect(bytes.length).toBe(0)
  expect(chunks).toBe(pieces.length)
  expect(Buffer.concat(pieces).equals(MEGABYTE)).toBe(true)
  expect([length, digest]).toEqual([MEGABYTE.length, digestOf(MEGABYTE)])
})

test('where the journal does not keep up the sender is told to wait', async () => {
  const { capture, dones } = capturing(LIMIT)
  expect(capture.add(MEGABYTE)).toBe(null)
  const room = capture.add(MEGABYTE)
  expect(room).toBeInstanceOf(Promise)
  dones[0]!(null)
  await room
})

test('where nobody takes a piece the body is truncated there, and streams on', async () => {
  const { capture, pieces, dones } = capturing(LIMIT)
  void capture.add(MEGABYTE)
  const room = capture.add(MEGABYTE)
  const problem = new Problem('spool_unavailable', 'full', { source: 'internal' })
  for (const done of dones) done(problem)
  await room
  expect(capture.add(MEGABYTE)).toBe(null)
  capture.end([])
  const { capture: ended, chunks, length, digest } = resultOf(capture)
  expect([ended, chunks, length]).toEqual(['truncated', 2, 3 * MEGABYTE.length])
  expect(digest).toEqual(digestOf(Buffer.concat(pieces)))
})
