import type { NumberRange, SealedRecord } from '../contract.ts'

/** The numbers that have a place once the record is in the journal. */
export function placedBy({ kind, number, row }: SealedRecord): NumberRange[] {
  switch (kind) {
    case 'entry':
    case 'intent':
      return [{ first: number, last: number }]
    case 'unrecorded':
      return parseMultirange(row['numbers'] as string)
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
