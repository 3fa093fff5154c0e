import type { ForeignReader } from './formats.ts'

/** By how a file begins; null: it is none that is known here. */
export function guessForeign(start: Buffer): ForeignReader | null {
  const text = start
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  if (/^\s*\{\s*"log"\s*:/.test(text)) return 'har'
  if (/^[123] [\da-fA-F]{8,} \d+(?: -?\d+)?\r?\n/.test(text)) return 'gor'
  if (/^\d{1,10}:\d{1,10}:/.test(text)) return 'mitmproxy'
  return null
}
