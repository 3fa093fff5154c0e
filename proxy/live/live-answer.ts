import { walkFields } from '../../aliases/header-text.ts'
import type { Visit } from '../../aliases/site.ts'
import type { Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { Beginning } from '../../aliases/streaming/sniffing-stream.ts'
import { deep } from '../../aliases/value-text.ts'
import { fieldPairs, fieldValue, withFieldValue, type RawFields } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { hasBody } from '../heads.ts'
import type { AliasTable } from './alias-table.ts'
import { AnswerBefore } from './answer-before.ts'
import { takesTrailers, unmeasured, unranged } from './answer-fields.ts'
import { RunningDigests, withDigests, withoutDigests } from './digests.ts'
import type { LiveAliases } from './live-aliases.ts'
import { isNamed, isOfRenamed, treatmentOf } from './media.ts'
import { StreamedBody } from './streamed-body.ts'
import { Tally } from './tally.ts'
import { rewriteWhole } from './whole-body.ts'

/** The answer as its client gets it, without what renames in it. */
export function clientAnswer(answer: Answering): Answering {
  return answer instanceof LiveAnswer ? answer.to : answer
}

type Head = [status: number, reason: string | undefined, fields: string[]]

/** Of an answer whose body is read before its head goes on. */
interface Gathering {
  head: Head
  syntax: Syntax
  /** By which it may show that it is no JSON, and goes on as it is then; null: it does not matter, or is known. */
  beginning: Beginning | null
  /** Else all of it is read; or no more than tells that. */
  ifJson: 'gathered' | 'streamed'
  chunks: Buffer[]
  /** Bytes of them, and of what is declared. */
  length: number
  declared: number
}

/** An answer on its way to a client, with what the backend says in the words of the client. */
export class LiveAnswer extends AnswerBefore implements Answering {
  readonly #visit: Visit
  readonly #request: Incoming
  readonly #tally: Tally
  #gathering: Gathering | null = null
  #streaming: StreamedBody | null = null
  readonly #askAgain: (() => void) | null
  /** Of whoever writes it. */
  readonly #onClose = new Set<() => void>()
  /** Its client goes on with another one. */
  #isGivenUp = false
  #trailers: RawFields = []
  /** What becomes of digests in them, by what became of the body. */
  #digested: (trailers: RawFields) => RawFields = (trailers) => trailers
  #isEnded = false

  /** `askAgain`: for all of it, where a part was asked for. */
  constructor(
    live: LiveAliases,
    table: AliasTable,
    request: Incoming,
    to: Answering,
    askAgain: (() => void) | null = null,
  ) {
    super(to)
    this.#askAgain = askAgain
    this.#visit = table.toClient
    this.#request = request
    this.#tally = new Tally(live.counts, 'answers')
  }

  get status(): number {
    return this.#gathering?.head[0] ?? this.to.status
  }

  get headersSent(): boolean {
    return this.#gathering !== null || this.#isGivenUp || this.to.headersSent
  }

  get writableEnded(): boolean {
    return this.#isEnded || this.to.writableEnded
  }

  writeHead(status: number, reason: string | undefined, said: string[], how?: 'alone'): void {
    if (status === 206 && hasBody(this.#request, status)) {
      this.#part(status, reason, said)
      return
    }
    const treatment = treatmentOf(said)
    const isRenamed = treatment.how !== 'passed' && isNamed(treatment.syntax)
    const fields = isRenamed ? unranged(said) : said
    if (treatment.how === 'passed' || how === 'alone') {
      const isCoded = treatment.how === 'passed' && treatment.why === 'coding'
      if (isCoded && hasBody(this.#request, status)) this.#tally.untouched('coding')
      this.to.writeHead(status, reason, this.#renamed(fields), how)
    } else if (!hasBody(this.#request, status)) {
      this.to.writeHead(status, reason, this.#renamed(unmeasured(fields)))
    } else if (treatment.how === 'streamed') {
      this.to.writeHead(status, reason, this.#stream(fields, treatment.syntax))
    } else {
      const { syntax } = treatment
      const isSniffed = treatment.how === 'sniffed'
      const ifJson = isSniffed ? treatment.ifJson : 'gathered'
      this.#gathering = {
        head: [status, reason, fields],
        ...{ syntax, ifJson, beginning: isSniffed ? new Beginning() : null },
        ...{ chunks: [], length: 0, declared: Number(fieldValue(fields, 'content-length')) },
      }
    }
  }

  sendHead(): void {
    if (this.#gathering === null) this.to.sendHead()
  }

  sendInterim(status: number, reason: string, fields: RawFields): void {
    this.to.sendInterim(status, reason, walkFields(fields, deep(this.#visit)))
  }

  write(chunk: Buffer | string): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (this.#gathering !== null) return this.#gather(this.#gathering, bytes)
    return (this.#streaming ?? this.to).write(bytes)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    this.#trailers = fields.flat()
  }

  end(): void {
    this.#isEnded = true
    if (this.#gathering !== null) this.#finish(this.#gathering, 'ended')
    else if (this.#streaming !== null) this.#streaming.end()
    else this.#close()
  }

  endWith(chunk: Buffer): void {
    if (this.#gathering === null && this.#streaming === null) {
      this.#isEnded = true
      this.#trail()
      this.to.endWith(chunk)
      return
    }
    if (this.#gathering === null) this.write(chunk)
    else this.#gathering.chunks.push(chunk)
    this.end()
  }

  cut(): void {
    if (this.#isGivenUp) return
    this.#streaming?.cut()
    this.to.cut()
  }

  on(event: 'close', listener: () => void): unknown {
    this.#onClose.add(listener)
    return this.to.on(event, listener)
  }

  once(event: 'drain', listener: () => void): unknown {
    return (this.#streaming?.input ?? this.to).once(event, listener)
  }

  off(event: 'close', listener: () => void): unknown {
    this.#onClose.delete(listener)
    return this.to.off(event, listener)
  }

  /** A range of the backend's bytes is none of what its client sees. */
  #part(status: number, reason: string | undefined, fields: string[]): void {
    const isPart = isOfRenamed(fields)
    if (isPart && this.#askAgain !== null) {
      this.#giveUp(this.#askAgain)
      return
    }
    if (isPart || treatmentOf(fields).how !== 'passed') this.#tally.untouched('partial')
    this.to.writeHead(status, reason, this.#renamed(fields))
  }

  /** Whoever writes it hears that its client has left, and that client goes on with another answer. */
  #giveUp(then: () => void): void {
    this.#isGivenUp = true
    this.#isEnded = true
    process.nextTick(() => {
      for (const leave of this.#onClose) {
        this.to.off('close', leave)
        leave()
      }
      if (!this.to.closed) then()
    })
  }

  #renamed(fields: RawFields): string[] {
    const now = walkFields(fields, deep(this.#visit))
    if (now !== fields) this.#tally.renamed()
    return [...now]
  }

  #gather(gathering: Gathering, bytes: Buffer): boolean {
    gathering.chunks.push(bytes)
    gathering.length += bytes.length
    const { beginning, chunks, ifJson } = gathering
    if (beginning !== null) {
      const isJson = beginning.add(bytes.toString('latin1'))
      if (isJson === 'maybe') return true
      gathering.beginning = null
      if (isJson === 'no') return this.#goOn(gathering, Buffer.concat(chunks), 'as it is')
      if (ifJson === 'streamed') return this.#goOn(gathering, Buffer.concat(chunks), 'renamed')
    }
    // It may be long before its end is told: an early answer waits for the rest of its request.
    if (gathering.length === gathering.declared) this.#finish(gathering, 'open')
    return true
  }

  /** With what came of it. */
  #goOn({ head, syntax }: Gathering, begun: Buffer, how: 'renamed' | 'as it is'): boolean {
    this.#gathering = null
    const [status, reason, fields] = head
    const sent = how === 'renamed' ? this.#stream(fields, syntax) : this.#renamed(fields)
    if (!this.#begin(status, reason, sent)) return true
    return this.write(begun)
  }

  /** `open`: its end is told later. */
  #finish(gathering: Gathering, state: 'open' | 'ended'): void {
    const { head, syntax, chunks } = gathering
    const [status, reason, fields] = head
    const body = Buffer.concat(chunks)
    const tally = this.#tally
    const now = rewriteWhole(body, { syntax, fields, visit: this.#visit, tally })
    if (now === 'larger') {
      this.#goOn(gathering, body, 'renamed')
      if (state === 'ended') this.end()
      return
    }
    this.#gathering = null
    const isOther = now !== body
    const length = String(now.length)
    const sent = this.#renamed(fields)
    const measured = isOther
      ? withDigests(withFieldValue(unranged(sent), 'content-length', length), now)
      : sent
    if (isOther) this.#digested = (trailers) => withDigests(trailers, now)
    if (!this.#begin(status, reason, measured)) return
    if (state === 'open') {
      this.to.write(now)
      return
    }
    this.#trail()
    if (now.length > 0) this.to.endWith(now)
    else this.to.end()
  }

  /** Answers what its head says. */
  #stream(fields: string[], syntax: Syntax): string[] {
    const digests = takesTrailers(this.#request) ? new RunningDigests(fields) : null
    const options = { fields, syntax, visit: this.#visit, tally: this.#tally }
    this.#streaming = new StreamedBody(options, this.to, digests, () => this.#close())
    this.#digested = (trailers) => digests?.trailing(trailers) ?? withoutDigests(trailers)
    const sent = unmeasured(fields)
    return this.#renamed(digests?.announced(sent) ?? sent)
  }

  #close(): void {
    this.#trail()
    this.to.end()
  }

  #trail(): void {
    const trailers = this.#digested(this.#renamed(this.#trailers))
    if (trailers.length > 0) this.to.addTrailers(fieldPairs(trailers))
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
