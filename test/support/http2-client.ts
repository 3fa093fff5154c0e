import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { onTestFinished } from 'vitest'

export interface Got {
  head: Record<string, unknown>
  /** Of the frame that it came in. */
  flags: number
  body: Buffer
  trailers: Record<string, unknown>
  interim: Record<string, unknown>[]
  /** RFC 9113 section 7. */
  code: number
}

/** A client of HTTP/2; destroyed after the test. */
export function connectHttp2(url: string): ClientHttp2Session {
  const session = http2.connect(url)
  onTestFinished(() => session.destroy())
  session.on('error', () => {})
  return session
}

/** All that comes on a stream. */
export async function got(stream: ClientHttp2Stream): Promise<Got> {
  const result: Got = {
    head: {},
    flags: 0,
    body: Buffer.alloc(0),
    trailers: {},
    interim: [],
    code: 0,
  }
  const chunks: Buffer[] = []
  stream.on('response', (head, flags) => {
    result.head = { ...head }
    result.flags = flags
  })
  stream.on('headers', (head) => result.interim.push({ ...head }))
  stream.on('trailers', (trailers) => (result.trailers = { ...trailers }))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', () => {})
  await new Promise<void>((resolve) => stream.on('close', resolve))
  return { ...result, body: Buffer.concat(chunks), code: stream.rstCode }
}

/** Sends a request and takes what comes. */
export function ask(
  session: ClientHttp2Session,
  head: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Got> {
  const stream = session.request(head, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  return got(stream)
}

/** RST_STREAM alone: where it is asked to close a stream, node:http2 ends it first, so that it is whole. */
export function reset(stream: Http2Stream, code: number): void {
  const handle = Reflect.ownKeys(stream)
    .filter((key) => String(key) === 'Symbol(kHandle)')
    .map((key) => Reflect.get(stream, key) as { rstStream(code: number): void })[0]!
  handle.rstStream(code)
}
