import type { Run } from '../../journal/runs.ts'
import type { Selection } from '../plan.ts'
import type { RunOptions } from '../run.ts'

/** How a run sends, whatever it sends: kept with its plan, so that whoever resumes it is told. */
export interface Manner {
  lanes: readonly string[]
  concurrency: number
  /** In microseconds. */
  tolerance: number
  /** So many times as fast as it was recorded; null: as fast as order allows. */
  speed: number | null
  /** Requests a second at most; null: any number. */
  rate: number | null
  onFailure: RunOptions['onFailure']
  onDifference: RunOptions['onDifference']
}

export function mannerOf(
  options: Pick<RunOptions, 'lanes' | 'order' | 'sending' | 'onFailure' | 'onDifference'>,
): Manner {
  const { lanes, order, sending, onFailure, onDifference } = options
  const { concurrency, tolerance } = order
  const { speed, rate } = sending.pace
  return {
    lanes: lanes.map(({ text }) => text),
    ...{ concurrency, tolerance, speed, rate, onFailure, onDifference },
  }
}

/** How a run was begun; null of one from before that was kept. */
export function keptManner({ plan }: Pick<Run, 'plan'>): Manner | null {
  return ((plan ?? {}) as { manner?: Manner }).manner ?? null
}

/** What a run was spared besides what its filter leaves out. */
export interface Spared {
  /** The checkpoint behind which it begins; null: none. */
  checkpoint: number | null
  /** Rules by which it leaves out what later requests make needless, in their normal form. */
  compactRules: readonly string[]
}

/** As its plan keeps it: the checkpoint may have been removed since. */
export function keptSpared({ plan }: Pick<Run, 'plan'>): Spared {
  const { checkpoint = null, compact = [] } = (plan ?? {}) as Partial<Selection>
  return { checkpoint, compactRules: compact }
}

/** As settings of the command line. */
export function mannerFlags(manner: Manner): string {
  const { lanes, concurrency, tolerance, speed, rate, onFailure, onDifference } = manner
  return [
    ...(lanes.length > 0 ? ['--lanes', ...lanes] : []),
    ...['--concurrency', concurrency, '--clock-tolerance', `${tolerance / 1000}ms`],
    ...(speed === null ? [] : ['--speed', `${speed}x`]),
    ...(rate === null ? [] : ['--rate', `${rate}/s`]),
    ...(onFailure === 'continue' ? ['--skip-request-errors'] : []),
    ...(onDifference === 'stop' ? ['--on-difference', 'stop'] : []),
  ].join(' ')
}
