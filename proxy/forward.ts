import {
  Unprocessed,
  type AnswerHead,
  type Client,
  type Outgoing,
  type Receiver,
  type RequestHead,
} from '../wire/client.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'
import { requestFields, type HeadRules } from './heads.ts'
import type { Gate } from './gate/gate.ts'
import type { LiveAliases } from './live/live-aliases.ts'
import { clientAnswer } from './live/live-answer.ts'
import { Deadlines, type Limits } from './limits.ts'
import type { Watch } from './context.ts'
import { answerOwn } from './own-answer.ts'
import { isSafe, type DoubtCause } from './policy.ts'
import { Relay, relayInterim } from './relay.ts'
import type { Tape } from './tape.ts'
import type { Traffic } from './traffic.ts'
import { Upload } from './upload.ts'
import { asSaid, NO_BODY, type BodySoFar } from './whole-request.ts'

export interface Upstream {
  origin: URL
  client: Client
  /** For what is never kept away: nobody is asked on its connections which life answers. */
  unasked: Client
  /** Each ends a connection that was made a tunnel of. */
  tunnels: Set<() => void>
  heads: HeadRules
  limits: Limits
  traffic: Traffic
  /** Null where nobody is kept away. */
  gate: Gate | null
  /** Takes a request as one that has just come. */
  takeAnew: (request: Incoming, response: Answering) => void
  /** Null where clients have to learn what a restore renamed. */
  live: LiveAliases | null
}

/**
 * Forwards one exchange. With a tape it is recorded too, and the end of its answer waits until
 * the entry is durable; without one it streams straight through, and who watches is told what passes.
 */
export function forward(
  upstream: Upstream,
  request: Incoming,
  response: Answering,
  tape: Tape | null,
  watch: Watch | null = null,
): void {
  new Forwarding(upstream, request, response, tape, watch).begin()
}

class Forwarding implements Receiver {
  readonly #upstream: Upstream
  readonly #request: Incoming
  readonly #response: Answering
  readonly #tape: Tape | null
  readonly #watch: Watch | null
  readonly #deadlines: Deadlines
  readonly #client: Client
  #head!: RequestHead
  #outgoing!: Outgoing
  /** Null where the request has no body. */
  #upload: Upload | null = null
  /** Null until the answer has begun. */
  #relay: Relay | null = null
  #again: 'possible' | 'no' = 'possible'
  #isOver = false
  /** Of the backend, when the request was passed on. */
  readonly #epoch: number | null
  /** When the request was passed on, of `performance.now()`. */
  readonly #begun = performance.now()

  constructor(
    upstream: Upstream,
    request: Incoming,
    response: Answering,
    tape: Tape | null,
    watch: Watch | null,
  ) {
    this.#upstream = upstream
    this.#request = request
    this.#response = response
    this.#tape = tape
    this.#watch = watch
    this.#epoch = upstream.gate?.epoch ?? null
    this.#client = upstream.gate?.passes(request) === true ? upstream.unasked : upstream.client
    this.#deadlines = new Deadlines(upstream.limits, () => this.#late())
  }

  begin(): void {
    const { heads, origin, gate } = this.#upstream
    const request = this.#request
    const { framing } = request
    // It was open when the request came.
    if (gate?.stops(request) === true) {
      this.#deadlines.end()
      this.#tape?.refuse()
      this.#keep(gate, readBefore(request, this.#tape))
      return
    }
    const fields = requestFields(heads, origin, request, framing.kind)
    const { method, url, httpVersion, rawHeaders } = request
    const te = fieldValue(rawHeaders, 'te')
    this.#head = { method: method!, target: url!, fields, httpVersion, te }
    try {
      this.#outgoing = this.#client.request(this.#head, this)
    } catch {
      // HTTP/2 has heads that HTTP/1.1 has no way to write.
      this.#deadlines.end()
      this.#tape?.refuse()
      answerOwn(request, this.#response, 'request_ambiguous')
      return
    }
    // A client that left shows on the response, not on the request, whose end may have been read.
    this.#response.on('close', this.#leave)
    if (framing.kind === 'none') {
      this.#tape?.requestEnd()
      this.#outgoing.end()
    } else {
      this.#upload = new Upload(request, this.#outgoing, framing, this.#tape, this.#deadlines)
      this.#upload.begin()
    }
  }

  onInterim(interim: AnswerHead): void {
    this.#again = 'no'
    relayInterim(interim, this.#request, this.#response)
  }

  onAnswer(answer: AnswerHead): void {
    this.#deadlines.answered()
    if (this.#tape !== null && answer.status < 400) this.#upstream.gate?.onChange()
    this.#upstream.traffic.upstreamLatency.observe((performance.now() - this.#begun) / 1000)
    this.#relay = new Relay({
      rules: this.#upstream.heads,
      request: this.#request,
      response: this.#response,
      tape: this.#tape,
      watch: this.#watch,
      deadlines: this.#deadlines,
      outgoing: this.#outgoing,
    })
    this.#relay.begin(answer)
  }

  onData(chunk: Buffer): void {
    this.#relay!.onData(chunk)
  }

  onEnd(trailers: RawFields): void {
    this.#relay!.onEnd(trailers)
  }

  onDrain(): void {
    this.#upload?.onDrain()
  }

  onFail(error: Error): void {
    if (this.#relay === null && this.#mayRepeat(error)) {
      this.#repeat()
      return
    }
    this.#upstream.gate?.failed(this.#outgoing, error, this.#epoch)
    if (this.#relay !== null) this.#relay.breakOff()
    else this.#fail('upstream_reset')
  }

  /**
   * An upstream may close a connection that was kept just when a request leaves for it. What it
   * cannot have had, or may have twice, is sent once more (RFC 9110 section 9.2.2, RFC 9112 section
   * 9.3.1): all else is for the client to decide.
   */
  #mayRepeat(error: Error): boolean {
    if (this.#again === 'no' || this.#isOver) return false
    if (error instanceof Unprocessed) return this.#upload === null || this.#upload.whole !== null
    if (!this.#outgoing.isReused) return false
    if (this.#upload?.isUndivided === false) return false
    // Which methods are recorded is for the user to say: what is, may change something by any of them.
    return (this.#tape === null && isSafe(this.#head.method)) || refusedToSend(error)
  }

  #repeat(): void {
    this.#again = 'no'
    this.#outgoing = this.#client.request(this.#head, this, 'fresh')
    this.#outgoing.end(this.#upload?.whole ?? undefined, this.#request.rawTrailers)
  }

  readonly #leave = () => {
    this.#deadlines.end()
    if (this.#response.writableFinished) {
      // What is left of its request may still be on its way.
      if (this.#request.complete) return
    } else if (this.#relay === null) this.#giveUp('client_gone')
    else this.#relay.breakOff()
    this.#outgoing.destroy()
  }

  #late(): void {
    this.#deadlines.end()
    if (this.#relay !== null) {
      this.#outgoing.destroy()
      this.#relay.breakOff()
      // All of it was written, and the client does not read it.
      if (this.#response.writableEnded && !this.#response.closed) this.#response.cut()
    } else if (waitsForClient(this.#request)) {
      this.#giveUp('client_gone')
      this.#outgoing.destroy()
      answerOwn(this.#request, this.#response, 'request_timeout')
    } else this.#fail('upstream_timeout')
  }

  #fail(cause: DoubtCause): void {
    if (this.#isOver) return
    this.#deadlines.end()
    const { sent } = this.#outgoing
    this.#giveUp(cause)
    this.#outgoing.destroy()
    const isTimeout = cause === 'upstream_timeout'
    const isUnreachable = !isTimeout && sent === 'nothing'
    const how = isTimeout ? 'timeout' : isUnreachable ? 'unreachable' : 'failed'
    this.#upstream.traffic.upstreamFailed(how)
    const { gate } = this.#upstream
    if (gate === null || isTimeout) answerOwn(this.#request, this.#response, `upstream_${how}`)
    else if (isUnreachable)
      this.#keep(gate, this.#upload === null ? NO_BODY : this.#upload.takeBack())
    else answerOwn(this.#request, this.#response, 'backend_lost')
  }

  /** Nothing was sent: it waits until the backend is reached again. */
  #keep(gate: Gate, soFar: BodySoFar | null): void {
    const request = this.#request
    // What is renamed is said by the epoch in which it goes on.
    const response = clientAnswer(this.#response)
    const { takeAnew } = this.#upstream
    // Who is never kept away is told at once, too.
    const isOver = response.headersSent || response.closed || gate.passes(request)
    const kept = isOver ? null : asSaid(request, soFar)
    if (kept === null) {
      gate.turnAway(request, response)
      return
    }
    // It may be forwarded many times.
    this.#response.off('close', this.#leave)
    gate.hold(kept, response, () => takeAnew(kept, response))
  }

  #giveUp(cause: DoubtCause): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#tape?.giveUp(cause, this.#outgoing.sent)
  }
}

/** Of its body, before it was to be forwarded. */
function readBefore({ framing, endsApart, complete }: Incoming, tape: Tape | null): BodySoFar {
  if (framing.kind === 'none') return NO_BODY
  const gathered = tape?.gathered ?? null
  const isAll = framing.kind === 'length' && framing.length === gathered?.length
  return {
    chunks: gathered === null ? [] : [gathered],
    rest: isAll && (!endsApart || complete) ? 'none' : 'some',
  }
}

/**
 * The system took nothing of what was to be written: the other side had closed before. Holds for what
 * goes whole or not at all (Upload), of which it cannot have taken a part.
 */
function refusedToSend(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'write' && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}

/** Whether what is missing of a request is the client's to send; not where the upstream reads nothing. */
function waitsForClient(request: Incoming): boolean {
  return !request.complete && !request.isPaused()
}
