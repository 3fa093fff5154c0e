import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { ClientConnection, type ClientOptions, type ServeRequest } from './client-connection.ts'
import type { Traffic } from './traffic.ts'

/** How often connections are looked at that may have waited too long, in ms, at the least. */
const LOOK = 1_000

/** The clients' connections, of whatever protocol, and how they end. */
export class Connections {
  readonly #server: Server
  readonly #options: ClientOptions
  readonly #traffic: Traffic
  readonly #open = new Set<Socket>()
  /** Those whose handshake is not over, by the other end's address. */
  readonly #shaking = new Map<string, Socket>()
  readonly #http1 = new Set<ClientConnection>()
  readonly #looking: NodeJS.Timeout

  constructor(server: Server, options: ClientOptions, traffic: Traffic) {
    this.#server = server
    this.#options = options
    this.#traffic = traffic
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    })
    if (server instanceof TlsServer) this.#watchHandshakes(server)
    const often = Math.min(options.headTimeout / 2, options.keepAlive / 2, LOOK)
    this.#looking = setInterval(() => this.#look(), Math.max(often, 5)).unref()
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size
  }

  /** Serves what comes on a connection as HTTP/1.1. */
  serve(socket: Socket, serve: ServeRequest): void {
    const connection = new ClientConnection(socket, this.#options, this.#traffic, serve)
    this.#http1.add(connection)
    socket.once('close', () => this.#http1.delete(connection))
  }

  /** Stops accepting and waits for what runs, until `deadline` ms. Tunnels have no end to wait for. */
  async close(deadline: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#http1) connection.close()
    for (const socket of this.#shaking.values()) socket.destroy()
    const timer = setTimeout(() => this.#open.forEach((socket) => socket.destroy()), deadline)
    await closed
    clearTimeout(timer)
    clearInterval(this.#looking)
    // The server is told before its connections are; what was cut short is known only after that.
    await Promise.all([...this.#open].map((socket) => once(socket, 'close')))
  }

  /** What is decrypted does not say of which connection it is. */
  #watchHandshakes(server: TlsServer): void {
    const addressOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`
    server.on('connection', (socket: Socket) => {
      const address = addressOf(socket)
      this.#shaking.set(address, socket)
      socket.once('close', () => {
        if (this.#shaking.get(address) === socket) this.#shaking.delete(address)
      })
    })
    server.on('secureConnection', (socket) => this.#shaking.delete(addressOf(socket)))
  }

  #look(): void {
    const now = performance.now()
    for (const connection of this.#http1) connection.look(now)
  }
}
