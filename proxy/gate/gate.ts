import { isRefusal } from '../../backend/look.ts'
import { Histogram } from '../../telemetry/histogram.ts'
import type { Outgoing } from '../../wire/client.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { STREAM_WINDOW } from '../http2-server.ts'
import { answerOwn } from '../own-answer.ts'

// Keeps clients away from a backend that may have lost its state, until it is known that it has not, or
// has it back. What is kept away waits, unread beyond its head, or is told to come again.

/** Why clients are kept away. */
export const SHUT = ['starting', 'away', 'lost', 'restoring', 'failed'] as const
export type Shut = (typeof SHUT)[number]

export interface GateRules {
  /** So many requests may wait; those beyond are told to come again at once. */
  most: number
  /** Bytes that all of them may hold in memory: their heads, and what is read of a body before anybody asks for it. */
  bytes: number
  /** How long each may wait, in ms. */
  patience: number
  /** What is let through even so. */
  passes: (request: Pick<Incoming, 'method' | 'url'>) => boolean
}

/** How often a gate is told that its process runs, and after how long without it stood still, in ms. */
export const TICK = 500
const FROZEN = 3_000

/** A request that waits. */
interface Held {
  go: () => void
  turnAway: () => void
}

export class Gate {
  /** From the look before it to the notice that a life is over, in seconds: it was over no sooner. */
  readonly detection = new Histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
  readonly #rules: GateRules
  readonly #held = new Set<Held>()
  /** Bytes of those that wait. */
  #heldBytes = 0
  /** When those that had to wait began to, of `performance.now()`. */
  readonly #waitedSince = new WeakMap<Answering, number>()
  #shut: Shut | null = 'starting'
  #since = performance.now()
  /** Seconds for which it was shut, until it was opened last. */
  #seconds = 0
  #turnedAway = 0
  #isEnding = false
  #aliveAt = performance.now()
  /** What tells the life of the backend that clients may reach; null: any is taken for it. */
  boot: string | null = null
  /** The epoch of now, as far as it is known. */
  epoch: number | null = null
  /** Told of whatever may mean that the backend is not what it was; `refused`: it takes no connection. */
  onSuspicion: (what?: 'refused') => void = () => {}
  /** Told when it shuts. */
  onShut: () => void = () => {}
  /** Told of each request that may have changed its state. */
  onChange: () => void = () => {}

  constructor(rules: GateRules) {
    this.#rules = rules
  }

  /** Why clients are kept away; null: they are not. */
  get shut(): Shut | null {
    return this.#shut
  }

  /** Requests that wait. */
  get held(): number {
    return this.#held.size
  }

  /** Requests that were told to come again. */
  get turnedAway(): number {
    return this.#turnedAway
  }

  /** For how long it has been shut in all, in seconds. */
  get shutSeconds(): number {
    return this.#seconds + (this.#shut === null ? 0 : (performance.now() - this.#since) / 1000)
  }

  /** Whether a request is never kept away. */
  passes(request: Pick<Incoming, 'method' | 'url'>): boolean {
    return this.#rules.passes(request)
  }

  /** Whether a request has to wait. */
  stops(request: Pick<Incoming, 'method' | 'url'>): boolean {
    // This process stood still: what it knew may be over, and a restore under way without it.
    if (this.#shut === null && performance.now() - this.#aliveAt > FROZEN) this.onSuspicion()
    return this.#shut !== null && !this.passes(request)
  }

  /** To be called every `TICK` ms, as long as the process runs. */
  tick(): void {
    this.#aliveAt = performance.now()
  }

  /** Lets a request wait for `go`, or answers it. Of it nothing was sent to the backend. */
  hold(request: Incoming, response: Answering, go: () => void): void {
    // One may have to wait more than once.
    const now = performance.now()
    const since = this.#waitedSince.get(response) ?? now
    this.#waitedSince.set(response, since)
    const left = this.#rules.patience - (now - since)
    const bytes = bytesOf(request)
    if (left <= 0 || !this.#hasRoom(bytes) || this.#isEnding) {
      this.turnAway(request, response)
      return
    }
    const leave = () => {
      clearTimeout(timer)
      response.off('close', leave)
      if (this.#held.delete(held)) this.#heldBytes -= bytes
    }
    const held: Held = {
      go() {
        leave()
        go()
      },
      turnAway: () => {
        leave()
        this.turnAway(request, response)
      },
    }
    const timer = setTimeout(held.turnAway, left)
    response.on('close', leave)
    this.#held.add(held)
    this.#heldBytes += bytes
  }

  #hasRoom(bytes: number): boolean {
    const { most, bytes: mostBytes } = this.#rules
    return this.#held.size < most && this.#heldBytes + bytes <= mostBytes
  }

  /** Of a request of which nothing was sent to the backend. */
  turnAway(request: Incoming, response: Answering): void {
    this.#turnedAway += 1
    answerOwn(request, response, 'backend_not_ready', WORDS[this.#shut ?? 'away'])
  }

  /** A request failed on its way. `epoch`: that in which it began, for what refused it is that of then. */
  failed({ sent }: Pick<Outgoing, 'sent'>, error: Error, epoch: number | null): void {
    const isRefused = sent === 'nothing' && isRefusal(error) && epoch === this.epoch
    this.onSuspicion(isRefused ? 'refused' : undefined)
  }

  close(why: Shut): void {
    const wasOpen = this.#shut === null
    if (wasOpen) this.#since = performance.now()
    this.#shut = why
    if (wasOpen) this.onShut()
  }

  /** Those that wait go on, in the order in which they came, as long as nothing shuts it again. */
  open(): void {
    if (this.#shut !== null) this.#seconds += (performance.now() - this.#since) / 1000
    this.#shut = null
    for (const { go } of [...this.#held]) {
      if (this.#shut !== null) return
      go()
    }
  }

  /** The proxy ends: nobody waits any longer. */
  end(): void {
    this.#isEnding = true
    for (const { turnAway } of [...this.#held]) turnAway()
  }
}

/** One piece of a socket: what is read more of a body before anybody asks for it, but by HTTP/2. */
const PIECE = 64 * 1024

function bytesOf({ url = '', rawHeaders, framing, httpVersion, waiting }: Incoming): number {
  const head = rawHeaders.reduce((sum, text) => sum + text.length, url.length)
  if (framing.kind === 'none') return head
  const most = httpVersion === '2.0' ? STREAM_WINDOW : PIECE
  const rest = framing.kind === 'length' ? framing.length - waiting : most
  return head + waiting + Math.min(rest, most)
}

const WORDS: Record<Shut, string> = {
  starting: '(it is not known yet which life of it this is)',
  away: '(it does not answer)',
  lost: '(its state is lost)',
  restoring: '(its state is being restored)',
  failed: '(its state was lost, and could not be restored)',
}
