import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { selfSigned, type Certificate } from '../../support/certificate.ts'
import { Changes } from '../changes.ts'
import type { Field } from '../message.ts'
import { CODE, FLAG } from './frames.ts'
import { Http2Peer, type Received } from './peer.ts'
import {
  ok,
  type Asked,
  type Exchange,
  type Script,
  type Upstream,
  type Whole,
} from './upstream.ts'

/** How an origin of HTTP/2 meets its next connections. */
export interface Manner {
  settings: Record<number, number>
  flow: 'open' | 'stalled'
}

const USUAL: Manner = { settings: {}, flow: 'open' }

/** An origin of HTTP/2 over TLS, chosen by ALPN, that notes every frame. */
export class Http2Upstream implements Upstream {
  url = ''
  asked: Asked[] = []
  requests: Whole[] = []
  readonly peers = new Set<Http2Peer>()
  readonly certificate: Certificate = selfSigned('127.0.0.1')
  readonly changes = new Changes()
  readonly #server: tls.Server
  #script: Script = ok
  #manner = USUAL
  /** Streams by number, by connection. */
  readonly #seen = new WeakMap<Http2Peer, Map<number, 'begun' | 'whole'>>()

  private constructor() {
    const options = { ...this.certificate, ALPNProtocols: ['h2'], noDelay: true }
    this.#server = tls.createServer(options, (socket) => {
      const peer = new Http2Peer(socket, 'server', this.#manner.settings)
      peer.flow = this.#manner.flow
      this.peers.add(peer)
      this.#seen.set(peer, new Map())
      socket.on('close', () => this.peers.delete(peer))
      void peer.changes.until(() => {
        for (const stream of peer.streams.values()) this.#look(peer, stream)
        this.changes.tell()
        return false
      })
    })
    this.#server.on('tlsClientError', () => {})
  }

  static async listen(): Promise<Http2Upstream> {
    const upstream = new Http2Upstream()
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    upstream.url = `https://127.0.0.1:${(upstream.#server.address() as AddressInfo).port}`
    return upstream
  }

  get broken(): string[] {
    return [...this.peers].flatMap(({ broken }) => broken ?? [])
  }

  answers(script: Script): void {
    this.#script = script
  }

  /** From its next connection on: those that are there are dropped. */
  meets(manner: Partial<Manner>): void {
    this.#manner = { ...USUAL, ...manner }
    this.#drop()
  }

  async request(index: number): Promise<Whole> {
    await this.changes.until(() => this.requests.length > index)
    return this.requests[index]!
  }

  async head(index: number): Promise<Asked> {
    await this.changes.until(() => this.asked.length > index)
    return this.asked[index]!
  }

  left(): Promise<void> {
    return this.changes.until(() =>
      [...this.peers].every(({ streams }) =>
        [...streams.values()].every(({ ended, isLeft }) => ended !== null && isLeft),
      ),
    )
  }

  cut(): void {
    for (const peer of this.peers) {
      for (const { id, isLeft } of peer.streams.values()) if (!isLeft) peer.reset(id, CODE.internal)
    }
  }

  calm(): 'calm' | 'its connections are gone' {
    if (this.#manner !== USUAL) {
      this.forget()
      return 'its connections are gone'
    }
    this.#script = ok
    this.asked = []
    this.requests = []
    for (const { streams } of this.peers) streams.clear()
    return 'calm'
  }

  forget(): void {
    this.#manner = USUAL
    this.#drop()
    this.#script = ok
    this.asked = []
    this.requests = []
  }

  close(): void {
    this.forget()
    this.#server.close()
  }

  #drop(): void {
    for (const peer of this.peers) peer.leave('end')
    this.peers.clear()
  }

  #look(peer: Http2Peer, stream: Received): void {
    const seen = this.#seen.get(peer)!
    if (stream.heads.length === 0) return
    if (!seen.has(stream.id)) {
      seen.set(stream.id, 'begun')
      const asked = askedOf(stream.heads[0]!)
      this.asked.push(asked)
      const played = Promise.resolve(this.#script(new Http2Exchange(peer, stream, asked)))
      played.catch(() => {})
    }
    const isWhole = stream.ended !== null && stream.ended !== 'reset'
    if (isWhole && seen.get(stream.id) === 'begun') {
      seen.set(stream.id, 'whole')
      this.requests.push(wholeOf(stream))
    }
  }
}

/** One of its exchanges; what only HTTP/2 has, its cases do on the stream itself. */
export class Http2Exchange implements Exchange {
  readonly peer: Http2Peer
  readonly stream: Received
  readonly asked: Asked
  #sending = Promise.resolve()

  constructor(peer: Http2Peer, stream: Received, asked: Asked) {
    this.peer = peer
    this.stream = stream
    this.asked = asked
  }

  async whole(): Promise<Whole> {
    const { ended } = await this.peer.over(this.stream.id)
    if (ended === null || ended === 'reset') throw new Error('it was broken off')
    return wholeOf(this.stream)
  }

  async came(bytes: number): Promise<void> {
    await this.peer.until(
      () => this.stream.chunks.reduce((sum, { length }) => sum + length, 0) >= bytes,
    )
  }

  interim(status: number, fields: readonly Field[]): void {
    this.peer.head(this.stream.id, [[':status', String(status)], ...fields])
  }

  head(status: number, fields: readonly Field[] = []): void {
    this.peer.head(this.stream.id, [[':status', String(status)], ...fields])
  }

  alone(status: number, fields: readonly Field[] = []): void {
    this.peer.head(this.stream.id, [[':status', String(status)], ...fields], FLAG.endStream)
  }

  async data(bytes: Buffer | string): Promise<void> {
    if (bytes.length === 0) return
    this.#sending = this.#sending.then(() => this.peer.data(this.stream.id, bytes, 0))
    await this.#sending
  }

  end(trailers: readonly Field[] = []): void {
    void this.#sending.then(() => {
      if (this.stream.isLeft) return
      if (trailers.length > 0) this.peer.head(this.stream.id, trailers, FLAG.endStream)
      else void this.peer.data(this.stream.id, '')
    })
  }

  cut(): void {
    this.peer.reset(this.stream.id, CODE.internal)
  }

  async left(): Promise<void> {
    await this.peer.changes.until(() => this.stream.ended === 'reset' || this.peer.ended !== null)
  }
}

function askedOf(head: readonly Field[]): Asked {
  const pseudo = (name: string) => head.find(([key]) => key === name)?.[1]
  return {
    method: pseudo(':method') ?? '',
    target: pseudo(':path') ?? '',
    authority: pseudo(':authority') ?? pseudo('host'),
    fields: head.filter(([name]) => !name.startsWith(':') && name !== 'host'),
  }
}

function wholeOf({ heads, chunks }: Received): Whole {
  return { ...askedOf(heads[0]!), body: Buffer.concat(chunks), trailers: heads[1] ?? [] }
}
