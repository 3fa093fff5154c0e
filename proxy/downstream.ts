import type { Socket } from 'node:net'
import type { ClientForm } from '../journal/client-form.ts'
import type { RawFields } from '../wire/fields.ts'
import type { Framing } from '../wire/body-reader.ts'
import type { BodySoFar } from './whole-request.ts'

// The client's side of an exchange, as the forwarder and the recorder see it, whether it is of HTTP/1.1
// (http1-exchange.ts) or of HTTP/2 (http2-exchange.ts).

/** A client's request. Its body comes by the events `data` and `end`; `close` is its last. */
export interface Incoming {
  method?: string | undefined
  url?: string | undefined
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string
  rawHeaders: string[]
  /** As its client sent it, where that is not this. */
  said?: Said | undefined
  /** Where its client had said something else. */
  clientForm?: ClientForm | undefined
  readonly framing: Framing
  /** Bytes of its body that were read, and wait until somebody wants them. */
  readonly waiting: number
  /** Whether its end comes behind the last byte of its length: trailers, or more than it may have. */
  readonly endsApart: boolean
  /** There from `end` on. */
  readonly rawTrailers: RawFields
  /** Whether it was read to its end. */
  readonly complete: boolean
  readonly socket: Socket
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'end', listener: () => void): unknown
  pause(): unknown
  resume(): unknown
  isPaused(): boolean
}

/** A request as its client sent it. */
export interface Said {
  framing: Framing
  /** For it to be taken anew; is told what was read of the one that went on. Null: it was more than is kept. */
  anew(soFar: BodySoFar | null): Incoming | null
}

/** The answer to it. `close` is its last event, however it ended. */
export interface Answering {
  /** Of its head; 0 before that. */
  readonly status: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  readonly destroyed: boolean
  readonly closed: boolean
  /** Whether it ends without its connection: then what is left of its request can be left unread. */
  readonly endsAlone: boolean
  shouldKeepAlive: boolean
  sendDate: boolean
  /**
   * Throws where the head cannot be written. It goes out with what follows it, or by `sendHead`.
   * `alone`: it is all there is; HTTP/2 tells of that with it, which gRPC goes by.
   */
  writeHead(status: number, reason: string | undefined, fields: string[], how?: 'alone'): unknown
  sendHead(): void
  /** An answer before the answer: 100 Continue, 103 Early Hints. */
  sendInterim(status: number, reason: string, fields: RawFields): void
  write(chunk: Buffer | string): boolean
  addTrailers(fields: [name: string, value: string][]): void
  end(): unknown
  endWith(chunk: Buffer): void
  /** Ends it so that no client takes it for a whole one. */
  cut(): void
  on(event: 'close', listener: () => void): unknown
  once(event: 'drain', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
