import type { AnswerHead, Receiver, RequestHead } from './client.ts'
import type { Http1Connection } from './http1-connection.ts'
import { writeRequestHead } from './head.ts'

/** What is asked on each new connection before anything else is sent on it. */
export interface ConnectionCheck {
  head: RequestHead
  /** How long the answer may take, in ms. */
  timeout: number
  /** Of the answer; an error: nothing may be sent on this connection. */
  judge(answer: { status: number; fields: AnswerHead['fields']; body: Buffer }): Error | null
}

/** Bytes of an answer that are kept to be judged. */
const MOST = 256 * 1024

/**
 * Asks on a connection that has carried nothing yet. Calls back when the answer was read to its end,
 * before the connection is free, or when there will be none.
 */
export function checkConnection(
  connection: Http1Connection,
  check: ConnectionCheck,
  done: (failure: Error | null) => void,
): void {
  const { head, timeout } = check
  const late = () =>
    connection.destroy(new Error(`${head.target} was not answered in ${timeout} ms`))
  const timer = setTimeout(late, timeout)
  const end = (failure: Error | null) => {
    clearTimeout(timer)
    done(failure)
  }
  let answer: AnswerHead | null = null
  let body = Buffer.alloc(0)
  const receiver: Receiver = {
    onInterim() {},
    onAnswer: (head) => void (answer = head),
    onData(chunk) {
      if (body.length < MOST) body = Buffer.concat([body, chunk.subarray(0, MOST - body.length)])
    },
    onEnd: () => end(check.judge({ ...answer!, body })),
    onDrain() {},
    onFail: end,
  }
  connection.send(writeRequestHead(head, 'keep-alive'), head, receiver, 'kept').end()
}
