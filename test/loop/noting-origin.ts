import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'

// An origin that notes requests as bytes, on a port that a fresh one can take over.

export type Framing = 'none' | 'length' | 'chunked'

/** One request as it came over the wire; text is latin-1, fields are flat. */
export interface Note {
  method: string
  target: string
  fields: string[]
  framing: Framing
  /** With the transfer coding undone. */
  body: Buffer
  trailers: string[]
}

export interface NotingOrigin {
  url: string
  port: number
  /** In the order in which they were complete. */
  notes: Note[]
  /** Ends it with all its connections. */
  close(): Promise<void>
}

export interface NotingOriginOptions {
  /** Default: a free one. */
  port?: number
  /** Writes the answer now or later; default: `answerAsAsked`. */
  answer?: (note: Note, socket: net.Socket) => void
}

/** Starts one; closed after the test. */
export async function startNotingOrigin(options: NotingOriginOptions = {}): Promise<NotingOrigin> {
  const { port = await freePort(), answer = answerAsAsked } = options
  const notes: Note[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    readRequests(socket, (note) => {
      notes.push(note)
      answer(note, socket)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${port}`, port, notes, close }
}

/** The status that the field X-Answer asks for; 200 without one. */
export function askedStatus(fields: readonly string[]): number {
  return Number(valueOf(fields, 'x-answer') ?? 200)
}

function answerAsAsked(note: Note, socket: net.Socket): void {
  const status = askedStatus(note.fields)
  const head = `HTTP/1.1 ${status} Reason of ${status}\r\nX-Seen: ${note.method}\r\n`
  if (status === 204) socket.write(`${head}\r\n`)
  else if (note.method === 'HEAD') socket.write(`${head}Content-Length: 7\r\n\r\n`)
  else if (note.framing === 'chunked') {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nseen\r\n3\r\n it\r\n0\r\n\r\n`)
  } else socket.write(`${head}Content-Length: 7\r\n\r\nseen it`)
}

/** RFC 9110 section 7.6.1, and the mark that a replay puts on. */
const OF_ONE_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'],
  'reprise-replay',
])

/**
 * All of a request that must be the same when it comes again, as readable lines; the body by its
 * length, its digest and, where it is short, its text.
 */
export function essence(note: Note): string {
  const lines = [`${note.method} ${note.target}`]
  for (let i = 0; i < note.fields.length; i += 2) {
    const name = note.fields[i]!
    if (!OF_ONE_CONNECTION.has(name.toLowerCase())) lines.push(`${name}: ${note.fields[i + 1]}`)
  }
  const digest = createHash('sha256').update(note.body).digest('hex')
  lines.push(`(${note.framing}) ${note.body.length} bytes ${digest}`)
  if (note.body.length < 200) lines.push(note.body.toString('latin1'))
  if (note.trailers.length > 0) lines.push(`trailers: ${note.trailers.join(' ')}`)
  return lines.join('\n')
}

/** The first value of the field. `name` in lower case. */
export function valueOf(fields: readonly string[], name: string): string | undefined {
  const index = fields.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name)
  return index === -1 ? undefined : fields[index + 1]
}

function readRequests(socket: net.Socket, onRequest: (note: Note) => void): void {
  let chunks: Buffer[] = []
  let length = 0
  // Below this many bytes there is no whole request: spares a look at each piece of a large one.
  let needed = 0
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    while (length > 0 && length >= needed) {
      const bytes = Buffer.concat(chunks)
      const parsed = parseRequest(bytes)
      if ('needed' in parsed) {
        chunks = [bytes]
        needed = parsed.needed
        return
      }
      chunks = [bytes.subarray(parsed.end)]
      length -= parsed.end
      needed = 0
      onRequest(parsed.note)
    }
  })
}

function parseRequest(bytes: Buffer): { note: Note; end: number } | { needed: number } {
  const more = { needed: bytes.length + 1 }
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return more
  const [line = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const fields = parseFields(lines)
  const note = { method, target, fields, trailers: [] }
  const from = headEnd + 4
  if (valueOf(fields, 'transfer-encoding') !== undefined) {
    const chunked = parseChunks(bytes, from)
    if (chunked === null) return more
    const { body, trailers, end } = chunked
    return { note: { ...note, framing: 'chunked', body, trailers }, end }
  }
  const declared = valueOf(fields, 'content-length')
  const end = from + Number(declared ?? 0)
  if (bytes.length < end) return { needed: end }
  const body = Buffer.from(bytes.subarray(from, end))
  return { note: { ...note, framing: declared === undefined ? 'none' : 'length', body }, end }
}

function parseChunks(
  bytes: Buffer,
  from: number,
): { body: Buffer; trailers: string[]; end: number } | null {
  const parts: Buffer[] = []
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (size === 0) {
      const end = bytes.indexOf('\r\n\r\n', lineEnd)
      if (end === -1) return null
      const lines = bytes.toString('latin1', lineEnd + 2, end).split('\r\n')
      const trailers = parseFields(lines.filter((line) => line !== ''))
      return { body: Buffer.concat(parts), trailers, end: end + 4 }
    }
    const next = lineEnd + 2 + size + 2
    if (bytes.length < next) return null
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}

function parseFields(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
}
