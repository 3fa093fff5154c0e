import { setMaxListeners } from 'node:events'
import type { Wanted } from '../../journal/runs.ts'
import { Hold } from '../sending/hold.ts'

/**
 * Does what somebody wants of a run, wherever he says it (see ../held-runs.ts): it stands still, goes on,
 * or ends as if its own process had been asked to.
 */
export class Heeding {
  readonly hold = new Hold()
  /** Aborted by the run's own process, or because somebody wants the run to end. */
  readonly signal: AbortSignal
  readonly #stop = new AbortController()
  readonly #onWanted: (wanted: Wanted | null) => void
  #last: Wanted | null = null

  /** `onWanted` is told of each change. */
  constructor(signal: AbortSignal, onWanted: (wanted: Wanted | null) => void = () => {}) {
    this.#onWanted = onWanted
    this.signal = AbortSignal.any([signal, this.#stop.signal])
    // As many as requests are out at once.
    setMaxListeners(0, signal, this.signal)
    // Whoever waits for it to go on is not to wait for ever.
    this.signal.addEventListener('abort', () => this.hold.end())
  }

  readonly heed = (wanted: Wanted | null): void => {
    if (wanted === this.#last) return
    this.#last = wanted
    this.#onWanted(wanted)
    if (wanted === 'stop') this.#stop.abort()
    else if (wanted === null) this.hold.end()
    else if (!this.signal.aborted) this.hold.begin()
  }
}
