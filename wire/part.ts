import { InvalidMessage } from './head.ts'

/** Gathers what comes in parts until it is there up to its end. */
export class Part {
  #parts: Buffer[] = []
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  /**
   * What stands from `at` up to `mark`, as latin-1, and where in `bytes` it goes on behind it; null
   * where `mark` has not come yet. Throws an InvalidMessage beyond `most` bytes, and where a line ends
   * in anything but CR LF (RFC 9112 section 2.2).
   */
  upTo(
    mark: Buffer,
    bytes: Buffer,
    at: number,
    most: number,
  ): { text: string; end: number } | null {
    const before = this.#length
    // Every mark ends in a line's end: what has none in it need not be looked through.
    const all = before === 0 ? bytes : this.#joined(bytes, at)
    const from = before === 0 ? at : 0
    const found = all === null ? -1 : all.indexOf(mark, from)
    const length = found === -1 ? before + bytes.length - at : found + mark.length - from
    if (length > most)
      throw new InvalidMessage('a head, or a line of a body, that is too long', 'too_large')
    if (found === -1) {
      this.#keep(bytes, at)
      return null
    }
    this.#parts = []
    this.#length = 0
    return { text: all!.toString('latin1', from, found), end: at + length - before }
  }

  #joined(bytes: Buffer, at: number): Buffer | null {
    if (!bytes.includes(LF, at)) return null
    const all = Buffer.concat([...this.#parts, at === 0 ? bytes : bytes.subarray(at)])
    this.#parts = [all.subarray(0, this.#length)]
    return all
  }

  #keep(bytes: Buffer, at: number): void {
    for (let i = bytes.indexOf(LF, at); i !== -1; i = bytes.indexOf(LF, i + 1)) {
      if ((i > at ? bytes[i - 1] : this.#parts.at(-1)?.at(-1)) === CR) continue
      throw new InvalidMessage('a line that ends in LF alone')
    }
    this.#parts.push(bytes.subarray(at))
    this.#length += bytes.length - at
  }
}

const LF = 0x0a
const CR = 0x0d
