import type { Socket } from 'node:net'

/**
 * Lets go of a connection whose other side does not end after ours has, as node:http2 does not: it would
 * be kept for as long as the other one likes. `patience`, in ms: how long it may still read what was sent
 * last. What it says after that is answered by a reset, which takes from it what it has not read.
 */
export function leaveHalfClosed(socket: Socket, patience: number): void {
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), patience).unref()
    socket.once('close', () => clearTimeout(timer))
  })
}
