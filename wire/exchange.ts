import type { AnswerHead, Client, Outgoing, Receiver, RequestHead } from './client.ts'
import type { RawFields } from './fields.ts'

/** What an exchange may take, and what is kept of it. */
export interface ExchangeOptions {
  client: Client
  /** For the whole of it, in ms. */
  timeout: number
  signal: AbortSignal
  /** Bytes of the answer's body that are kept. */
  kept: number
  /** What is beyond them is read and dropped, or left: then the connection ends. */
  beyond: 'dropped' | 'left'
}

export interface WholeAnswer extends AnswerHead {
  /** What was kept of it. */
  body: Buffer
  /** Bytes that were read. */
  length: number
  trailers: RawFields
}

/** No answer came. `sent` tells whether the target may have had the request. */
export class NoAnswer extends Error {
  readonly sent: 'nothing' | 'something'

  constructor(message: string, sent: 'nothing' | 'something', cause: unknown) {
    super(message, { cause })
    this.sent = sent
  }
}

/**
 * Sends a request, its body piece by piece, and waits for the whole answer. Rejects with a
 * NoAnswer, whose cause is what reading the body threw.
 */
export function exchange(
  head: RequestHead,
  body: AsyncIterable<Buffer> | Buffer | null,
  trailers: RawFields,
  options: ExchangeOptions,
): Promise<WholeAnswer> {
  const { client, timeout, signal } = options
  return new Promise((resolve, reject) => {
    let outgoing: Outgoing | null = null
    let whenRoom = () => {}
    const stop = (why: string, cause?: unknown) => {
      leave()
      const sent = outgoing?.sent ?? 'nothing'
      outgoing?.destroy()
      whenRoom()
      reject(new NoAnswer(why, sent, cause))
    }
    const interrupt = () => stop('interrupted', signal.reason)
    const timer = setTimeout(() => stop(`none in ${timeout} ms`), timeout)
    const leave = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
    }
    const gathering = new Gathering(options)
    const finish = () => {
      leave()
      resolve(gathering.answer())
    }
    const receiver: Receiver = {
      onInterim() {},
      onAnswer: (answer) => gathering.begin(answer),
      onData(chunk) {
        if (gathering.add(chunk) === 'more') return
        finish()
        outgoing!.destroy()
        whenRoom()
      },
      onEnd(trailers) {
        gathering.end(trailers)
        finish()
      },
      onDrain: () => whenRoom(),
      onFail(error) {
        const { status } = gathering
        stop(status === null ? error.message : `${status} began, then ${error.message}`, error)
      },
    }
    if (signal.aborted) {
      interrupt()
      return
    }
    signal.addEventListener('abort', interrupt)
    try {
      outgoing = client.request(head, receiver)
    } catch (error) {
      stop((error as Error).message, error)
      return
    }
    if (body === null || Buffer.isBuffer(body)) outgoing.end(body ?? undefined, trailers)
    else {
      const room = () => new Promise<void>((go) => (whenRoom = go))
      writeBody(outgoing, body, trailers, room).catch((error: unknown) =>
        stop((error as Error).message, error),
      )
    }
  })
}

/** Under backpressure; an early answer, or the end of the connection, ends it. */
async function writeBody(
  outgoing: Outgoing,
  body: AsyncIterable<Buffer>,
  trailers: RawFields,
  room: () => Promise<void>,
): Promise<void> {
  for await (const bytes of body) {
    if (outgoing.isOver) return
    if (!outgoing.write(bytes)) await room()
  }
  outgoing.end(undefined, trailers)
}

/** What is kept of an answer. */
class Gathering {
  readonly #options: ExchangeOptions
  #head: AnswerHead | null = null
  readonly #chunks: Buffer[] = []
  #length = 0
  #trailers: RawFields = []

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  get status(): number | null {
    return this.#head === null ? null : this.#head.status
  }

  begin(head: AnswerHead): void {
    this.#head = head
  }

  add(chunk: Buffer): 'more' | 'enough' {
    const { kept, beyond } = this.#options
    if (this.#length < kept) this.#chunks.push(chunk.subarray(0, kept - this.#length))
    this.#length += chunk.length
    return beyond === 'left' && this.#length > kept ? 'enough' : 'more'
  }

  end(trailers: RawFields): void {
    this.#trailers = trailers
  }

  answer(): WholeAnswer {
    const body = Buffer.concat(this.#chunks)
    const { status, reason, fields, httpVersion } = this.#head!
    const [length, trailers] = [this.#length, this.#trailers]
    return { status, reason, fields, httpVersion, body, length, trailers }
  }
}
