/** Where something stands in a ring: it is gone once as much as the ring holds was written behind it. */
export type RingPlace = number

/**
 * Bytes in the order in which they came, the oldest overwritten. One flat piece of memory: what passes
 * at ten thousand a second and is remembered for a while would otherwise be what the garbage collector
 * moves from its young generation to its old one, which costs more than copying it here.
 */
export class ByteRing {
  readonly limit: number
  #bytes: Buffer | null = null
  #end: RingPlace = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** What was written before it is gone. */
  get begin(): RingPlace {
    return this.#end - this.limit
  }

  /** Writes a latin-1 text and bytes side by side. They must not be longer than the ring. */
  write(text: string, parts: readonly Buffer[]): RingPlace {
    this.#bytes ??= Buffer.allocUnsafeSlow(this.limit)
    let length = text.length
    for (const part of parts) length += part.length
    const left = this.limit - (this.#end % this.limit)
    // What is written stands in one piece.
    if (length > left) this.#end += left
    const place = this.#end
    let at = place % this.limit
    at += this.#bytes.write(text, at, 'latin1')
    for (const part of parts) at += part.copy(this.#bytes, at)
    this.#end += length
    return place
  }

  /** As it stands there, until it is overwritten. */
  read(place: RingPlace, length: number): Buffer {
    const at = place % this.limit
    return this.#bytes!.subarray(at, at + length)
  }
}
