/**
 * Told of bytes that are part of a secret value: from, to (not with it), within what was given, and what
 * is to stand there: one character for each of them, or as many as they are.
 */
export type Mark = (from: number, to: number, mask: string) => void

/** Stands for text; any syntax that is read here takes it within a value. */
export const TEXT_MASK = '*'

/**
 * Looks for secret values in a body that comes in pieces. What is a secret does not depend on where the
 * pieces were cut, and what it holds in memory does not grow with them.
 */
export interface Finder {
  /**
   * Answers how many bytes at the end of a piece it cannot judge before the next one came: those are
   * given again, before the next. Of the `last` one that is none.
   */
  find(bytes: Buffer, mark: Mark, place: 'more' | 'last'): number
}
