import { InvalidMessage } from './head.ts'

/** Gathers what comes in parts until it is there up to its end. */
export class Part {
  /** What has come, and room for more: kept as they come, tiny parts would take many times what they hold. */
  #room = NOTHING
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
    const found = before === 0 ? bytes.indexOf(mark, at) : this.#find(mark, bytes, at, most)
    const from = before === 0 ? at : 0
    const length = found === -1 ? before + bytes.length - at : found + mark.length - from
    if (length > most)
      throw new InvalidMessage('a head, or a line of a body, that is too long', 'too_large')
    if (found === -1) {
      this.#keep(bytes, at)
      return null
    }
    const text = (before === 0 ? bytes : this.#room).toString('latin1', from, found)
    this.#room = NOTHING
    this.#length = 0
    return { text, end: at + length - before }
  }

  /** Looks for it where it may be that it was not before; no more is looked at than may come. */
  #find(mark: Buffer, bytes: Buffer, at: number, most: number): number {
    const before = this.#length
    const end = Math.min(bytes.length, at + most - before)
    this.#makeRoom(before + end - at)
    bytes.copy(this.#room, before, at, end)
    return this.#room
      .subarray(0, before + end - at)
      .indexOf(mark, Math.max(0, before - mark.length + 1))
  }

  #keep(bytes: Buffer, at: number): void {
    for (let i = bytes.indexOf(LF, at); i !== -1; i = bytes.indexOf(LF, i + 1)) {
      if ((i > at ? bytes[i - 1] : this.#room[this.#length - 1]) === CR) continue
      throw new InvalidMessage('a line that ends in LF alone')
    }
    this.#makeRoom(this.#length + bytes.length - at)
    bytes.copy(this.#room, this.#length, at)
    this.#length += bytes.length - at
  }

  #makeRoom(length: number): void {
    if (length <= this.#room.length) return
    const room = Buffer.allocUnsafe(Math.max(length, 2 * this.#room.length, LEAST_ROOM))
    this.#room.copy(room, 0, 0, this.#length)
    this.#room = room
  }
}

const NOTHING = Buffer.alloc(0)
const LEAST_ROOM = 64
const LF = 0x0a
const CR = 0x0d
