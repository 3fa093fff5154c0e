import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { onTestFinished } from 'vitest'
import { listenOnFreePort } from './free-port.ts'

// HTTP as bytes, on both sides of what is tested: no library between the test and the wire.

/** What an origin got, as it got it. */
export interface Noted {
  /** Request line and fields, latin-1, without the empty line. */
  head: string
  method: string
  target: string
  /** Flat, as on the wire. */
  fields: string[]
  /** With the transfer coding undone. */
  body: Buffer
  /** Of its connection, counted from 0. */
  connection: number
}

export type Answer = (noted: Noted, socket: net.Socket) => string | Buffer | undefined

export interface RawOrigin {
  url: string
  port: number
  /** In the order in which they were complete. */
  requests: Noted[]
  /** Connections that are open now. */
  sockets: Set<net.Socket>
  /** Resolves with the request of that index, once it is there. */
  request(index: number): Promise<Noted>
  close(): Promise<void>
  /** Listens again where it did, after it was closed. */
  reopen(): Promise<void>
}

/** `HTTP/1.1 200 OK` with a body. */
export function plainAnswer(body: string | Buffer = 'ok', status = '200 OK', fields = ''): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length}\r\n${fields}\r\n`, 'latin1'),
    bytes,
  ])
}

/**
 * An origin that reads requests by RFC 9112 and answers with what `answer` says; undefined leaves
 * the socket to the test. Closed after the test.
 */
export async function startRawOrigin(answer: Answer = () => plainAnswer()): Promise<RawOrigin> {
  const requests: Noted[] = []
  const waiting = new Map<number, (noted: Noted) => void>()
  const sockets = new Set<net.Socket>()
  let connections = 0
  const server = net.createServer((socket) => {
    const connection = connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let buffered = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      for (;;) {
        const parsed = parseRequest(buffered)
        if (parsed === null) return
        buffered = buffered.subarray(parsed.length)
        const noted = { ...parsed.request, connection }
        const index = requests.push(noted) - 1
        waiting.get(index)?.(noted)
        const bytes = answer(noted, socket)
        if (bytes !== undefined) socket.write(bytes)
      }
    })
  })
  const port = await listenOnFreePort(server)
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    sockets,
    request: (index) =>
      new Promise((resolve) => {
        if (requests[index] !== undefined) resolve(requests[index])
        else waiting.set(index, resolve)
      }),
    close,
    async reopen() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}

/** The first whole request in the bytes and how long it is, or null. */
function parseRequest(
  bytes: Buffer,
): { request: Omit<Noted, 'connection'>; length: number } | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const head = bytes.toString('latin1', 0, end)
  const [line = '', ...lines] = head.split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const fields = lines.flatMap((one) => {
    const colon = one.indexOf(':')
    return [one.slice(0, colon), one.slice(colon + 1).trim()]
  })
  const field = (name: string) => {
    const index = fields.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name)
    return index === -1 ? undefined : fields[index + 1]
  }
  const from = end + 4
  if (/chunked/i.test(field('transfer-encoding') ?? '')) {
    const chunked = parseChunks(bytes, from)
    return (
      chunked && {
        request: { head, method, target, fields, body: chunked.body },
        length: chunked.end,
      }
    )
  }
  const length = Number(field('content-length') ?? 0)
  if (bytes.length < from + length) return null
  const body = Buffer.from(bytes.subarray(from, from + length))
  return { request: { head, method, target, fields, body }, length: from + length }
}

function parseChunks(bytes: Buffer, from: number): { body: Buffer; end: number } | null {
  const parts: Buffer[] = []
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (size === 0) {
      const end = bytes.indexOf('\r\n\r\n', lineEnd)
      return end === -1 ? null : { body: Buffer.concat(parts), end: end + 4 }
    }
    const next = lineEnd + 2 + size + 2
    if (bytes.length < next) return null
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}

export interface RawClient {
  socket: net.Socket
  /** Everything that came so far, latin-1. */
  received(): string
  write(bytes: string | Buffer): void
  /** Resolves when what came matches, with all that came. */
  until(pattern: RegExp): Promise<string>
  /** Resolves when the connection is closed, with how and with all that came. */
  closed(): Promise<{ how: 'end' | 'reset'; text: string }>
}

/**
 * Looks whenever it is told to; but where that takes long, as it does in a long text, only when it has not
 * looked for four times as long.
 */
function sparing(look: () => void): () => void {
  let waits = false
  let isTold = false
  const lookNow = () => {
    isTold = false
    const began = performance.now()
    look()
    const took = performance.now() - began
    if (took < 0.5) return
    waits = true
    later(() => {
      waits = false
      if (isTold) lookNow()
    }, took * 4)
  }
  return () => {
    isTold = true
    if (!waits) lookNow()
  }
}

/** Also where a test holds time-outs. */
const { setTimeout: later } = globalThis

/** A bare connection to a server, in TLS where it is https; destroyed after the test. */
export async function connectRaw(
  url: string,
  secure: tls.ConnectionOptions = {},
): Promise<RawClient> {
  const { hostname, port, protocol } = new URL(url)
  const isSecure = protocol === 'https:'
  const where = { host: hostname, port: Number(port) }
  const socket = isSecure ? tls.connect({ ...where, ...secure }) : net.connect(where)
  let text = ''
  let how: 'end' | 'reset' = 'end'
  const watchers = new Set<() => void>()
  const notify = sparing(() => watchers.forEach((watch) => watch()))
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    notify()
  })
  socket.on('error', () => (how = 'reset'))
  socket.on('close', notify)
  await once(socket, isSecure ? 'secureConnect' : 'connect')
  onTestFinished(() => void socket.destroy())
  const when = (isDone: () => boolean) =>
    new Promise<void>((resolve) => {
      const watch = () => {
        if (!isDone()) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
    })
  return {
    socket,
    received: () => text,
    write: (bytes) =>
      void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    async until(pattern) {
      await when(() => pattern.test(text) || socket.closed)
      if (!pattern.test(text)) throw new Error(`closed before ${pattern}: ${JSON.stringify(text)}`)
      return text
    },
    async closed() {
      await when(() => socket.closed)
      return { how, text }
    },
  }
}
