import { once } from 'node:events'
import http2, { type ServerHttp2Session, type ServerHttp2Stream, type Settings } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A stream as an origin of HTTP/2 got it. */
export interface Call {
  stream: ServerHttp2Stream
  /** Flat, pseudo-fields first, as they came. */
  fields: string[]
  /** Of its connection, counted from 0. */
  connection: number
  /** Ends every connection of the origin, without a word. */
  drop: () => void
}

export interface Http2Origin {
  url: string
  calls: Call[]
  /** Those that are open. */
  sessions: Set<ServerHttp2Session>
  sockets: Set<Socket>
  /** Streams that are open. */
  streams: Set<ServerHttp2Stream>
}

export type Serve = (call: Call) => unknown

/** An origin of HTTP/2 by prior knowledge. Closed after the test. */
export async function startHttp2Origin(
  serve: Serve = answerOk,
  settings: Settings = {},
): Promise<Http2Origin> {
  const server = http2.createServer({ settings })
  const origin: Http2Origin = {
    url: '',
    ...{ calls: [], sessions: new Set(), sockets: new Set(), streams: new Set() },
  }
  const numbers = new Map<unknown, number>()
  server.on('connection', (socket: Socket) => {
    origin.sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => origin.sockets.delete(socket))
  })
  server.on('session', (session) => {
    numbers.set(session, numbers.size)
    origin.sessions.add(session)
    session.on('error', () => {})
    session.on('close', () => origin.sessions.delete(session))
  })
  server.on('sessionError', () => {})
  // Its fourth argument is not in the types of Node.
  server.on('stream', (...given: unknown[]) => {
    const [stream, , , fields] = given as [ServerHttp2Stream, object, number, string[]]
    stream.on('error', () => {})
    origin.streams.add(stream)
    stream.on('close', () => origin.streams.delete(stream))
    const drop = () => origin.sockets.forEach((socket) => socket.destroy())
    const call = { stream, fields, connection: numbers.get(stream.session)!, drop }
    origin.calls.push(call)
    void serve(call)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const session of origin.sessions) session.destroy()
    for (const socket of origin.sockets) socket.destroy()
    server.close()
  })
  origin.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return origin
}

export function answerOk({ stream }: Pick<Call, 'stream'>): void {
  stream.respond({ ':status': 200 })
  stream.end('ok')
}

/** The whole body of a stream. */
export async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
