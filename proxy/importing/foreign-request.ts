import type { Socket } from 'node:net'
import type { ForeignExchange } from '../../journal/foreign.ts'
import type { RawFields } from '../../wire/fields.ts'
import { NO_BODY, ofLength, type Framing } from '../../wire/body-reader.ts'
import type { Incoming } from '../downstream.ts'

/** A request that came long ago, as the recorder sees one that comes now. Nothing of it is still on its way. */
export class ForeignRequest implements Incoming {
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly rawHeaders: string[]
  readonly framing: Framing
  readonly waiting = 0
  readonly endsApart = false
  readonly rawTrailers: RawFields
  readonly complete: boolean
  readonly socket: Socket

  constructor({ method, target, httpVersion, fields, body, client }: ForeignExchange) {
    this.method = method
    this.url = target
    this.httpVersion = httpVersion
    this.rawHeaders = [...fields]
    this.framing = body.bytes.length === 0 ? NO_BODY : ofLength(body.bytes.length)
    this.rawTrailers = body.trailers
    this.complete = body.capture === 'complete'
    this.socket = { remoteAddress: client ?? undefined } as Socket
  }

  on(): this {
    return this
  }

  off(): this {
    return this
  }

  pause(): this {
    return this
  }

  resume(): this {
    return this
  }

  isPaused(): boolean {
    return false
  }
}
