import type { LookupFunction } from 'node:net'
import type { Journal } from '../../journal/contract.ts'
import type { Epoch } from '../../journal/epochs.ts'
import { Problem } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { reset, type Reset } from '../reproduce/reset.ts'

// A restore of which nobody can say how far it came is not gone on with: where there is a way to do it, the
// backend is made blank, which begins its next life, and that one is restored from the start.

export interface Resetting {
  how: Reset
  /** For the whole of it, in ms. */
  timeout: number
}

export interface BlankAnewOptions {
  journal: Pick<Journal, 'epochs' | 'loseEpoch'>
  resetting: Resetting
  sending: { lookup: LookupFunction; tls?: UpstreamTls }
  say: Say
}

const SIGN = 'it was reset'

/** So many times in a row; then something else is wrong. */
const MOST = 3

/**
 * `over`: another epoch has begun. Otherwise why not. `why`: what is in doubt. The signal ends the reset with
 * all that it started: only whoever ends the process may.
 */
export async function blankAnew(
  { stream, number }: Pick<Epoch, 'stream' | 'number'>,
  why: string,
  { journal, resetting, sending, say }: BlankAnewOptions,
  signal: AbortSignal,
): Promise<'over' | { failed: string }> {
  const latest = await journal.epochs(stream, MOST)
  if (latest.length === MOST && latest.every(({ sign }) => sign.startsWith(SIGN))) {
    return { failed: `${why} (it was reset ${MOST} times in a row)` }
  }
  say(`epoch ${number}: ${why}: the backend is reset`, 'warn')
  try {
    const { lookup, tls } = sending
    await reset(resetting.how, {
      ...{ timeout: resetting.timeout, signal },
      ...(resetting.how.kind === 'request' && { lookup }),
      ...(tls && { tls }),
    })
  } catch (error) {
    if (!(error instanceof Problem) || signal.aborted) throw error
    return { failed: `${why}; ${error.message}` }
  }
  // Whoever saw its next life meanwhile has said so already.
  await journal.loseEpoch(stream, number, { boot: null, sign: `${SIGN}: ${why}` })
  return 'over'
}
