import type { ByteReader } from './byte-reader.ts'

// Messages as RFC 9112 has them, and not one octet otherwise: what is read here was sent right.

export type Field = readonly [name: string, value: string]

/** How a body is delimited (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close'

export interface Body {
  bytes: Buffer
  /** Of how many chunks, the last one not counted. */
  chunks: number
  trailers: readonly Field[]
}

/** What is not HTTP/1.1. */
export class Broken extends Error {}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const FIELD_LINE = new RegExp(`^(${TOKEN}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*$`)
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([\\x21-\\x7e]+) HTTP/1\\.([01])$`)
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/
// What stands in an extension is for nobody to read, as long as it stays in its line.
const CHUNK_LINE = /^([0-9a-fA-F]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/
const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]*)(?::\d*)?$/

/** Every value of a field, in order. `name` in lower case. */
export function valuesOf(message: { fields: readonly Field[] }, name: string): string[] {
  return message.fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

export async function readFields(reader: ByteReader): Promise<Field[]> {
  const fields: Field[] = []
  for (;;) {
    const line = await reader.line()
    if (line === '') return fields
    const parts = FIELD_LINE.exec(line)
    if (parts === null) throw new Broken(`the field line ${JSON.stringify(line)}`)
    fields.push([parts[1]!, parts[2]!])
  }
}

export interface RequestHead {
  method: string
  target: string
  version: '1.0' | '1.1'
  fields: readonly Field[]
  framing: Framing
}

export async function readRequestHead(reader: ByteReader): Promise<RequestHead> {
  let line = await reader.line()
  // Section 2.2: at least one empty line before a request is to be ignored.
  while (line === '') line = await reader.line()
  const parts = REQUEST_LINE.exec(line)
  if (parts === null) throw new Broken(`the request line ${JSON.stringify(line.slice(0, 200))}`)
  const [, method = '', target = '', minor] = parts
  const fields = await readFields(reader)
  const version = minor === '1' ? '1.1' : '1.0'
  const hosts = valuesOf({ fields }, 'host')
  if (hosts.length > 1) throw new Broken('more than one Host')
  if (hosts.length === 0 && version === '1.1') throw new Broken('no Host')
  if (hosts.length === 1 && !HOST.test(hosts[0]!)) throw new Broken(`the Host ${hosts[0]}`)
  if (!isTarget(method, target)) throw new Broken(`the target ${target} of ${method}`)
  return { method, target, version, fields, framing: requestFraming(version, fields) }
}

function isTarget(method: string, target: string): boolean {
  if (method === 'CONNECT') return false
  return target === '*' ? method === 'OPTIONS' : /^(?:\/|https?:\/\/[^/?#])[^#]*$/i.test(target)
}

function requestFraming(version: string, fields: readonly Field[]): Framing {
  const codings = valuesOf({ fields }, 'transfer-encoding')
  const lengths = valuesOf({ fields }, 'content-length')
  if (codings.length > 0) {
    if (lengths.length > 0) throw new Broken('Content-Length beside Transfer-Encoding')
    if (version === '1.0') throw new Broken('Transfer-Encoding in HTTP/1.0')
    if (!/^chunked$/i.test(codings.join())) throw new Broken(`the coding ${codings.join()}`)
    return 'chunked'
  }
  if (lengths.length > 1) throw new Broken('more than one Content-Length')
  if (lengths.length === 0) return 'none'
  lengthOf({ fields })
  return 'length'
}

function lengthOf(message: { fields: readonly Field[] }): number {
  const [text = ''] = valuesOf(message, 'content-length')
  if (!/^\d{1,15}$/.test(text)) throw new Broken(`the length ${text}`)
  return Number(text)
}

export interface AnswerHead {
  version: '1.0' | '1.1'
  status: number
  reason: string
  fields: readonly Field[]
  framing: Framing
}

/** `method` is that of its request. */
export async function readAnswerHead(reader: ByteReader, method: string): Promise<AnswerHead> {
  const line = await reader.line()
  const parts = STATUS_LINE.exec(line)
  if (parts === null) throw new Broken(`the status line ${JSON.stringify(line.slice(0, 200))}`)
  const fields = await readFields(reader)
  const status = Number(parts[2])
  return {
    version: parts[1] === '1' ? '1.1' : '1.0',
    status,
    reason: parts[3]!,
    fields,
    framing: answerFraming(method, status, fields),
  }
}

function answerFraming(method: string, status: number, fields: readonly Field[]): Framing {
  const codings = valuesOf({ fields }, 'transfer-encoding')
  const lengths = valuesOf({ fields }, 'content-length')
  if (codings.length > 0 && lengths.length > 0) throw new Broken('a length beside a coding')
  if (lengths.length > 1) throw new Broken('more than one Content-Length')
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none'
  if (codings.length > 0) {
    if (!/^chunked$/i.test(codings.join())) throw new Broken(`the coding ${codings.join()}`)
    return 'chunked'
  }
  return lengths.length > 0 ? 'length' : 'close'
}

export async function readBody(
  reader: ByteReader,
  head: { framing: Framing; fields: readonly Field[] },
): Promise<Body> {
  const plain = (bytes: Buffer) => ({ bytes, chunks: 0, trailers: [] })
  switch (head.framing) {
    case 'none':
      return plain(Buffer.alloc(0))
    case 'length':
      return plain(await reader.take(lengthOf(head)))
    case 'close':
      return plain(await reader.rest())
    case 'chunked':
      return readChunks(reader)
  }
}

async function readChunks(reader: ByteReader): Promise<Body> {
  const parts: Buffer[] = []
  for (;;) {
    const line = await reader.line()
    const size = CHUNK_LINE.exec(line)?.[1]
    if (size === undefined || size.replace(/^0+/, '').length > 8) {
      throw new Broken(`the chunk line ${JSON.stringify(line.slice(0, 200))}`)
    }
    const length = Number.parseInt(size, 16)
    if (length === 0) {
      const trailers = await readFields(reader)
      return { bytes: Buffer.concat(parts), chunks: parts.length, trailers }
    }
    parts.push(await reader.take(length))
    if ((await reader.take(2)).toString() !== '\r\n') throw new Broken('a chunk without its end')
  }
}
