import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { Http2Client } from './client.ts'
import type { Http2Upstream } from './http2-upstream.ts'
import { get } from './messages.ts'
import type { Subject } from '../stand.ts'
import { answered, type Upstream } from './upstream.ts'

/** One behaviour of a proxy whose client speaks HTTP/2. */
export interface Http2Case {
  name: string
  /** Of the RFC, or of the promise that nothing changes on the wire (`promise`), or of gRPC. */
  section: string
  /** Why it is right though neither nginx nor HAProxy passes it. */
  alone?: string
  /** Why reprise does not pass it: a limit that is known, and is to be told when it is gone. */
  known?: string
  /** Rejects where the behaviour is not there. */
  run(stand: Http2Stand): Promise<void>
}

/** One that asks for an upstream of HTTP/2. */
export interface UpstreamCase extends Omit<Http2Case, 'run'> {
  run(stand: Http2Stand, upstream: Http2Upstream): Promise<void>
}

interface Other {
  client: Http2Client | null
}

/** What one case has: an upstream, and ways to it through what is tested. */
export class Http2Stand {
  readonly upstream: Upstream
  readonly clients: Http2Client[] = []
  readonly #url: URL
  readonly #other: Other
  #over = false

  /** `other` is somebody else, who stays from case to case. */
  constructor(upstream: Upstream, url: string, other: Other = { client: null }) {
    this.upstream = upstream
    this.#url = new URL(url)
    this.#other = other
  }

  /** Over TLS chosen by ALPN, without it by prior knowledge. */
  async connect(settings: Readonly<Record<number, number>> = {}): Promise<Http2Client> {
    // A case that was given up must not meddle with the next one.
    if (this.#over) throw new Error('the case is over')
    const { hostname: host, port, protocol } = this.#url
    const tcp = net.connect({ host, port: Number(port), noDelay: true })
    const socket =
      protocol === 'https:'
        ? tls.connect({ socket: tcp, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
        : tcp
    socket.on('error', () => {})
    await once(socket, socket === tcp ? 'connect' : 'secureConnect')
    const client = new Http2Client(tcp, socket, settings)
    this.clients.push(client)
    return client
  }

  /** Resolves when a request of somebody else has come through, alone. */
  async settled(): Promise<void> {
    const { upstream } = this
    const seen = [upstream.asked.length, upstream.requests.length] as const
    upstream.answers(answered(200, [['content-length', '5']], 'still'))
    const answer = await (await this.#somebodyElse()).ask(get('/still'))
    if (answer.body.toString() !== 'still') {
      throw new Error(`the next request was answered with ${answer.status}`)
    }
    const more = upstream.asked.slice(seen[0]).filter(({ target }) => target !== '/still')
    if (more.length > 0) throw new Error(`the upstream got ${JSON.stringify(more)}`)
  }

  async #somebodyElse(): Promise<Http2Client> {
    const { client } = this.#other
    if (client !== null && client.ended === null && client.goaway === null) return client
    const fresh = await this.connect()
    this.clients.splice(this.clients.indexOf(fresh), 1)
    this.#other.client = fresh
    return fresh
  }

  /** Drops every connection of its clients, for good. */
  leave(): void {
    this.#over = true
    for (const client of this.clients) client.leave('end')
  }

  /** For whoever has to find out why. */
  story(): string {
    const got = this.clients.map(
      ({ streams, goaway, ended, broken }) =>
        `client got: ${shown([...streams.values()])}, ${shown({ goaway, ended, broken })}`,
    )
    const seen = this.upstream.asked.map((head) => `upstream saw: ${shown(head)}`)
    return [...seen, ...this.upstream.broken, ...got].join('\n')
  }
}

/** How long a subject may take to an answer while it is looked whether it is free again, in ms. */
const CLEARING = 500

/** A subject with an upstream of its own, on which one case is played after the other. */
export class Http2Stage<U extends Upstream> {
  readonly #upstream: U
  readonly #subject: Subject
  /** How long a case may take, in ms. */
  readonly #patience: number
  readonly #other: Other = { client: null }

  private constructor(upstream: U, subject: Subject, patience: number) {
    this.#upstream = upstream
    this.#subject = subject
    this.#patience = patience
  }

  static async of<U extends Upstream>(
    upstream: U,
    start: (upstream: U) => Promise<Subject>,
    patience: number,
  ): Promise<Http2Stage<U>> {
    return new Http2Stage(upstream, await start(upstream), patience)
  }

  /** Rejects where the case's behaviour is not there. */
  async play(one: { run(stand: Http2Stand, upstream: U): Promise<void> }): Promise<void> {
    const stand = new Http2Stand(this.#upstream, this.#subject.url, this.#other)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error(`nothing more came in ${this.#patience} ms`))
      timer = setTimeout(fail, this.#patience)
    })
    const running = this.#run(one, stand)
    // One that was given up fails once its connections are gone.
    running.catch(() => {})
    try {
      await Promise.race([running, late])
      stand.leave()
      if (this.#upstream.calm() !== 'calm') await this.#clear()
    } catch (error) {
      const story = stand.story()
      stand.leave()
      this.#other.client?.leave('end')
      this.#other.client = null
      await this.#clear()
      throw new Error(`${(error as Error).message}\n${story}`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    this.#other.client?.leave('end')
    await this.#subject.stop()
    this.#upstream.close()
  }

  async #run(
    one: { run(stand: Http2Stand, upstream: U): Promise<void> },
    stand: Http2Stand,
  ): Promise<void> {
    await one.run(stand, this.#upstream)
    await stand.settled()
    const { broken } = this.#upstream
    if (broken.length > 0) throw new Error(`the upstream could not read: ${broken.join()}`)
  }

  /** Drops the upstream's connections, and waits until the subject has noticed. */
  async #clear(): Promise<void> {
    this.#upstream.forget()
    const stand = new Http2Stand(this.#upstream, this.#subject.url)
    for (let left = 50; left > 0; left--) {
      const client = await stand.connect()
      const timer = setTimeout(() => client.leave('end'), CLEARING)
      const { status } = await client.ask(get('/still'))
      clearTimeout(timer)
      if (status === '200') break
    }
    stand.leave()
    this.#upstream.forget()
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, one: unknown) => {
    const { type, data } = (one ?? {}) as { type?: string; data?: number[] }
    return type === 'Buffer' ? Buffer.from(data!).toString('latin1').slice(0, 60) : one
  })
  return text.length > 800 ? `${text.slice(0, 800)}...` : text
}
