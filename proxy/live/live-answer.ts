import { walkFields } from '../../aliases/header-text.ts'
import type { Visit } from '../../aliases/site.ts'
import type { Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { Beginning } from '../../aliases/streaming/sniffing-stream.ts'
import { deep } from '../../aliases/value-text.ts'
import {
  fieldPairs,
  fieldValue,
  withFieldValue,
  withoutField,
  type RawFields,
} from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import { hasBody } from '../heads.ts'
import type { AliasTable } from './alias-table.ts'
import { AnswerBefore } from './answer-before.ts'
import { closeFlow, openFlow, type BodyFlow } from './body-flow.ts'
import { withDigests, withoutDigests } from './digests.ts'
import type { LiveAliases } from './live-aliases.ts'
import { isNamed, isOfRenamed, treatmentOf } from './media.ts'
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

/** Of an answer whose body goes on as it comes out of what renames in it. */
interface Streaming {
  fields: string[]
  syntax: Syntax
  /** Undefined: nothing came yet; null: it goes on as it is. */
  flow?: BodyFlow | null
}

/** An answer on its way to a client, with what the backend says in the words of the client. */
export class LiveAnswer extends AnswerBefore implements Answering {
  readonly #visit: Visit
  readonly #request: Incoming
  readonly #tally: Tally
  #gathering: Gathering | null = null
  #streaming: Streaming | null = null
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
      this.to.writeHead(status, reason, this.#renamed(unmeasured(fields)))
      this.#openTo({ fields, syntax: treatment.syntax })
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
    return this.#streaming === null ? this.to.write(bytes) : this.#stream(this.#streaming, bytes)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    this.#trailers = fields.flat()
  }

  end(): void {
    this.#isEnded = true
    if (this.#gathering !== null) this.#finish(this.#gathering, 'ended')
    else if (this.#streaming?.flow) this.#streaming.flow.input.end()
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
    if (this.#streaming?.flow) closeFlow(this.#streaming.flow)
    this.to.cut()
  }

  on(event: 'close', listener: () => void): unknown {
    this.#onClose.add(listener)
    return this.to.on(event, listener)
  }

  once(event: 'drain', listener: () => void): unknown {
    return (this.#streaming?.flow?.input ?? this.to).once(event, listener)
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
    const sent = how === 'renamed' ? unmeasured(fields) : fields
    if (!this.#begin(status, reason, this.#renamed(sent))) return true
    if (how === 'renamed') this.#openTo({ fields, syntax })
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

  #openTo(streaming: Streaming): void {
    this.#streaming = streaming
    this.#digested = withoutDigests
  }

  #stream(streaming: Streaming, bytes: Buffer): boolean {
    if (streaming.flow === undefined) streaming.flow = this.#open(streaming, bytes)
    return streaming.flow === null ? this.to.write(bytes) : streaming.flow.input.write(bytes)
  }

  #open({ fields, syntax }: Streaming, first: Buffer): BodyFlow | null {
    const { to } = this
    const broken = () => to.cut()
    const visit = this.#visit
    const flow = openFlow({ syntax, fields, visit, tally: this.#tally, broken }, first)
    if (flow === null) return null
    const { output } = flow
    output.on('data', (bytes: Buffer) => {
      if (to.destroyed || to.write(bytes)) return
      output.pause()
      to.once('drain', () => output.resume())
    })
    output.on('end', () => this.#close())
    to.on('close', () => closeFlow(flow))
    return flow
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

/** How long the body will be nobody knows, nor what its digests will be. */
function unmeasured(fields: string[]): string[] {
  return withoutDigests(withoutField(unranged(fields), 'content-length'))
}

/** Of what is renamed nobody gets parts. */
function unranged(fields: string[]): string[] {
  const ranges = fieldValue(fields, 'accept-ranges')
  return ranges === undefined ? fields : withFieldValue(fields, 'accept-ranges', 'none')
}
