import { Client } from './client.ts'
import type { Case } from './case.ts'
import { ok, Origin } from './origin.ts'

/** A running proxy that forwards to the origin of its own. */
export interface Subject {
  url: string
  stop(): Promise<void>
}

const STILL = 'GET /still HTTP/1.1\r\nHost: still\r\nConnection: close\r\n\r\n'

/** What one case has: an origin, and a way to it through what is tested. */
export class Stand {
  readonly origin: Origin
  readonly #url: string
  readonly #clients: Client[] = []
  #over = false

  constructor(origin: Origin, url: string) {
    this.origin = origin
    this.#url = url
  }

  async connect(): Promise<Client> {
    // A case that was given up must not meddle with the next one.
    if (this.#over) throw new Error('the case is over')
    const client = await Client.to(this.#url)
    this.#clients.push(client)
    return client
  }

  /**
   * Resolves when the subject has done all it had to do with what was sent so far: a request of
   * somebody else has come through, and was not taken for a part of anything before it.
   */
  async settled(): Promise<void> {
    const client = await this.connect()
    const { origin } = this
    const { heads, requests } = origin
    const before = [heads.length, requests.length] as const
    origin.answers(async (exchange) => {
      await exchange.body()
      exchange.send(ok('still', 'Connection: close\r\n'))
    })
    client.send(STILL)
    const answer = await client.answer()
    if (answer.bytes.toString() !== 'still') {
      throw new Error(`the next request was answered with ${answer.status}`)
    }
    remove(heads, before[0])
    remove(requests, before[1])
  }

  /** Drops every connection of its clients, for good. */
  leave(): void {
    this.#over = true
    for (const client of this.#clients) client.leave('end')
  }

  /** For whoever has to find out why. */
  story(): string {
    const clients = this.#clients.map(({ reader }) => `client got: ${shown(reader.text)}`)
    const heads = this.origin.heads.map((head) => `origin saw: ${shown(JSON.stringify(head))}`)
    return [...heads, ...this.origin.broken, ...clients].join('\n')
  }
}

/** A subject with an origin of its own, on which one case is played after the other. */
export class Stage {
  readonly #origin: Origin
  readonly #subject: Subject
  /** How long a case may take, in ms. */
  readonly #patience: number

  private constructor(origin: Origin, subject: Subject, patience: number) {
    this.#origin = origin
    this.#subject = subject
    this.#patience = patience
  }

  static async of(
    start: (originUrl: string) => Promise<Subject>,
    patience: number,
  ): Promise<Stage> {
    const origin = await Origin.listen()
    return new Stage(origin, await start(origin.url), patience)
  }

  /** Rejects where the case's behaviour is not there. */
  async play(one: Case): Promise<void> {
    const stand = new Stand(this.#origin, this.#subject.url)
    try {
      await this.#inTime(this.#run(one, stand))
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${stand.story()}`, { cause: error })
    } finally {
      stand.leave()
      await this.#clear()
    }
  }

  async close(): Promise<void> {
    await this.#subject.stop()
    this.#origin.close()
  }

  async #run(one: Case, stand: Stand): Promise<void> {
    await one.run(stand)
    const seen = this.#origin.requests.length
    await stand.settled()
    const more = this.#origin.requests
      .slice(seen)
      .map(({ method, target }) => `${method} ${target}`)
    if (more.length > 0) throw new Error(`the origin read more than was sent: ${more.join()}`)
    const { broken, stray } = this.#origin
    if (broken.length > 0) throw new Error(`the origin could not read: ${broken.join()}`)
    if (stray > 0) throw new Error(`the origin got ${stray} bytes of nothing`)
  }

  async #inTime(running: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error(`nothing more came in ${this.#patience} ms`))
      timer = setTimeout(fail, this.#patience)
    })
    // One that was given up fails once its connections are gone.
    running.catch(() => {})
    try {
      await Promise.race([running, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Drops the origin's connections, and waits until the subject has noticed. */
  async #clear(): Promise<void> {
    this.#origin.forget()
    for (let left = 50; left > 0; left--) {
      const client = await Client.to(this.#subject.url)
      client.send(STILL)
      const text = await client.reader.rest()
      if (text.toString('latin1').startsWith('HTTP/1.1 200')) break
    }
    this.#origin.forget()
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 600 ? `${text.slice(0, 600)}...` : text)
}

/** What the request of `settled` left in a list, and nothing that came meanwhile. */
function remove(list: { target: string }[], from: number): void {
  const at = list.findIndex(({ target }, index) => index >= from && target === '/still')
  if (at !== -1) list.splice(at, 1)
}
