import { messageOf, Problem } from '../../journal/problem.ts'

export type Area = 'versions' | 'database' | 'clock' | 'spool' | 'secrets' | 'upstream' | 'ports'

/** One thing that was looked at. */
export interface Finding {
  area: Area
  /** `warning`: it works, and may not do what is expected of it. `problem`: it does not. */
  state: 'ok' | 'warning' | 'problem'
  /** What was found, in one line. */
  found: string
  /** What to do about it; there unless it is ok. */
  remedy?: string
}

export function fine(area: Area, found: string): Finding {
  return { area, state: 'ok', found }
}

export function warning(area: Area, found: string, remedy: string): Finding {
  return { area, state: 'warning', found, remedy }
}

export function problem(area: Area, found: string, remedy: string): Finding {
  return { area, state: 'problem', found, remedy }
}

/** Of what was thrown; its own hint is what to do. */
export function failure(area: Area, error: unknown, remedy: string): Finding {
  const hint = error instanceof Problem ? error.hint : undefined
  return problem(area, messageOf(error).replaceAll(/\s*\n\s*/g, '; '), hint ?? remedy)
}
