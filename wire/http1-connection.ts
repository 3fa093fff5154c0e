import type { Socket } from 'node:net'
import { AnswerReader, type AnswerSink } from './answer-reader.ts'
import type { AnswerHead, Outgoing, Receiver, RequestHead } from './client.ts'
import { isReady, readyEvent } from './connect.ts'
import { fieldValue, type RawFields } from './fields.ts'
import { InvalidMessage } from './head.ts'
import { Http1Request } from './http1-request.ts'

/** Whom a connection tells. */
export interface ConnectionOwner {
  /** It may carry another exchange, for so long, in ms; the upstream may have said for how long. */
  onFree(connection: Http1Connection, keep: number): void
  /** It is gone, or no longer one of HTTP. */
  onClose(connection: Http1Connection): void
}

/** One connection with the upstream; it carries one exchange after the other. */
export class Http1Connection implements AnswerSink {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #reader: AnswerReader
  #request: Http1Request | null = null
  #receiver: Receiver | null = null
  /** Of the exchange that is under way. */
  #answer: 'awaited' | 'begun' | 'whole' = 'whole'
  #isKept = true
  #keep = Infinity
  #isReady = false
  #uses = 0

  /** `connectTimeout` in ms, `maxHead` in bytes. */
  constructor(
    socket: Socket,
    owner: ConnectionOwner,
    { connectTimeout, maxHead }: { connectTimeout: number; maxHead: number },
  ) {
    this.#socket = socket
    this.#owner = owner
    this.#reader = new AnswerReader(this, maxHead)
    const late = () => socket.destroy(new Error(`no connection in ${connectTimeout} ms`))
    this.#isReady = isReady(socket)
    const hasLimit = connectTimeout !== Infinity && !this.#isReady
    const timer = hasLimit ? setTimeout(late, connectTimeout) : undefined
    socket.once(readyEvent(socket), () => {
      this.#isReady = true
      clearTimeout(timer)
    })
    socket.on('data', this.#read)
    socket.on('end', this.#readEnd)
    socket.on('drain', this.#drained)
    socket.on('error', this.#failed)
    socket.on('close', this.#closed)
    socket.once('close', () => clearTimeout(timer))
  }

  /** Whether it was established: before that nothing can have been sent on it. */
  get isReady(): boolean {
    return this.#isReady
  }

  get isUsable(): boolean {
    return this.#socket.writable && !this.#socket.readableEnded
  }

  /** Starts an exchange; `text` is its head. One that is not `kept` is the last on this connection. */
  send(
    text: string,
    head: RequestHead,
    receiver: Receiver,
    connection: 'kept' | 'closes',
  ): Outgoing {
    const isChunked = fieldValue(head.fields, 'transfer-encoding') !== undefined
    const use = this.#uses++ === 0 ? 'first' : 'later'
    this.#request = new Http1Request(this, this.#socket, text, isChunked ? 'chunked' : 'plain', use)
    this.#receiver = receiver
    this.#answer = 'awaited'
    this.#isKept = connection === 'kept'
    this.#keep = Infinity
    this.#reader.expect(head.method)
    if (use === 'later') this.#socket.ref()
    return this.#request
  }

  /** The request was written to its end. */
  ended(): void {
    if (this.#answer === 'whole') this.#finish()
  }

  /** Closes it; whoever waits for an answer hears that none will come. */
  destroy(error?: Error): void {
    this.#socket.destroy(error)
  }

  /** The same, but nobody hears of it. */
  abandon(): void {
    this.#let()
    this.#socket.destroy()
  }

  onInterim(answer: AnswerHead): void {
    this.#receiver?.onInterim(answer)
  }

  onHead(answer: AnswerHead): void {
    this.#answer = 'begun'
    const hint = fieldValue(answer.fields, 'keep-alive')
    if (hint !== undefined) this.#keep = keptFor(hint)
    this.#receiver?.onAnswer(answer)
  }

  onBody(chunk: Buffer): void {
    this.#receiver?.onData(chunk)
  }

  onEnd(trailers: RawFields, connection: 'kept' | 'closes'): void {
    this.#answer = 'whole'
    if (connection === 'closes') this.#isKept = false
    this.#receiver?.onEnd(trailers)
  }

  onSwitch(answer: AnswerHead, first: Buffer): void {
    const receiver = this.#receiver
    if (receiver === null) return
    if (receiver.onSwitch === undefined)
      throw new InvalidMessage('a switch of protocols that nobody asked for')
    this.#let()
    const socket = this.#socket
    socket.off('data', this.#read)
    socket.off('end', this.#readEnd)
    socket.off('drain', this.#drained)
    socket.off('error', this.#failed)
    socket.off('close', this.#closed)
    this.#owner.onClose(this)
    receiver.onSwitch(answer, socket, first)
  }

  readonly #read = (bytes: Buffer): void => {
    try {
      this.#reader.read(bytes)
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error
      this.#failed(error)
      this.#socket.destroy()
      return
    }
    // Only now is it known that nothing came behind the answer.
    if (this.#answer === 'whole') this.#finish()
  }

  readonly #readEnd = (): void => {
    if (this.#reader.close() === 'whole') {
      this.#finish()
      return
    }
    this.#failed(new Error('the connection ended'))
    // It would wait for whoever answers no more to read what was written.
    this.#socket.destroy()
  }

  readonly #drained = (): void => this.#receiver?.onDrain()

  readonly #failed = (error: Error): void => {
    const receiver = this.#receiver
    const request = this.#request
    const answer = this.#answer
    this.#let()
    if (receiver === null || request === null) return
    // An answer that is whole stays whole; what is left of its request goes nowhere.
    if (answer !== 'whole') receiver.onFail(error)
    else if (!request.isEnded) receiver.onDrain()
  }

  readonly #closed = (): void => {
    this.#failed(new Error('the connection ended'))
    this.#owner.onClose(this)
  }

  /** The answer is whole; the exchange is over when its request is, or when the connection closes. */
  #finish(): void {
    const receiver = this.#receiver
    const request = this.#request
    if (request === null || receiver === null) return
    if (!request.isEnded && this.#isKept) return
    this.#let()
    if (!request.isEnded) {
      // What is left of it goes nowhere, and so does what waits to be written.
      receiver.onDrain()
      this.#socket.destroy()
      return
    }
    if (!this.#isKept || !this.isUsable) {
      this.#socket.setTimeout(LINGER, () => this.#socket.destroy())
      this.#socket.destroySoon()
      return
    }
    this.#socket.resume()
    // Nobody waits for it any more.
    this.#socket.unref()
    this.#owner.onFree(this, this.#keep)
  }

  /** Lets go of the exchange. */
  #let(): void {
    this.#request?.leave()
    this.#request = null
    this.#receiver = null
  }
}

/** How long an upstream may take to read on, in ms, when it has answered and its connection closes. */
const LINGER = 30_000

/** What an upstream says of how long it keeps a connection, in ms; closed a little before it does. */
function keptFor(hint: string): number {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,9})/i.exec(hint)?.[1]
  if (seconds === undefined) return Infinity
  const told = Number(seconds) * 1000
  return Math.max(told / 2, told - 1_000)
}
