import { fieldValue, type RawFields } from './fields.ts'

// What gRPC puts into HTTP/2 (its "PROTOCOL-HTTP2"): a POST, messages with a prefix of five bytes,
// and a status in the trailers, or in the head of an answer that is nothing else.

/** Not gRPC-Web, whose trailers stand in its body: that is a POST like any other. */
export function isGrpc(requestFields: RawFields): boolean {
  return GRPC.test(fieldValue(requestFields, 'content-type') ?? '')
}

/** From the end of an answer, or its head; null where there is none. */
export function grpcStatusOf(answer: { fields: RawFields; trailers: RawFields }): number | null {
  const given =
    fieldValue(answer.trailers, 'grpc-status') ?? fieldValue(answer.fields, 'grpc-status')
  return given !== undefined && /^\d{1,9}$/.test(given) ? Number(given) : null
}

/** Counts the messages of one direction while they pass. */
export class GrpcMessages {
  #begun = 0
  /** Of the message that is passing: bytes of its prefix that came, and what is left of it. */
  #prefix = 0
  #left = 0

  /** Answers how many messages have begun. */
  add(chunk: Buffer): number {
    let at = 0
    while (at < chunk.length) {
      if (this.#prefix === PREFIX) {
        const passing = Math.min(this.#left, chunk.length - at)
        this.#left -= passing
        at += passing
      } else {
        if (this.#prefix === 0) this.#begun++
        // The first byte says whether it is compressed, the others how long it is.
        if (this.#prefix > 0) this.#left = this.#left * 256 + chunk[at]!
        this.#prefix++
        at++
      }
      if (this.#prefix === PREFIX && this.#left === 0) this.#prefix = 0
    }
    return this.#begun
  }
}

const PREFIX = 5
const GRPC = /^application\/grpc[ \t]*(?:[+;]|$)/i
