import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from './ledger.ts'
import type { Origin } from './origin.ts'

/** What the backend applied in one of its lives, in order. */
export interface Life {
  boot: string
  applied: { who: 'client' | 'replay'; name: string }[]
}

export function livesIn(file: string): Life[] {
  const lives: Life[] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [boot, who, name] = line.split(' ')
    if (name === undefined) continue
    let life = lives.find((one) => one.boot === boot)
    if (life === undefined) lives.push((life = { boot: boot!, applied: [] }))
    life.applied.push({ who: who as 'client' | 'replay', name })
  }
  return lives
}

/** The names of all things, as the backend has them now. */
export async function thingsOf(origin: Origin): Promise<string[]> {
  return (await fetch(`${origin.url}/things`)).json() as Promise<string[]>
}

/** How long so many more may take, in ms. */
const PATIENCE = 120_000

/** Clients that add things without a pause, each one after the other. */
export class Adders {
  /** Of each client what it was told is there, in order. */
  readonly acked: string[][] = []
  /** Answers of the proxy's own, and how often each came. */
  readonly turnedAway = new Map<string, number>()
  /** Whether connections of clients may break: the proxy is killed. */
  expectsCuts = false
  /** What no client may see. */
  readonly wrong: string[] = []
  readonly #url: string
  readonly #name: string
  readonly #ended: Promise<unknown>
  #isEnding = false

  /** `name` tells its things from those of others. */
  constructor(url: string, clients: number, name = 'c') {
    this.#url = url
    this.#name = name
    this.#ended = Promise.all(Array.from({ length: clients }, (_, i) => this.#add(i)))
  }

  get count(): number {
    return this.acked.reduce((sum, { length }) => sum + length, 0)
  }

  /** Resolves when so many more were answered well: behind a restore, which takes its time on a busy machine. */
  async more(count: number): Promise<void> {
    const wanted = this.count + count
    await eventually(`${count} more are answered`, () => this.count >= wanted || undefined, {
      within: PATIENCE,
      describe: () => JSON.stringify([...this.turnedAway, this.wrong.slice(0, 5)]),
    })
  }

  async stop(): Promise<void> {
    this.#isEnding = true
    await this.#ended
  }

  async #add(client: number): Promise<void> {
    const acked: string[] = (this.acked[client] = [])
    for (let n = 0; !this.#isEnding; n++) {
      const name = `${this.#name}${client}-${n}`
      try {
        const answer = await fetch(`${this.#url}/things/${name}`, { method: 'POST', body: name })
        const told = (await answer.json()) as { name?: string; error?: string }
        if (answer.status === 201 && told.name === name) acked.push(name)
        else if (answer.status === 503 && answer.headers.get('retry-after') !== null) {
          this.turnedAway.set(told.error!, (this.turnedAway.get(told.error!) ?? 0) + 1)
          await delay(20)
        } else this.wrong.push(`${name}: ${answer.status} ${JSON.stringify(told)}`)
      } catch (error) {
        if (this.expectsCuts) await delay(20)
        else this.wrong.push(`${name}: ${String((error as Error).cause ?? error)}`)
      }
    }
  }
}
