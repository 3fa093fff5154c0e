/**
 * Values counted in buckets that are fixed. Made for the way of every request: to observe one is a few
 * comparisons and two additions, and makes nothing.
 */
export class Histogram {
  readonly bounds: readonly number[]
  /** By bucket, the last one for what is beyond the last bound. */
  readonly #counts: Float64Array
  #sum = 0

  /** `bounds`: the highest value of each bucket, in order. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    const { bounds } = this
    let bucket = 0
    // What comes is small, as a rule: faster than to halve.
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++
    this.#counts[bucket]! += 1
    this.#sum += value
  }

  /** Of all values. */
  get sum(): number {
    return this.#sum
  }

  /** How many values there are up to each bound, and then in all. */
  cumulative(): number[] {
    let count = 0
    return Array.from(this.#counts, (own) => (count += own))
  }
}
