import type { AnswerHead, Receiver, RequestHead } from './client.ts'
import type { Http1Connection } from './http1-connection.ts'
import { writeRequestHead } from './head.ts'

/** What is asked on each new connection before anything else is sent on it. */
export interface ConnectionCheck {
  /** One after the other; at least one. */
  heads: readonly RequestHead[]
  /** How long all of the answers may take, in ms. */
  timeout: number
  /**
   * Of the answers; an error: nothing may be sent on this connection. `askedAt`: when the first was asked,
   * of `performance.now()`.
   */
  judge(answers: readonly CheckAnswer[], askedAt: number): Error | null
}

export interface CheckAnswer {
  status: number
  fields: AnswerHead['fields']
  body: Buffer
}

/** Bytes of an answer that are kept to be judged. */
const MOST = 256 * 1024

/** A connection that has carried nothing yet, and is asked first. */
export class CheckedConnection {
  readonly #connection: Http1Connection
  readonly #check: ConnectionCheck
  readonly #done: (failure: Error | null) => void
  readonly #askedAt = performance.now()
  readonly #answers: CheckAnswer[] = []
  readonly #timer: NodeJS.Timeout

  /** Calls back when the last answer was judged, before the connection is free, or when there will be none. */
  constructor(
    connection: Http1Connection,
    check: ConnectionCheck,
    done: (failure: Error | null) => void,
  ) {
    this.#connection = connection
    this.#check = check
    this.#done = done
    this.#timer = setTimeout(() => {
      const { target } = check.heads[this.#answers.length]!
      connection.destroy(new Error(`${target} was not answered in ${check.timeout} ms`))
    }, check.timeout)
    this.#ask()
  }

  /** To be called when the connection is free: answers whether something else may be sent on it. */
  goOn(): 'asks' | 'over' {
    if (this.#answers.length === this.#check.heads.length) return 'over'
    this.#ask()
    return 'asks'
  }

  #ask(): void {
    const head = this.#check.heads[this.#answers.length]!
    let answer: AnswerHead | null = null
    let body = Buffer.alloc(0)
    const receiver: Receiver = {
      onInterim() {},
      onAnswer: (head) => void (answer = head),
      onData(chunk) {
        if (body.length < MOST) body = Buffer.concat([body, chunk.subarray(0, MOST - body.length)])
      },
      onEnd: () => this.#take({ ...answer!, body }),
      onDrain() {},
      onFail: (error) => this.#end(error),
    }
    this.#connection.send(writeRequestHead(head, 'keep-alive'), head, receiver, 'kept').end()
  }

  #take(answer: CheckAnswer): void {
    this.#answers.push(answer)
    if (this.#answers.length < this.#check.heads.length) return
    this.#end(this.#check.judge(this.#answers, this.#askedAt))
  }

  #end(failure: Error | null): void {
    clearTimeout(this.#timer)
    this.#done(failure)
  }
}
