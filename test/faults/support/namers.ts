import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from './ledger.ts'

interface Thing {
  id: string
  name: string
  number: number
}

/** A thing that a client has made, under the id that it was told then, and what it set last. */
export interface Kept {
  name: string
  id: string
  number: number
}

/** Clients that make things, change them and look at them without a pause, and never learn another id. */
export class Namers {
  readonly kept: Kept[] = []
  /** What no client may see. */
  readonly wrong: string[] = []
  readonly #url: string
  readonly #name: string
  readonly #ended: Promise<unknown>
  #count = 0
  #isEnding = false

  /** `name` tells its things from those of others. */
  constructor(url: string, clients: number, name = 'c') {
    this.#url = url
    this.#name = name
    this.#ended = Promise.all(Array.from({ length: clients }, (_, i) => this.#work(i)))
  }

  /** Resolves when so many more requests were answered well. */
  async more(count: number): Promise<void> {
    const wanted = this.#count + count
    await eventually(`${count} more are answered`, () => this.#count >= wanted || undefined, {
      describe: () => JSON.stringify(this.wrong.slice(0, 5)),
    })
  }

  async stop(): Promise<void> {
    this.#isEnding = true
    await this.#ended
  }

  async #work(client: number): Promise<void> {
    const own: Kept[] = []
    for (let n = 0; !this.#isEnding; n++) {
      if (n % 10 === 0) {
        const made = await this.#ask('POST', '/things', `${this.#name}${client}-${n}`)
        if (made === null) continue
        const { id, name, number } = made
        own.push({ id, name, number })
        this.kept.push(own.at(-1)!)
      }
      const thing = own[n % own.length]
      if (thing === undefined) continue
      const set = await this.#ask('PUT', `/things/${thing.id}`, n)
      if (set === null) continue
      thing.number = n
      const shown = await this.#ask('GET', `/things/${thing.id}`)
      for (const one of [set, shown]) {
        if (one === null) continue
        const { id, name, number } = thing
        if (one.id === id && one.name === name && one.number === number) continue
        this.wrong.push(`${JSON.stringify(thing)} came as ${JSON.stringify(one)}`)
      }
    }
  }

  /** Again until it is answered otherwise than 503; null where the clients are to end before. */
  async #ask(method: string, path: string, value?: string | number): Promise<Thing | null> {
    const body = value === undefined ? null : JSON.stringify(value)
    const headers = { 'Content-Type': 'application/json' }
    for (;;) {
      try {
        const answer = await fetch(`${this.#url}${path}`, { method, body, headers })
        const told = (await answer.json()) as Thing
        if (answer.status < 300) {
          this.#count += 1
          return told
        }
        if (answer.status !== 503 || answer.headers.get('retry-after') === null) {
          this.wrong.push(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`)
          return null
        }
      } catch (error) {
        this.wrong.push(`${method} ${path}: ${String((error as Error).cause ?? error)}`)
        return null
      }
      // What may have been done before is set again by the same request, and a thing made twice is two.
      if (this.#isEnding && method === 'POST') return null
      await delay(20)
    }
  }
}
