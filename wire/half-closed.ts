import type { Socket } from 'node:net'

/**
 * Lets go of a connection whose other side does not end after ours has, as node:http2 does not: it would
 * be kept for as long as the other one likes.
 */
export function leaveHalfClosed(socket: Socket): void {
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), LINGER).unref()
    socket.once('close', () => clearTimeout(timer))
  })
}

/** In ms; all that was sent on it is over when one of HTTP/2 is closed. */
const LINGER = 2_000
