import type { ValueKey } from './opaque-values.ts'

/** So many values are remembered at most; of two that fall on one place the later one stays. */
const PLACES = 2 ** 17

/**
 * Values that the journal has already, because they stand in what was recorded lately: a read that
 * shows one of them again did not produce it. Every recorded exchange adds to it, so it is one flat
 * piece of memory that nothing is allocated for. What was forgotten costs an entry that was not needed.
 */
export class KnownValues {
  readonly #places = new Uint32Array(PLACES)

  add(key: ValueKey): void {
    this.#places[placeOf(key)] = printOf(key)
  }

  has(key: ValueKey): boolean {
    return this.#places[placeOf(key)] === printOf(key)
  }
}

function placeOf(key: ValueKey): number {
  return key % PLACES
}

/** What does not choose the place; 0 is an empty one. */
function printOf(key: ValueKey): number {
  return (Math.floor(key / PLACES) % 0xffffffff) + 1
}
