import { walkAnswer } from '../../aliases/message.ts'
import { walkFields } from '../../aliases/header-text.ts'
import { deep } from '../../aliases/value-text.ts'
import { fieldPairs, fieldValue, withoutField, type RawFields } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { hasBody } from '../heads.ts'
import type { AliasTable } from './alias-table.ts'
import { withDigests, withoutDigests } from './digests.ts'
import type { LiveAliases } from './live-aliases.ts'
import { isUnderstood, MOST } from './media.ts'

/** The answer as its client gets it, without what renames in it. */
export function clientAnswer(answer: Answering): Answering {
  return answer instanceof LiveAnswer ? answer.to : answer
}

/** The head of an answer whose body is gathered, and that. */
interface Gathering {
  head: [status: number, reason: string | undefined, fields: string[], how?: 'alone']
  chunks: Buffer[]
  length: number
  trailers: [string, string][]
}

/** An answer on its way to a client, with what the backend says in the words of the client. */
export class LiveAnswer implements Answering {
  readonly #live: LiveAliases
  readonly #table: AliasTable
  readonly #request: Incoming
  readonly to: Answering
  #gathering: Gathering | null = null
  #isEnded = false

  constructor(live: LiveAliases, table: AliasTable, request: Incoming, to: Answering) {
    this.#live = live
    this.#table = table
    this.#request = request
    this.to = to
  }

  get status(): number {
    return this.#gathering?.head[0] ?? this.to.status
  }

  get headersSent(): boolean {
    return this.#gathering !== null || this.to.headersSent
  }

  get writableEnded(): boolean {
    return this.#isEnded || this.to.writableEnded
  }

  get writableFinished(): boolean {
    return this.to.writableFinished
  }

  get destroyed(): boolean {
    return this.to.destroyed
  }

  get closed(): boolean {
    return this.to.closed
  }

  get endsAlone(): boolean {
    return this.to.endsAlone
  }

  get shouldKeepAlive(): boolean {
    return this.to.shouldKeepAlive
  }

  set shouldKeepAlive(is: boolean) {
    this.to.shouldKeepAlive = is
  }

  get sendDate(): boolean {
    return this.to.sendDate
  }

  set sendDate(is: boolean) {
    this.to.sendDate = is
  }

  writeHead(status: number, reason: string | undefined, fields: string[], how?: 'alone'): void {
    if (!isUnderstood(fields) || how === 'alone') {
      this.to.writeHead(status, reason, this.#renamed(fields), how)
    } else if (!hasBody(this.#request, status)) {
      // How long the body would be that it speaks of nobody knows.
      const without = withoutDigests(withoutField(fields, 'content-length'))
      this.to.writeHead(status, reason, this.#renamed(without))
    } else if (status === 206 || Number(fieldValue(fields, 'content-length')) > MOST) {
      this.#live.counts.untouched[status === 206 ? 'partial' : 'too_large'] += 1
      this.to.writeHead(status, reason, this.#renamed(fields))
    } else {
      this.#gathering = { head: [status, reason, fields], chunks: [], length: 0, trailers: [] }
    }
  }

  sendHead(): void {
    if (this.#gathering === null) this.to.sendHead()
  }

  sendInterim(status: number, reason: string, fields: RawFields): void {
    this.to.sendInterim(status, reason, walkFields(fields, deep(this.#table.toClient)))
  }

  write(chunk: Buffer | string): boolean {
    const gathering = this.#gathering
    if (gathering === null) return this.to.write(chunk)
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    gathering.chunks.push(bytes)
    gathering.length += bytes.length
    return gathering.length <= MOST || this.#letPass(gathering)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    if (this.#gathering === null) this.to.addTrailers(fields)
    else this.#gathering.trailers = fields
  }

  end(): void {
    this.#isEnded = true
    if (this.#gathering === null) this.to.end()
    else this.#finish(this.#gathering)
  }

  endWith(chunk: Buffer): void {
    if (this.#gathering === null) {
      this.#isEnded = true
      this.to.endWith(chunk)
      return
    }
    this.write(chunk)
    this.end()
  }

  cut(): void {
    this.to.cut()
  }

  on(event: 'close', listener: () => void): unknown {
    return this.to.on(event, listener)
  }

  once(event: 'drain', listener: () => void): unknown {
    return this.to.once(event, listener)
  }

  off(event: 'close', listener: () => void): unknown {
    return this.to.off(event, listener)
  }

  #renamed(fields: string[]): string[] {
    const now = walkFields(fields, deep(this.#table.toClient))
    if (now !== fields) this.#live.counts.answers += 1
    return now === fields ? fields : [...now]
  }

  /** It is longer than it may be: the rest goes on as it comes. */
  #letPass({ head, chunks, trailers }: Gathering): boolean {
    this.#gathering = null
    this.#live.counts.untouched.too_large += 1
    const [status, reason, fields] = head
    if (!this.#begin(status, reason, this.#renamed(fields))) return true
    if (trailers.length > 0) this.to.addTrailers(trailers)
    return this.to.write(Buffer.concat(chunks))
  }

  #finish({ head, chunks, trailers }: Gathering): void {
    this.#gathering = null
    const [status, reason, fields] = head
    const body = Buffer.concat(chunks)
    const now = walkAnswer({ fields, body }, this.#table.toClient)
    const isOther = now.body !== body
    if (isOther || now.fields !== fields) this.#live.counts.answers += 1
    const sent = isOther ? withDigests(now.fields, now.body!) : [...now.fields]
    if (!this.#begin(status, reason, sent)) return
    const left = isOther ? fieldPairs(withoutDigests(trailers.flat())) : trailers
    if (left.length > 0) this.to.addTrailers(left)
    if (now.body!.length > 0) this.to.endWith(now.body!)
    else this.to.end()
  }

  /** The forwarder takes the head for written: where it cannot be, nothing can be said any more. */
  #begin(status: number, reason: string | undefined, fields: string[]): boolean {
    try {
      this.to.writeHead(status, reason, fields)
      return true
    } catch {
      this.#isEnded = true
      this.to.cut()
      return false
    }
  }
}
