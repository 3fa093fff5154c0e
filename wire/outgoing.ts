import type http from 'node:http'

/**
 * Sends the head of a message now, before any byte of its body.
 * `flushHeaders()` would write it as UTF-8 and so corrupt bytes above 0x7F; an empty latin-1
 * write does not.
 */
export function sendHead(message: http.OutgoingMessage): void {
  message.write('', 'latin1')
}

/**
 * Where node:http knows a length, it takes the value of Content-Disposition for text and decodes
 * it, which corrupts every byte above 0x7F. `_contentLength` is the property it asks; here it is
 * never known. (Verified against raw sockets in test/wire.)
 */
export function keepDisposition(prototype: http.OutgoingMessage): void {
  Object.defineProperty(prototype, '_contentLength', { get: () => null, set: () => {} })
}
