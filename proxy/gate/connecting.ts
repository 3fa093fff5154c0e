import type { Socket } from 'node:net'
import { readyEvent, type Connect } from '../../wire/connect.ts'

// A listener whose backlog is full drops who wants to connect, and the system asks again for seconds (RFC 9293,
// section 3.8.1): what was begun with one life of a backend may be taken by the next.

/** The connections that are not there yet. */
export class Connecting {
  readonly #sockets = new Set<Socket>()

  watch(connect: Connect): Connect {
    return () => {
      const socket = connect()
      this.#sockets.add(socket)
      const done = () => this.#sockets.delete(socket)
      socket.once(readyEvent(socket), done)
      socket.once('close', done)
      return socket
    }
  }

  /** Nothing was sent on them, and nothing will be. */
  giveUp(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('it may have lost its state'))
  }
}
