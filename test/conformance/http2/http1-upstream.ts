import { valuesOf, type Field } from '../message.ts'
import type { Origin, Exchange as Http1Exchange, Seen } from '../origin.ts'
import { endToEnd } from '../case.ts'
import { Changes } from '../changes.ts'
import { asBytes } from '../client.ts'
import {
  ok,
  type Asked,
  type Exchange,
  type Script,
  type Upstream,
  type Whole,
} from './upstream.ts'

/** The origin of the cases for HTTP/1.1, for cases that do not ask how they are answered. */
export class Http1Upstream implements Upstream {
  readonly #origin: Origin
  /** Exchanges that are not answered, and not left. */
  readonly #open = new Set<Answering>()
  readonly #changes = new Changes()

  constructor(origin: Origin) {
    this.#origin = origin
    this.answers(ok)
  }

  get url(): string {
    return this.#origin.url
  }

  get asked(): Asked[] {
    return this.#origin.heads.map(askedOf)
  }

  get requests(): Whole[] {
    return this.#origin.requests.map(wholeOf)
  }

  get broken(): string[] {
    return this.#origin.broken
  }

  answers(script: Script): void {
    this.#origin.answers((exchange) => {
      const answering = new Answering(exchange, () => {
        exchange.socket.off('close', answering.over)
        this.#open.delete(answering)
        this.#changes.tell()
      })
      this.#open.add(answering)
      exchange.socket.once('close', answering.over)
      return script(answering)
    })
  }

  async request(index: number): Promise<Whole> {
    return wholeOf(await this.#origin.request(index))
  }

  async head(index: number): Promise<Asked> {
    return askedOf(await this.#origin.head(index))
  }

  left(): Promise<void> {
    return this.#changes.until(() => this.#open.size === 0)
  }

  cut(): void {
    for (const socket of this.#origin.sockets) socket.resetAndDestroy()
  }

  calm(): 'calm' {
    this.#origin.heads = []
    this.#origin.requests = []
    this.answers(ok)
    return 'calm'
  }

  forget(): void {
    this.#origin.forget()
    this.answers(ok)
  }

  close(): void {
    this.#origin.close()
  }
}

class Answering implements Exchange {
  readonly asked: Asked
  readonly #exchange: Http1Exchange
  readonly over: () => void
  #body: 'chunks' | 'bytes' = 'bytes'

  /** `over` is told when it was answered whole. */
  constructor(exchange: Http1Exchange, over: () => void) {
    this.over = over
    this.#exchange = exchange
    this.asked = askedOf(exchange.head)
  }

  async whole(): Promise<Whole> {
    return wholeOf({ ...this.#exchange.head, ...(await this.#exchange.body()), connection: 0 })
  }

  async came(bytes: number): Promise<void> {
    const { socket, reader } = this.#exchange
    const head = reader.text.indexOf('\r\n\r\n') + 4
    while (reader.text.length - head < bytes) await new Promise((come) => socket.once('data', come))
  }

  interim(status: number, fields: readonly Field[]): void {
    this.#exchange.send(`HTTP/1.1 ${status} Early\r\n${linesOf(fields)}\r\n`)
  }

  head(status: number, fields: readonly Field[] = []): void {
    const hasLength = fields.some(([name]) => name === 'content-length')
    this.#body = hasLength ? 'bytes' : 'chunks'
    const coding = hasLength ? '' : 'Transfer-Encoding: chunked\r\n'
    this.#exchange.send(`HTTP/1.1 ${status} Said\r\n${linesOf(fields)}${coding}\r\n`)
  }

  alone(status: number, fields: readonly Field[] = []): void {
    this.#exchange.send(`HTTP/1.1 ${status} Said\r\n${linesOf(fields)}\r\n`)
    this.over()
  }

  async data(given: Buffer | string): Promise<void> {
    const bytes = asBytes(given)
    if (bytes.length === 0) return
    const { socket } = this.#exchange
    const chunk = [asBytes(`${bytes.length.toString(16)}\r\n`), bytes, asBytes('\r\n')]
    this.#exchange.send(this.#body === 'bytes' ? bytes : Buffer.concat(chunk))
    if (socket.writableNeedDrain)
      await new Promise((drained) => socket.once('drain', drained).once('close', drained))
  }

  end(trailers: readonly Field[] = []): void {
    if (this.#body === 'chunks') this.#exchange.send(`0\r\n${linesOf(trailers)}\r\n`)
    this.over()
  }

  cut(): void {
    this.#exchange.socket.resetAndDestroy()
  }

  async left(): Promise<void> {
    const { reader } = this.#exchange
    await reader.over()
  }
}

function linesOf(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
}

function askedOf(head: Pick<Seen, 'method' | 'target' | 'fields'>): Asked {
  const fields = endToEnd(head)
    .map((line) => line.split(/: (.*)/s) as [string, string])
    .filter(([name]) => name !== 'host')
    .map(([name, value]): Field => [name, value])
  return {
    method: head.method,
    target: head.target,
    authority: valuesOf(head, 'host')[0],
    fields,
  }
}

function wholeOf(seen: Seen): Whole {
  return { ...askedOf(seen), body: seen.bytes, trailers: lowered(seen.trailers) }
}

function lowered(fields: readonly Field[]): Field[] {
  return fields.map(([name, value]) => [name.toLowerCase(), value])
}
