import http2, {
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { leaveHalfClosed } from '../wire/half-closed.ts'
import type { ConnectionOptions } from './server.ts'

// HTTP/2 on the port of HTTP/1.1: with TLS the two are told apart by ALPN, without it by the first
// bytes, with which only a client that knows that it may speaks HTTP/2 (RFC 9113 sections 3.2, 3.3).

/** Serves a stream: `raw` and `flags` as node:http2 gives them with it. */
export type ServeStream = (stream: ServerHttp2Stream, raw: string[], flags: number) => void

/** Serves HTTP/2 on connections that are handed to it. */
export interface Http2Server {
  /** Serves what comes on a connection: by HTTP/2 where it is that, and else by `http1`. */
  accept(socket: Socket, http1: (socket: Socket) => void): void
  /** Lets what runs come to its end, and nothing new begin. */
  close(): void
}

export function createHttp2Server(options: ConnectionOptions, serve: ServeStream): Http2Server {
  const sessions = new Set<ServerHttp2Session>()
  /** Connections of which it is not known yet what they speak. */
  const untold = new Set<Socket>()
  const http2Server = http2.createServer({
    // As many fields as the size of a head allows.
    maxHeaderListPairs: options.maxHead / 4,
    settings: {
      maxHeaderListSize: options.maxHead,
      maxConcurrentStreams: MAX_STREAMS,
      initialWindowSize: STREAM_WINDOW,
      enablePush: false,
    },
  })
  http2Server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    watch(session, options.keepAlive)
  })
  http2Server.on('stream', (...[stream, , flags, raw]: [...StreamEvent, string[]]) => {
    stream.on('error', () => {})
    // It may be gone by the time it is told of.
    if (!stream.destroyed && !stream.closed) serve(stream, raw, flags)
  })
  http2Server.on('sessionError', () => {})
  const serveHttp2 = (socket: Socket) => {
    // A client that ends its side has left: its session would stay until it was idle for long.
    socket.allowHalfOpen = false
    leaveHalfClosed(socket, options.keepAlive)
    http2Server.emit('connection', socket)
  }
  return {
    accept(socket, http1) {
      if (!('encrypted' in socket)) {
        untold.add(socket)
        const told = () => untold.delete(socket)
        tellApart(socket, { told, http1, http2: serveHttp2 }, options.headTimeout)
      } else if ((socket as TLSSocket).alpnProtocol === 'h2') serveHttp2(socket)
      else http1(socket)
    },
    close() {
      for (const socket of untold) socket.destroy()
      for (const session of sessions) session.close()
    },
  }
}

type StreamEvent = [stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number]

const MAX_STREAMS = 256
/** So many bytes of a request are read before anybody asks for them. */
export const STREAM_WINDOW = 256 * 1024
const SESSION_WINDOW = 4 * 1024 * 1024

/** A session on which nothing happens ends as a connection does that is kept. */
function watch(session: ServerHttp2Session, keepAlive: number): void {
  let open = 0
  session.setLocalWindowSize(SESSION_WINDOW)
  session.on('stream', (stream) => {
    open++
    stream.once('close', () => open--)
  })
  session.setTimeout(keepAlive)
  session.on('timeout', () => {
    if (open === 0) session.close()
    else askWhetherThere(session, keepAlive)
  })
  session.on('error', () => {})
}

/**
 * Ends a session whose client does not answer PING in `limit` ms: it is gone without a word, or it broke
 * the rules and stays, so that nghttp2 has said GOAWAY and reads nothing more, of which node:http2 does
 * not tell. What is quiet for hours goes on.
 */
function askWhetherThere(session: ServerHttp2Session, limit: number): void {
  if (session.destroyed) return
  const gone = setTimeout(() => session.destroy(), limit)
  session.ping((error) => {
    clearTimeout(gone)
    if (error === null) session.setTimeout(limit)
  })
}

/** What a connection of HTTP/2 begins with (RFC 9113 section 3.4); no method of HTTP/1.1 is called so. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

function tellApart(
  socket: Socket,
  take: { told: () => void } & Record<'http1' | 'http2', (socket: Socket) => void>,
  limit: number,
): void {
  let begun = Buffer.alloc(0)
  const timer = setTimeout(() => socket.destroy(), limit)
  const leave = () => socket.destroy()
  socket.on('data', look)
  socket.on('end', leave)
  socket.on('error', leave)
  socket.on('close', stop)

  function stop(): void {
    clearTimeout(timer)
    take.told()
    socket.off('data', look)
    socket.off('end', leave)
    socket.off('error', leave)
    socket.off('close', stop)
  }

  function look(chunk: Buffer): void {
    begun = begun.length === 0 ? Buffer.from(chunk) : Buffer.concat([begun, chunk])
    const length = Math.min(begun.length, PREFACE.length)
    const isPreface = begun.subarray(0, length).equals(PREFACE.subarray(0, length))
    if (isPreface && length < PREFACE.length) return
    stop()
    socket.pause()
    socket.unshift(begun)
    take[isPreface ? 'http2' : 'http1'](socket)
    // What node:http2 takes over is read below the stream.
    if (!isPreface) socket.resume()
  }
}
