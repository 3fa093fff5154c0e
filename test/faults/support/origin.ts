import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../support/free-port.ts'
import { Ledger } from './ledger.ts'

const PROGRAMS = {
  noting: fileURLToPath(new URL('origin-process.mjs', import.meta.url)),
  forgetful: fileURLToPath(new URL('forgetful-process.mjs', import.meta.url)),
  naming: fileURLToPath(new URL('naming-process.mjs', import.meta.url)),
}

/** What the origin had of a request; `head` is noted only of those that ask for a behaviour. */
export interface Note {
  kind: 'head' | 'whole'
  target: string
}

/** The backend: a process of its own, which notes in order what it applied. */
export class Origin {
  port = 0
  readonly notes: Ledger<Note>
  readonly #file: string
  readonly #program: string
  #child: ChildProcess | undefined

  constructor(file: string, program: keyof typeof PROGRAMS = 'noting') {
    this.#file = file
    this.#program = PROGRAMS[program]
    writeFileSync(file, '')
    this.notes = new Ledger(file, (text) => {
      const [kind, target] = text.split(' ')
      return { kind: kind as Note['kind'], target: target! }
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Starts it, or starts it again on the same port; what it notes is added. `more`: what its program takes besides. */
  async start(...more: readonly string[]): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    const child = spawn(process.execPath, [this.#program, String(this.port), this.#file, ...more], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    const said = await Promise.race([
      once(child.stdout, 'data').then(([bytes]) => String(bytes)),
      once(child, 'exit').then(() => 'it ended'),
    ])
    if (!said.startsWith('ready ')) throw new Error(`the origin does not start: ${said}`)
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** Answers what it held. */
  letGo(): void {
    this.#child?.kill('SIGUSR2')
  }

  /** SIGSTOP: it takes connections and says nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }
}
