import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { reset } from '../wire/reset.ts'
import { ExactResponse } from '../wire/response.ts'
import { rawOwnAnswer, type OwnAnswer } from './own-answer.ts'

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
  /** The latest exchange on each. */
  readonly #latest = new WeakMap<Socket, ServerResponse>()
  readonly #refused = new WeakSet<Socket>()

  constructor(server: Server) {
    this.#server = server
    server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket))
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
    this.#latest.set(socket, response)
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
   * Answers what node:http could not read, once all before it is answered, and ends the connection.
   * Where it is the body of a request that is being served, the answer is to that.
   */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    // RFC 9112 section 9.6: what stands behind a request that was the last one is nobody's.
    if (error.code === 'HPE_CLOSED_CONNECTION' || this.#refused.has(socket)) return
    this.#refused.add(socket)
    const latest = this.#latest.get(socket)
    const isOpen = latest !== undefined && !latest.writableFinished && !latest.destroyed
    const refuse = () => endWith(socket, errorOf(error, socket))
    if (!isOpen) refuse()
    // Its turn has not come, and would not: what is said now would be read as part of another answer.
    else if (latest.socket === null) reset(socket)
    else if (latest.req.complete && isBehind(error)) latest.once('close', refuse)
    else {
      // What was said goes out; whoever waits for its end sees that it is a part.
      if (!latest.headersSent) refuse()
      socket.destroySoon()
    }
  }

  /**
   * Takes over a connection that node:http has let go of, for one last answer or a tunnel.
   * Null, and the connection ends, where an earlier answer is still on its way.
   */
  takeOver(request: IncomingMessage, socket: Socket): ExactResponse | null {
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

/** What was wrong, or null where there is nobody to tell: the client left, or never said anything. */
function errorOf({ code = '' }: NodeJS.ErrnoException, { bytesRead }: Socket): OwnAnswer | null {
  if (bytesRead === 0) return null
  if (code === 'HPE_HEADER_OVERFLOW') return 'head_too_large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout'
  if (code.startsWith('HPE_')) return 'request_ambiguous'
  return null
}

function endWith(socket: Socket, error: OwnAnswer | null): void {
  if (error === null || !socket.writable) {
    socket.destroy()
    return
  }
  // What the client still sends is read for a while: a reset could take the answer from it.
  socket.end(rawOwnAnswer(error), 'latin1')
  socket.setTimeout(LINGER, () => socket.destroy())
}

/** Whether it is about what stands behind a request, and not about a client that left. */
function isBehind({ code = '' }: NodeJS.ErrnoException): boolean {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return true
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE'
}
