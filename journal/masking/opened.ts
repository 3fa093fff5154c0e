import type { Entry, EntrySummary, Side } from '../entry.ts'
import { unmasked } from './masked.ts'

// What a message was before its secrets were masked, as far as they are known: of an entry that was read
// `opened`. Nothing of it may be shown, logged or kept.

export function openedTarget({ target, masked }: Pick<EntrySummary, 'target' | 'masked'>): string {
  const parts = masked.filter((part) => part.in === 'target')
  if (parts.length === 0) return target
  return unmasked(Buffer.from(target, 'latin1'), parts).toString('latin1')
}

/** Of a body that is kept in one piece; null: there is no answer. */
export function openedBody(entry: Entry, side: 'request'): Buffer
export function openedBody(entry: Entry, side: Side): Buffer | null
export function openedBody(entry: Entry, side: Side): Buffer | null {
  const body = side === 'request' ? entry.requestBody : entry.responseBody
  if (body === null || entry.masked.length === 0) return body
  return unmasked(
    body,
    entry.masked.filter((part) => part.in === side),
  )
}
