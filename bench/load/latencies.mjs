// Latencies by steps of 10 us, up to 10 s: what is noted costs nothing and stays small.

const STEP_MS = 0.01
const STEPS = 1_000_000

export class Latencies {
  #steps = new Uint32Array(STEPS)
  count = 0

  add(ms) {
    this.count += 1
    this.#steps[Math.min(Math.floor(ms / STEP_MS), STEPS - 1)] += 1
  }

  /** In ms; `undefined` of nothing. */
  percentile(share) {
    if (this.count === 0) return undefined
    let left = this.count * share
    for (let step = 0; step < STEPS; step += 1) {
      left -= this.#steps[step]
      if (left <= 0) return Number(((step + 1) * STEP_MS).toFixed(2))
    }
    return STEPS * STEP_MS
  }
}
