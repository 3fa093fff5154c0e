import type { Duplex } from 'node:stream'
import type { RawFields } from './fields.ts'

// The side of whoever sends requests, whatever protocol carries them: what is sent, exactly, and
// what comes back of it. The proxy and the replayer know no other.

/** A request's head; nothing is added to it, and nothing changed. */
export interface RequestHead {
  method: string
  /** Request target as it goes on the request line. */
  target: string
  /** All fields, Host and framing included: they say how the body is delimited. */
  fields: RawFields
  /** The version that it came by, for a client that speaks several. Default: 1.1. */
  httpVersion?: string
  /** What was said in TE to us. It is for one hop, and goes on where the next one is of HTTP/2. */
  te?: string | undefined
}

/** An answer's head, final or interim. */
export interface AnswerHead {
  status: number
  /** Latin-1; empty where there is none. */
  reason: string
  fields: RawFields
  /** `1.0`, `1.1` or `2.0`. */
  httpVersion: string
  /** Whether it was told with the head that nothing follows (HTTP/2). */
  isAlone?: boolean
}

/** Sends requests to one origin, on connections that are kept. */
export interface Client {
  /**
   * Starts a request. `fresh`: on a new connection, which is its own and not kept where it carries
   * one exchange at a time.
   * Throws an InvalidHead where the head cannot be written; then nothing was sent.
   */
  request(head: RequestHead, receiver: Receiver, connection?: 'any' | 'fresh'): Outgoing
  /** Closes every connection, whatever is under way on it. */
  destroy(): void
}

/** A request that is being sent. Once it is over, or given up, what is written to it goes nowhere. */
export interface Outgoing {
  /** Whether anything of it can have left. */
  readonly sent: 'nothing' | 'something'
  /** Whether other requests went before it on its connection. */
  readonly isReused: boolean
  /** Whether it was given up, or its connection is gone. */
  readonly isOver: boolean
  /** The head goes out with the first of the body, with `end`, or by this. */
  sendHead(): void
  /** False: there is little room, wait for `onDrain`. */
  write(chunk: Buffer): boolean
  /** Trailers go only behind a body in chunks. */
  end(last?: Buffer, trailers?: RawFields): void
  /** Of the answer's body. */
  pause(): void
  resume(): void
  /** Gives it up; its receiver hears no more. */
  destroy(): void
}

/**
 * What comes back, in this order: interim answers, the answer's head, its body, its end; or at any
 * time a failure, which is the last. No call is made before `request` has returned.
 */
export interface Receiver {
  onInterim(answer: AnswerHead): void
  onAnswer(answer: AnswerHead): void
  onData(chunk: Buffer): void
  /** The whole answer was read. The request itself may not have come to its end. */
  onEnd(trailers: RawFields): void
  /** There is room again; or what is written goes nowhere, and needs none. */
  onDrain(): void
  /** No answer will come, or no more of it. */
  onFail(error: Error): void
  /**
   * The upstream leaves HTTP with a 101: the connection is the receiver's, with the first bytes that
   * came on it. Where there is nobody to take it, that is a failure.
   */
  onSwitch?(answer: AnswerHead, connection: Duplex, first: Buffer): void
}

/**
 * The upstream did nothing with the request, and never will: it may be sent again, whatever it asks
 * for (RFC 9113 section 8.7).
 */
export class Unprocessed extends Error {}

/** A head that HTTP has no way to write. */
export class InvalidHead extends Error {}
