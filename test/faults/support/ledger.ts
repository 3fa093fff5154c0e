import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * A file to which another process adds a line for each thing that it saw, before it does the next.
 * What was noted outlives a kill -9 of who noted it.
 */
export class Ledger<Line> {
  readonly #path: string
  readonly #parse: (text: string) => Line
  readonly #lines: Line[] = []
  #offset = 0
  #unfinished = ''

  constructor(path: string, parse: (text: string) => Line) {
    this.#path = path
    this.#parse = parse
  }

  /** All that was noted by now. */
  read(): readonly Line[] {
    const file = openSync(this.#path, 'r')
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#offset)
      this.#offset += readSync(file, bytes, 0, bytes.length, this.#offset)
      const texts = (this.#unfinished + bytes.toString('latin1')).split('\n')
      this.#unfinished = texts.pop() ?? ''
      for (const text of texts) this.#lines.push(this.#parse(text))
    } finally {
      closeSync(file)
    }
    return this.#lines
  }
}

/** Asks again and again, until the answer is something; fails after the time with what is missing. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  { within = 90_000, describe = () => '' }: { within?: number; describe?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + within
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) {
      throw new Error(`not within ${within} ms: ${what}\n${describe()}`.trimEnd())
    }
    await delay(20)
  }
}
