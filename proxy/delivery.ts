import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** Tells whether anything can have left for the upstream. */
export interface Delivery {
  sent(): 'nothing' | 'something'
}

export function watchDelivery(outgoing: ClientRequest, connectTimeout: number): Delivery {
  let connected = false
  outgoing.on('socket', (socket: Socket) => {
    if (outgoing.reusedSocket && !socket.connecting) {
      connected = true
      return
    }
    const timer = setTimeout(() => socket.destroy(new Error('connect timed out')), connectTimeout)
    // Before the certificate is verified nothing is sent.
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      connected = true
      clearTimeout(timer)
    })
    socket.once('close', () => clearTimeout(timer))
  })
  return { sent: () => (connected ? 'something' : 'nothing') }
}
