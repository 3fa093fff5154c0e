import type { JournalWriter } from '../../journal/contract.ts'
import type { Verdict } from '../../journal/entry.ts'
import type { ForeignExchange } from '../../journal/foreign.ts'
import { codeOf } from '../../journal/problem.ts'
import type { RecorderInfo, Standing } from '../../journal/standing.ts'
import type { Exclusion } from '../policy.ts'
import { Playing, type PlayingOptions } from './playing.ts'

export interface ImportOptions extends Omit<PlayingOptions, 'recorder' | 'pieceMasker'> {
  journal: JournalWriter
  /** The same one for the same file and choice: what is there already is not appended twice. */
  info: RecorderInfo
  signal: AbortSignal
}

export interface Imported {
  verdicts: Readonly<Partial<Record<Verdict, number>>>
  excluded: Readonly<Partial<Record<Exclusion, number>>>
  /** The highest number that was given. */
  lastNumber: number
}

/** So much goes in one statement. */
const BATCH = { records: 256, bytes: 4 * 1024 * 1024 }

/** How long the recorder of an import may be silent, and how often it is heard, in ms. */
const LEASE = 60_000
const HEARD = 15_000

/**
 * Records exchanges of a file as a recorder of their own, which has ended when it resolves: the sum of
 * `audit` holds for it as for any other. Rejects with a Problem; what was appended by then stays, and the
 * same import goes on there.
 */
export async function importExchanges(
  exchanges: AsyncIterable<ForeignExchange>,
  { journal, info, signal, ...options }: ImportOptions,
): Promise<Imported> {
  const { stream, id } = info
  const playing = new Playing({
    ...options,
    recorder: id,
    pieceMasker: (fields) => journal.pieceMasker(fields),
  })
  const { desk } = playing
  await journal.enrol(info, LEASE)
  let heardAt = performance.now()
  const append = async () => {
    const records = desk.take().map((record) => journal.seal(record))
    await journal.append(stream, id, records, 'open').catch((error: unknown) => {
      // It was begun before, was killed, and was closed since.
      if (codeOf(error) !== 'recorder_fenced') throw error
      return journal.append(stream, id, records, 'former')
    })
    if (performance.now() - heardAt < HEARD) return
    heardAt = performance.now()
    await journal.renew(stream, id, LEASE, standing()).catch(ignoreFenced)
  }
  const standing = (): Standing => ({
    lastNumber: desk.lastNumber,
    ...{ spooledRecords: 0, spooledBytes: 0 },
  })
  for await (const exchange of exchanges) {
    signal.throwIfAborted()
    playing.play(exchange)
    if (desk.records >= BATCH.records || desk.bytes >= BATCH.bytes) await append()
  }
  await append()
  await journal.retire(stream, id, standing())
  return { verdicts: desk.verdicts, excluded: desk.excluded, lastNumber: desk.lastNumber }
}

function ignoreFenced(error: unknown): void {
  if (codeOf(error) !== 'recorder_fenced') throw error
}
