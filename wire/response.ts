import http from 'node:http'

/** A server's answer whose head is the given one, byte for byte. */
export class ExactResponse<
  Request extends http.IncomingMessage = http.IncomingMessage,
> extends http.ServerResponse<Request> {
  static {
    keepDisposition(this.prototype)
  }
}

/**
 * Where node:http knows a length, it takes the value of Content-Disposition for text and decodes
 * it, which corrupts every byte above 0x7F. `_contentLength` is the property it asks; here it is
 * never known. (Verified against raw sockets in test/wire.)
 */
export function keepDisposition(prototype: http.OutgoingMessage): void {
  Object.defineProperty(prototype, '_contentLength', { get: () => null, set: () => {} })
}
