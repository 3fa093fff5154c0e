import type { Socket } from 'node:net'

/**
 * Ends a connection by a reset, so that nobody takes what came for all of it. One of TLS is reset
 * below its encryption: an end without close_notify is one that many clients take for a whole
 * answer, although RFC 8446 section 6.1 forbids it. `_parent` is the property of node:tls that
 * knows what is below; without it the connection just ends. (Verified in test/wire/tls-clients.)
 */
export function reset(socket: Socket): void {
  const below = 'encrypted' in socket ? (socket as { _parent?: Socket })._parent : socket
  if (typeof below?.resetAndDestroy === 'function') below.resetAndDestroy()
  else socket.destroy()
}
