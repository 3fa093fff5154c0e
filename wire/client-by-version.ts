import type { Client, Outgoing, Receiver, RequestHead } from './client.ts'

/** Sends each request by the protocol that is right for it. */
export class ClientByVersion implements Client {
  readonly #http1: Client
  readonly #http2: Client
  readonly #choice: 'as it came' | 'http2'

  constructor(clients: { http1: Client; http2: Client }, choice: 'as it came' | 'http2') {
    this.#http1 = clients.http1
    this.#http2 = clients.http2
    this.#choice = choice
  }

  request(head: RequestHead, receiver: Receiver, connection?: 'any' | 'fresh'): Outgoing {
    // Only HTTP/1.1 can be left by a 101.
    const isHttp2 =
      receiver.onSwitch === undefined && (this.#choice === 'http2' || head.httpVersion === '2.0')
    return (isHttp2 ? this.#http2 : this.#http1).request(head, receiver, connection)
  }

  destroy(): void {
    this.#http1.destroy()
    this.#http2.destroy()
  }
}
