import type { StubJournal } from './stub-journal.ts'

/** Every number that has its place in the journal, in ascending order; one in two places twice. */
export function placedNumbers(journal: StubJournal): number[] {
  return [
    ...journal.entries().map(({ number }) => number),
    ...journal.records('unrecorded').flatMap(({ unrecorded }) => unrecorded.numbers),
  ].sort((a, b) => a - b)
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1)
}
