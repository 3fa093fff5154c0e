import type { Framing } from '../wire/body-reader.ts'
import type { Outgoing } from '../wire/client.ts'
import type { Incoming } from './downstream.ts'
import { Hold } from './holding.ts'
import type { Deadlines } from './limits.ts'
import type { Tape } from './tape.ts'
import { KEPT, type BodySoFar } from './whole-request.ts'

/**
 * Bytes of a body that are kept so that it can be sent once more; and that go with their head whole or
 * not at all: a connection that was kept has more room than that in its send buffer (tcp(7): 16 KiB at
 * the least by default).
 */
const LITTLE = 4 * 1024

/** A request's body on its way to the upstream. */
export class Upload {
  readonly #request: Incoming
  readonly #tape: Tape | null
  readonly #deadlines: Deadlines
  readonly #outgoing: Outgoing
  readonly #hold: Hold
  #left: number
  #waitsForRoom = false
  /** What was passed on of it, while that is little or nothing was sent; null: some was dropped. */
  #passed: Buffer[] | null = []
  #passedLength = 0
  /** In how many pieces it went, its head with the first or as the first. */
  #pieces = 0
  #isEnded = false
  /** What its length ends with, while it is not known that nothing more comes. */
  #last: Buffer | undefined

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

  /** All of it, where that is little, and went; else null. */
  get whole(): Buffer | null {
    return this.#isEnded && this.#isLittle ? Buffer.concat(this.#passed!) : null
  }

  /** Whether it went together with the head, whole or not at all. */
  get isUndivided(): boolean {
    return this.#isEnded && this.#isLittle && this.#pieces === 1
  }

  /** Passes on no more: what was read of it, where all of that was kept. */
  takeBack(): BodySoFar | null {
    this.#request.off('data', this.#take)
    this.#request.off('end', this.#end)
    if (this.#passed === null) return null
    if (this.#isEnded) return { chunks: this.#passed, rest: 'none' }
    const last = this.#last === undefined ? [] : [this.#last]
    return { chunks: [...this.#passed, ...last], rest: 'some' }
  }

  get #isLittle(): boolean {
    return this.#passed !== null && this.#passedLength <= LITTLE
  }

  begin(): void {
    const gathered = this.#tape?.gathered ?? null
    if (gathered !== null) {
      this.#left -= gathered.length
      if (this.#left === 0 && !this.#endsLater()) {
        this.#endWith(gathered)
        return
      }
      if (this.#left === 0) this.#last = gathered
      else if (gathered.length > 0) this.#write(gathered)
      this.#request.resume()
    }
    this.#deadlines.flows()
    this.#request.on('data', this.#take)
    this.#request.on('end', this.#end)
    // What came with the head has been handed out by then; a head without it does not wait for it.
    process.nextTick(() => this.#sendHead())
  }

  /** There is room again toward the upstream. */
  onDrain(): void {
    if (!this.#waitsForRoom) return
    this.#waitsForRoom = false
    this.#hold.release()
  }

  readonly #take = (chunk: Buffer): void => {
    // What is left of a request that nobody waits for is read and dropped.
    if (this.#outgoing.isOver) {
      this.#passed = null
      return
    }
    const room = this.#tape?.requestData(chunk) ?? null
    if (room !== null) this.#hold.until(room)
    this.#left -= chunk.length
    // The last piece goes with the end of the message: for a small body, head and all in one write.
    if (this.#left === 0 && !this.#endsLater()) {
      this.#endWith(chunk)
      return
    }
    this.#deadlines.flows()
    if (this.#left === 0) {
      this.#last = chunk
      return
    }
    if (this.#write(chunk) || this.#waitsForRoom) return
    this.#waitsForRoom = true
    this.#hold.hold()
  }

  readonly #end = (): void => {
    if (!this.#isEnded && !this.#outgoing.isOver) this.#endWith(this.#last)
  }

  #endsLater(): boolean {
    return this.#request.endsApart && !this.#request.complete
  }

  #write(chunk: Buffer): boolean {
    this.#note(chunk)
    return this.#outgoing.write(chunk)
  }

  #endWith(last: Buffer | undefined): void {
    this.#tape?.requestEnd()
    this.#deadlines.rests()
    this.#note(last)
    this.#isEnded = true
    this.#outgoing.end(last, this.#request.rawTrailers)
  }

  #note(piece: Buffer | undefined): void {
    this.#pieces++
    if (piece === undefined) return
    this.#passedLength += piece.length
    const most = this.#outgoing.sent === 'nothing' ? KEPT : LITTLE
    if (this.#passedLength > most) this.#passed = null
    else this.#passed?.push(piece)
  }

  #sendHead(): void {
    // Where all of it came, its head alone could be a whole message.
    if (this.#pieces > 0 || (this.#left === 0 && this.#endsLater())) return
    this.#pieces++
    this.#outgoing.sendHead()
  }
}
