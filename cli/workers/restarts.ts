/** A worker that served for so long was all right, whatever ended it, in ms. */
export const LASTING = 10_000

const FIRST = 500
const MOST = 10_000

/**
 * How long to wait before a worker is started again, in ms, after it ended so many times in a row
 * without lasting: at once after the first time, for it may have been killed.
 */
export function restartDelay(endsInRow: number): number {
  return endsInRow <= 1 ? 0 : Math.min(FIRST * 2 ** (endsInRow - 2), MOST)
}
