import type { Outgoing } from '../wire/client.ts'
import type { Incoming } from './downstream.ts'
import type { Framing } from './heads.ts'
import { Hold } from './holding.ts'
import type { Deadlines } from './limits.ts'
import type { Tape } from './tape.ts'

/** Bytes of a body that go with their head whole or not at all: a connection that was kept has more
 *  room than that in its send buffer (tcp(7): 16 KiB at the least by default). */
const UNDIVIDED = 4 * 1024

/** A request's body on its way to the upstream. */
export class Upload {
  readonly #request: Incoming
  readonly #tape: Tape | null
  readonly #deadlines: Deadlines
  readonly #outgoing: Outgoing
  readonly #hold: Hold
  #left: number
  #begun = false
  #waitsForRoom = false
  #undivided: Buffer | null = null
  /** What was sent of it, while that is little; null: more was. */
  #parts: Buffer[] | null = []
  #sent = 0
  #ended = false

  constructor(
    request: Incoming,
    outgoing: Outgoing,
    framing: Framing,
    tape: Tape | null,
    deadlines: Deadlines,
  ) {
    this.#request = request
    this.#outgoing = outgoing
    this.#tape = tape
    this.#deadlines = deadlines
    this.#hold = new Hold(request)
    this.#left = framing.kind === 'length' ? framing.length : Infinity
  }

  /** All of it, where it went together with the head, whole or not at all; else null. */
  get undivided(): Buffer | null {
    return this.#undivided
  }

  /** All of it, where that is little, and went; else null. */
  get whole(): Buffer | null {
    if (!this.#ended || this.#parts === null) return null
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
  }

  begin(): void {
    const gathered = this.#tape?.gathered ?? null
    if (gathered !== null) {
      this.#left -= gathered.length
      if (this.#left === 0) {
        this.#endWith(gathered)
        return
      }
      this.#begun = gathered.length > 0
      if (this.#begun) {
        this.#note(gathered)
        this.#outgoing.write(gathered)
      }
      this.#request.resume()
    }
    this.#deadlines.flows()
    this.#request.on('data', (chunk) => this.#take(chunk))
    this.#request.on('end', () => this.#end())
    // What came with the head has been handed out by then; a head without it does not wait for it.
    process.nextTick(() => this.#sendHead())
  }

  /** There is room again toward the upstream. */
  onDrain(): void {
    if (!this.#waitsForRoom) return
    this.#waitsForRoom = false
    this.#hold.release()
  }

  #take(chunk: Buffer): void {
    // What is left of a request that nobody waits for is read and dropped.
    if (this.#outgoing.isOver) return
    const room = this.#tape?.requestData(chunk) ?? null
    if (room !== null) this.#hold.until(room)
    this.#left -= chunk.length
    // The last piece goes with the end of the message: for a small body, head and all in one write.
    if (this.#left === 0) {
      this.#tape?.requestEnd()
      this.#deadlines.rests()
      this.#endWith(chunk)
      return
    }
    this.#begun = true
    this.#note(chunk)
    this.#deadlines.flows()
    if (this.#outgoing.write(chunk) || this.#waitsForRoom) return
    this.#waitsForRoom = true
    this.#hold.hold()
  }

  #end(): void {
    this.#begun = true
    if (this.#left === 0 || this.#outgoing.isOver) return
    this.#tape?.requestEnd()
    this.#deadlines.rests()
    this.#ended = true
    this.#outgoing.end(undefined, this.#request.rawTrailers)
  }

  #endWith(last: Buffer): void {
    if (!this.#begun && last.length <= UNDIVIDED) this.#undivided = last
    this.#begun = true
    this.#note(last)
    this.#ended = true
    this.#outgoing.end(last)
  }

  #note(chunk: Buffer): void {
    this.#sent += chunk.length
    if (this.#sent > UNDIVIDED) this.#parts = null
    else this.#parts?.push(chunk)
  }

  #sendHead(): void {
    if (this.#begun) return
    this.#begun = true
    this.#outgoing.sendHead()
  }
}
