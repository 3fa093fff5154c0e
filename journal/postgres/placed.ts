import type { NumberRange } from '../standing.ts'
import type { SealedRecord } from '../contract.ts'
import { numbersOf } from './seal.ts'

/** The numbers that have a place once the record is in the journal. */
export function placedBy(record: SealedRecord): NumberRange[] {
  const { kind, number } = record
  switch (kind) {
    case 'entry':
    case 'intent':
      return [{ first: number, last: number }]
    case 'unrecorded':
      return parseMultirange(numbersOf(record))
    case 'chunk':
      // A body without its entry says nothing of what became of the mutation.
      return []
  }
}

/** As sealRecord writes it: `{[1,4),[7,8)}`. */
function parseMultirange(text: string): NumberRange[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, end]) => ({
    first: Number(from),
    last: Number(end) - 1,
  }))
}
