// Where an HTTP/1.1 message ends, at the least cost: heads are looked at, bodies are only counted.
// Both framings are read, because peers change one into the other.

const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')

export class Framing {
  #onHead
  #onEnd
  /** Bytes of a head, or of a line between chunks, that is not whole yet. */
  #held
  #left = 0
  #size = 0
  #state = 'head'

  /** `onHead(text)`, and `onEnd(bytes of the body)` once the message is whole. */
  constructor(onHead, onEnd) {
    this.#onHead = onHead
    this.#onEnd = onEnd
  }

  read(bytes) {
    let rest = bytes
    if (this.#held !== undefined) {
      rest = Buffer.concat([this.#held, bytes])
      this.#held = undefined
    }
    let at = 0
    while (at < rest.length) {
      const next = this.#step(rest, at)
      if (next === undefined) {
        this.#held = rest.subarray(at)
        return
      }
      at = next
    }
  }

  /** Where to go on, or `undefined` when more bytes are needed. */
  #step(bytes, at) {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at)
      case 'counted':
        return this.#readCounted(bytes, at)
      case 'chunk size':
        return this.#readChunkSize(bytes, at)
      case 'chunk':
        return this.#readChunk(bytes, at)
      case 'chunk end':
        return this.#readChunkEnd(bytes, at)
      default:
        return this.#readTrailer(bytes, at)
    }
  }

  #readHead(bytes, at) {
    const end = bytes.indexOf(HEAD_END, at)
    if (end === -1) return undefined
    const head = bytes.latin1Slice(at, end + 2)
    this.#onHead(head)
    this.#size = 0
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)
    if (length !== null) this.#count(Number(length[1]))
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#state = 'chunk size'
    else this.#finish()
    return end + 4
  }

  #count(length) {
    this.#left = length
    if (length === 0) this.#finish()
    else this.#state = 'counted'
  }

  #readCounted(bytes, at) {
    const taken = Math.min(this.#left, bytes.length - at)
    this.#left -= taken
    this.#size += taken
    if (this.#left === 0) this.#finish()
    return at + taken
  }

  #readChunkSize(bytes, at) {
    const end = bytes.indexOf(LINE_END, at)
    if (end === -1) return undefined
    this.#left = Number.parseInt(bytes.latin1Slice(at, end), 16)
    this.#state = this.#left === 0 ? 'trailer' : 'chunk'
    return end + 2
  }

  #readChunk(bytes, at) {
    const taken = Math.min(this.#left, bytes.length - at)
    this.#left -= taken
    this.#size += taken
    if (this.#left === 0) this.#state = 'chunk end'
    return at + taken
  }

  #readChunkEnd(bytes, at) {
    if (bytes.length < at + 2) return undefined
    this.#state = 'chunk size'
    return at + 2
  }

  #readTrailer(bytes, at) {
    const end = bytes.indexOf(LINE_END, at)
    if (end === -1) return undefined
    if (end === at) this.#finish()
    return end + 2
  }

  #finish() {
    this.#state = 'head'
    this.#onEnd(this.#size)
  }
}

/** Whether the connection ends after the message with this head. */
export const closes = (head) => /\r\nconnection: *close/i.test(head)
