import type { Field } from '../message.ts'
import { decodeHuffman } from './huffman.ts'

// Fields as a block of a HEADERS frame (RFC 7541). Written plainly, so that a case can write what no
// library would; read in full.

const NAMES = [
  ...[':authority', ':method GET', ':method POST', ':path /', ':path /index.html', ':scheme http'],
  ...[':scheme https', ':status 200', ':status 204', ':status 206', ':status 304', ':status 400'],
  ...[':status 404', ':status 500', 'accept-charset', 'accept-encoding gzip, deflate'],
  ...['accept-language', 'accept-ranges', 'accept', 'access-control-allow-origin', 'age', 'allow'],
  ...['authorization', 'cache-control', 'content-disposition', 'content-encoding'],
  ...['content-language', 'content-length', 'content-location', 'content-range', 'content-type'],
  ...['cookie', 'date', 'etag', 'expect', 'expires', 'from', 'host', 'if-match'],
  ...['if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'last-modified'],
  ...['link', 'location', 'max-forwards', 'proxy-authenticate', 'proxy-authorization', 'range'],
  ...['referer', 'refresh', 'retry-after', 'server', 'set-cookie', 'strict-transport-security'],
  ...['transfer-encoding', 'user-agent', 'vary', 'via', 'www-authenticate'],
]

const STATIC = NAMES.map((line): Field => {
  const [name = '', value = ''] = line.split(/ (.*)/)
  return [name, value]
})

const TABLE_SIZE = 4096

/** Literals that go into no table; text is latin-1. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), encodeText(name), encodeText(value)]),
  )
}

/** A literal that goes into the table, and what then says the same from there, once more. */
export function encodeTwice([name, value]: Field): Buffer {
  return Buffer.concat([
    Buffer.from([0x40]),
    encodeText(name),
    encodeText(value),
    Buffer.from([190]),
  ])
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([encodeLength(bytes.length), bytes])
}

function encodeLength(length: number): Buffer {
  if (length < 127) return Buffer.from([length])
  const bytes = [127]
  let left = length - 127
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Buffer.from([...bytes, left])
}

/** What the other side of one connection writes, block by block. */
export class HpackReader {
  readonly #table: Field[] = []
  #limit = TABLE_SIZE
  #block: Buffer = Buffer.alloc(0)
  #at = 0

  read(block: Buffer): Field[] {
    this.#block = block
    this.#at = 0
    const fields: Field[] = []
    while (this.#at < block.length) {
      const first = block[this.#at]!
      if (first >= 0x80) fields.push(this.#entry(this.#number(7)))
      else if (first >= 0x40) {
        const field = this.#literal(6)
        this.#table.unshift(field)
        this.#evict()
        fields.push(field)
      } else if (first >= 0x20) {
        this.#limit = this.#number(5)
        this.#evict()
      } else fields.push(this.#literal(4))
    }
    return fields
  }

  #literal(bits: number): Field {
    const index = this.#number(bits)
    const name = index === 0 ? this.#text() : this.#entry(index)[0]
    return [name, this.#text()]
  }

  #entry(index: number): Field {
    const field = STATIC[index - 1] ?? this.#table[index - 1 - STATIC.length]
    if (field === undefined) throw new Error(`no field ${index}`)
    return field
  }

  #evict(): void {
    let size = 0
    const kept = this.#table.findIndex(([name, value]) => {
      size += name.length + value.length + 32
      return size > this.#limit
    })
    if (kept !== -1) this.#table.length = kept
  }

  #text(): string {
    const isHuffman = this.#block[this.#at]! >= 0x80
    const length = this.#number(7)
    const bytes = this.#block.subarray(this.#at, (this.#at += length))
    return (isHuffman ? decodeHuffman(bytes) : bytes).toString('latin1')
  }

  #number(bits: number): number {
    const most = 2 ** bits - 1
    let number = this.#block[this.#at++]! & most
    if (number < most) return number
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#block[this.#at++]!
      number += (byte & 127) * factor
      if (byte < 128) return number
    }
  }
}
