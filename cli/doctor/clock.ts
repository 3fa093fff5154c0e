import { fine, warning, type Finding } from './finding.ts'

/** How far another clock is ahead of this machine's, in ms, for all that is known: between the two. */
export interface Skew {
  least: number
  most: number
}

/** Of an answer that said a time while ours went from `before` to `after`; all in ms. */
export function skewOf(theirs: number, before: number, after: number, coarseness = 0): Skew {
  return { least: theirs - after, most: theirs + coarseness - before }
}

/** Of the Date field of an answer (RFC 9110 section 6.6.1), which knows whole seconds. */
export function skewOfDate(field: string | undefined, before: number, after: number): Skew | null {
  const theirs = Date.parse(field ?? '')
  return Number.isNaN(theirs) ? null : skewOf(theirs, before, after, 999)
}

/** By more than so much, in ms, clocks do not agree. */
const TOLERANCE = 1_000

/** What of it is sure is judged: an answer that took long tells little. */
export function judgeSkew(whose: string, { least, most }: Skew, why: string): Finding {
  const sure = least > 0 ? least : Math.min(most, 0)
  if (Math.abs(sure) <= TOLERANCE) {
    return fine('clock', `the clock of ${whose} and this machine's agree`)
  }
  const seconds = (Math.abs(sure) / 1000).toFixed(1)
  return warning(
    'clock',
    `the clock of ${whose} is ${seconds} s ${sure > 0 ? 'ahead of' : 'behind'} this machine's`,
    `set both by NTP: ${why}`,
  )
}
