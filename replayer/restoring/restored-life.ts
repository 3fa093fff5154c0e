import { setTimeout as pause } from 'node:timers/promises'
import {
  hasNoState,
  isNamedAnew,
  isSameLife,
  tellsBoot,
  Uptimes,
  type BootSigns,
} from '../../backend/boot-signs.ts'
import { lifeCheck, look, type Seen } from '../../backend/look.ts'
import type { Epoch, EpochStore } from '../../journal/epochs.ts'
import type { ConnectionCheck } from '../../wire/connection-check.ts'
import { openClient } from '../../wire/open-client.ts'
import type { RunOptions } from '../run.ts'
import type { Holding } from './holding.ts'

/** How often it is looked whether a backend is there, in ms. */
const PACE = 50

export interface LifeOptions {
  journal: Pick<EpochStore, 'nameEpoch' | 'loseEpoch'>
  target: URL
  /** None: nothing tells the lives of the backend apart, but that it was away. */
  signs: BootSigns
  /** How long a look at the backend may take, in ms. */
  timeout: number
  sending: Pick<RunOptions, 'lookup' | 'tls' | 'http2'>
}

/** The life of a backend that is restored, and whether it is still that which answers. */
export class RestoredLife {
  readonly #epoch: Epoch
  readonly #options: LifeOptions
  readonly #uptimes = new Uptimes()
  /** As it showed itself first, and last. */
  #boot: string | null
  #latest: string | null

  constructor(epoch: Epoch, options: LifeOptions) {
    this.#epoch = epoch
    this.#options = options
    this.#boot = epoch.boot
    this.#latest = epoch.boot
  }

  /** Whether each connection can be asked which life it is: HTTP/2 alone has no way to ask it. */
  get isAsked(): boolean {
    const { signs, sending } = this.#options
    return signs.length > 0 && sending.http2 !== 'on'
  }

  /** Whether it is known to be the same when it takes connections again. */
  get isKnownBack(): boolean {
    return tellsBoot(this.#options.signs)
  }

  /** Until it answers; or `over`, because another one does. */
  async untilThere(signal: AbortSignal): Promise<'there' | 'over'> {
    const { journal } = this.#options
    const { stream, number } = this.#epoch
    for (;;) {
      const { seen, isAnother } = await this.look(signal)
      if (isAnother) return this.lose(seen)
      if (seen.kind === 'there') return 'there'
      if (seen.kind === 'boot') {
        if (this.#boot === null) await journal.nameEpoch(stream, number, seen.boot)
        this.#boot ??= seen.boot
        this.#latest ??= seen.boot
        return 'there'
      }
      await pause(PACE, undefined, { signal })
    }
  }

  /** Until it takes connections again, which it did not; then it may be a blank one, or is there as it was. */
  async untilBack(signal: AbortSignal): Promise<'over' | 'there'> {
    for (;;) {
      const { seen, isAnother } = await this.look(signal)
      if (isAnother) return this.lose(seen)
      const isBlank = seen.kind === 'boot' && hasNoState(this.#options.signs, seen.boot)
      // By what it shows it could be the same: what is said is that it was away.
      if (seen.kind === 'there' || isBlank) return this.lose({ kind: 'there' })
      if (seen.kind === 'boot') return 'there'
      await pause(PACE, undefined, { signal })
    }
  }

  async look(signal: AbortSignal): Promise<{ seen: Seen; isAnother: boolean }> {
    const { target, signs, timeout, sending } = this.#options
    const { lookup, tls } = sending
    const http2 = sending.http2 === 'on' ? 'on' : 'off'
    const client = openClient(target, { lookup, http2, ...(tls && { tls }) })
    try {
      const asked = performance.now()
      const seen = await look(client, { target, signs, timeout }, signal)
      return { seen, isAnother: this.#isAnother(seen, asked) }
    } finally {
      client.destroy()
    }
  }

  /** Whether it had state, and has none: that may be a loss, or what was recorded. */
  isEmptied(seen: Seen): boolean {
    const { signs } = this.#options
    return (
      seen.kind === 'boot' && this.#latest !== null && !isSameLife(signs, this.#latest, seen.boot)
    )
  }

  /**
   * What is asked on each of its connections. What was asked for while the claim was held may be answered
   * when it is not: nothing is sent then, either.
   */
  check(holding: Pick<Holding, 'refusal'>): { check?: ConnectionCheck } {
    if (!this.isAsked) return {}
    const { signs } = this.#options
    const { number } = this.#epoch
    const check = lifeCheck(this.#options, {
      meant: () => this.#latest,
      wentBack: (uptime, askedAt) =>
        this.#uptimes.wentBack(number, uptime, askedAt, performance.now()),
      judged: (seen) => {
        // One that was seen with state has lost it where a later connection sees none.
        if (this.#latest !== null && isNamedAnew(signs, this.#latest, seen)) this.#latest = seen
        return holding.refusal()
      },
    })
    return { check }
  }

  /** Its state is lost again: the next epoch begins, and is restored from the start. */
  async lose(seen: Seen): Promise<'over'> {
    const boot = 'boot' in seen ? (seen.boot ?? null) : null
    const what = boot === null ? 'it was away' : 'another boot id'
    const { stream, number } = this.#epoch
    const notice = { boot, sign: `${what} during its restore` }
    await this.#options.journal.loseEpoch(stream, number, notice)
    return 'over'
  }

  #isAnother(seen: Seen, asked: number): boolean {
    if (seen.kind !== 'boot' && seen.kind !== 'unclear') return false
    const { boot = null, uptime = null } = seen
    const { number } = this.#epoch
    if (this.#uptimes.wentBack(number, uptime, asked, performance.now())) return true
    return (
      boot !== null && this.#boot !== null && !isSameLife(this.#options.signs, this.#boot, boot)
    )
  }
}
