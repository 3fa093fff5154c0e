/** So much may wait on each connection, whatever waits on others. */
const LITTLE = 64 * 1024

/** So much on one, as long as all together have less than that: who is not read is not seen to leave. */
const MOST = 1024 * 1024
const MOST_OF_ALL = 64 * 1024 * 1024

/** Pieces up to this size are put together: each by itself takes many times what it holds. */
const SMALL = 1024

/** Of all connections. */
let waiting = 0

/** What came on a connection behind the request that is being served, in order. */
export class Ahead {
  #pieces: Buffer[] = []
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  get hasRoom(): boolean {
    return this.#length < LITTLE || (this.#length < MOST && waiting < MOST_OF_ALL)
  }

  add(bytes: Buffer): void {
    this.#count(bytes.length)
    const last = this.#pieces.at(-1)
    if (last === undefined || last.length + bytes.length > SMALL) this.#pieces.push(bytes)
    else this.#pieces[this.#pieces.length - 1] = Buffer.concat([last, bytes])
  }

  next(): Buffer | undefined {
    const bytes = this.#pieces.shift()
    if (bytes !== undefined) this.#count(-bytes.length)
    return bytes
  }

  /** What is left of the one that was the next. */
  putBack(bytes: Buffer): void {
    this.#count(bytes.length)
    this.#pieces.unshift(bytes)
  }

  takeAll(): Buffer {
    const all = Buffer.concat(this.#pieces)
    this.clear()
    return all
  }

  clear(): void {
    this.#count(-this.#length)
    this.#pieces = []
  }

  #count(change: number): void {
    this.#length += change
    waiting += change
  }
}
