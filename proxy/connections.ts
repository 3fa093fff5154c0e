import { once } from 'node:events'
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ExactResponse } from '../wire/response.ts'

/** How many requests a client may send ahead of their answers on one connection. */
const MAX_PIPELINED = 1_000

/** How long a client may take to read the last answer of a connection that left HTTP, in ms. */
const LINGER = 2_000

/** The clients' connections: whose turn it is on each, and how they end. */
export class Connections {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #taken = new Set<Socket>()
  readonly #waiting = new WeakMap<Socket, number>()
  /** The last one that each connection has to give. */
  readonly #last = new WeakMap<Socket, ServerResponse>()
  readonly #refused = new WeakSet<Socket>()

  constructor(server: Server) {
    this.#server = server
    server.on('clientError', (error, socket) => this.#unreadable(error, socket as Socket))
    server.on('connection', (socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    })
  }

  /**
   * Serves a request when all that came before it on its connection are answered. node:http hands
   * out pipelined requests at once; side by side, mutations could overtake each other
   * (RFC 9112 section 9.3.2), and of those that wait none would hear that the client left.
   */
  inTurn(response: ServerResponse, serve: () => void): void {
    const { socket } = response.req
    this.#last.set(socket, response)
    if (response.socket !== null) {
      serve()
      return
    }
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    this.#waiting.set(socket, waiting)
    if (waiting > MAX_PIPELINED) socket.destroy()
    response.once('socket', () => {
      this.#waiting.set(socket, this.#waiting.get(socket)! - 1)
      serve()
    })
  }

  /**
   * Takes over a connection that node:http has let go of, for one last answer or a tunnel.
   * Null, and the connection ends, where an earlier answer is still on its way.
   */
  takeOver(request: IncomingMessage, socket: Socket): ServerResponse | null {
    socket.on('error', () => socket.destroy())
    const response = new ExactResponse(request)
    try {
      response.assignSocket(socket)
    } catch {
      socket.destroy()
      return null
    }
    this.#taken.add(socket)
    socket.once('close', () => this.#taken.delete(socket))
    socket.setTimeout(0)
    response.sendDate = false
    response.shouldKeepAlive = false
    response.on('finish', () => {
      socket.end()
      socket.resume()
      socket.setTimeout(LINGER, () => socket.destroy())
    })
    return response
  }

  /** What node:http cannot read as a request is refused in its turn, and ends the connection. */
  #unreadable(error: NodeJS.ErrnoException, socket: Socket): void {
    // RFC 9112 section 9.6: what stands behind a request that was the last one is nobody's.
    if (error.code === 'HPE_CLOSED_CONNECTION' || this.#refused.has(socket)) return
    this.#refused.add(socket)
    const last = this.#last.get(socket)
    const isOpen = last !== undefined && !last.writableFinished && !last.destroyed
    if (isOpen && last.req.complete && isBehind(error)) {
      last.once('close', () => refuse(error, socket))
    } else if (isOpen && last.headersSent) {
      // What was said goes out; whoever waits for its end sees that it is a part.
      socket.destroySoon()
    } else refuse(error, socket)
  }

  /** Stops accepting and waits for what runs, until `deadline` ms. Tunnels have no end to wait for. */
  async close(deadline: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#taken) socket.destroy()
    // A connection that is kept falls idle when its answer is out.
    const idle = setInterval(() => this.#server.closeIdleConnections(), 50)
    const timer = setTimeout(() => this.#open.forEach((socket) => socket.destroy()), deadline)
    await closed
    clearInterval(idle)
    clearTimeout(timer)
    // The server is told before its connections are; what was cut short is known only after that.
    await Promise.all([...this.#open].map((socket) => once(socket, 'close')))
  }
}

/** Whether it is about bytes, and not about a client that left. */
function isBehind({ code }: NodeJS.ErrnoException): boolean {
  return code !== undefined && code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE'
}

/** As node:http would, and in the words of `own-answer.ts`. */
function refuse({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  const status = STATUSES[code] ?? 400
  const fields = 'Reprise-Error: request_ambiguous\r\nContent-Length: 0\r\nConnection: close\r\n'
  if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields}\r\n`)
  socket.destroy()
}

/** What is not just unreadable, by node:http's own codes. */
const STATUSES: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}
