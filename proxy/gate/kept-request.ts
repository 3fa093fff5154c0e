import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Framing } from '../../wire/body-reader.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { Incoming } from '../downstream.ts'

/** A request that was read to its end, and of which nothing was sent: it hands out its body again. */
export class KeptRequest extends EventEmitter implements Incoming {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: string[]
  readonly client: Incoming['client']
  readonly framing: Framing
  readonly rawTrailers: RawFields
  readonly socket: Socket
  readonly endsApart = false
  readonly complete = true
  #left: Buffer | null
  #flow: 'unasked' | 'flowing' | 'paused' = 'unasked'
  #isEndTold = false

  constructor(request: Incoming, body: Buffer) {
    super()
    this.method = request.method
    this.url = request.url
    this.httpVersion = request.httpVersion
    this.rawHeaders = request.rawHeaders
    this.client = request.client
    this.framing = request.framing
    this.rawTrailers = request.rawTrailers
    this.socket = request.socket
    this.#left = body.length === 0 ? null : body
    request.on('close', () => this.emit('close'))
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    super.on(event, listener as (...args: unknown[]) => void)
    if (event === 'data' && this.#flow === 'unasked') this.resume()
    return this
  }

  pause(): void {
    this.#flow = 'paused'
  }

  resume(): void {
    this.#flow = 'flowing'
    process.nextTick(() => this.#handOut())
  }

  isPaused(): boolean {
    return this.#flow === 'paused'
  }

  #handOut(): void {
    if (this.#flow !== 'flowing' || this.#isEndTold) return
    const body = this.#left
    this.#left = null
    if (body !== null) this.emit('data', body)
    // Whoever took it may have asked for a pause.
    if (this.isPaused()) return
    this.#isEndTold = true
    this.emit('end')
  }
}
