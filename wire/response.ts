import http from 'node:http'
import { fieldPairs, type RawFields } from './fields.ts'
import { keepDisposition, sendHead } from './outgoing.ts'
import { reset } from './reset.ts'

/** Bytes of a body that go with its head in one write. */
const JOINED = 4 * 1024

/** A server's answer whose head is the given one, byte for byte. */
export class ExactResponse<
  Request extends http.IncomingMessage = http.IncomingMessage,
> extends http.ServerResponse<Request> {
  static {
    keepDisposition(this.prototype)
  }

  /** A connection of HTTP/1.1 closes with an answer that comes before the end of its request. */
  readonly endsAlone = false

  sendHead(): void {
    sendHead(this)
  }

  /** node:http joins a head with text alone: as bytes, a small answer would be two pieces to write. */
  endWith(body: Buffer): void {
    if (body.length > JOINED) this.end(body)
    else this.end(body.toString('latin1'), 'latin1')
  }

  /** node:http has no call that takes the fields of any but 100 as they came. */
  sendInterim(status: number, reason: string, fields: RawFields): void {
    if (status === 100) {
      this.writeContinue()
      return
    }
    const lines = [`HTTP/1.1 ${status} ${reason}`]
    for (const [name, value] of fieldPairs(fields)) lines.push(`${name}: ${value}`)
    this.socket?.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  /** Ends it so that no client takes it for a whole one: by a reset. */
  cut(): void {
    if (this.socket === null) this.destroy()
    else reset(this.socket)
  }
}
