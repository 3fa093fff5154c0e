import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import type { Entry, NewEntry } from '../../journal/entry.ts'
import { asRead, recorded } from './entries.ts'

/** Appends to a stream of its own and reads each one back. */
export async function expectKept(journal: Journal, batch: readonly NewEntry[]): Promise<void> {
  const { stream, recorder, ids } = await recorded(journal, batch)
  const entries = await Promise.all(ids.map((id) => journal.entry(id)))
  expect(entries.map(digested)).toEqual(
    batch.map((entry, i) => digested({ ...asRead(stream, recorder, entry), id: ids[i]! })),
  )
}

/** Large bodies compare by digest: a structural comparison of megabytes takes minutes. */
function digested(entry: Entry): unknown {
  const digest = (bytes: Buffer | null) =>
    bytes !== null && bytes.length > 1_000
      ? createHash('sha256').update(bytes).digest('hex')
      : bytes
  return {
    ...entry,
    requestBody: digest(entry.requestBody),
    responseBody: digest(entry.responseBody),
  }
}
