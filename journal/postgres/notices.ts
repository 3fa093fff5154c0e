import { randomUUID } from 'node:crypto'
import { endClient, newClient, type DatabaseOptions } from './database.ts'

// Hears of changes at once, by LISTEN, on one connection of a process and database. Behind a pooler of
// transactions nothing is heard, and the server's connection would go on listening for whoever gets it
// next: where one is known none listens. One that shows itself as nothing is found out by an echo, and
// whoever is not told must look.

export const TELL = 'select pg_notify($1, $2)'

/** Of epochs; the payload is the stream. */
export const CHANNEL = 'reprise_epoch'

/** What a listener says to itself. */
const ECHOES = 'reprise_echo'

export interface Hearing {
  /** Whether it would be told of a change at this moment. */
  readonly isHeard: boolean
  close(): Promise<void>
}

/** How long an echo may take, in ms, and how often it is asked for. */
const ECHO = 2_000
const EVERY = 15_000

/** How long the connection that asks for the first one may take, in ms: a busy machine is slow to make one. */
const ASKING = 10_000

/** How long after it broke it is tried again, in ms, and after there was no echo. */
const AGAIN = 1_000
const MUCH_LATER = 60_000

/** Calls back with the stream of each change, and with every stream's when some may have been missed. */
export function hear(options: DatabaseOptions, told: (stream: string | null) => void): Hearing {
  if (options.limits?.keptBy === 'client') return NOTHING_HEARD
  const shared = SHARED.get(options.url) ?? new Listener(options)
  SHARED.set(options.url, shared)
  shared.listeners.add(told)
  return {
    get isHeard() {
      return shared.isHeard
    },
    async close() {
      if (!shared.listeners.delete(told) || shared.listeners.size > 0) return
      SHARED.delete(options.url)
      await shared.close()
    },
  }
}

const NOTHING_HEARD: Hearing = { isHeard: false, close: async () => {} }

/** Those of this process, by the URL of their database. */
const SHARED = new Map<string, Listener>()

class Listener {
  readonly listeners = new Set<(stream: string | null) => void>()
  readonly #options: DatabaseOptions
  readonly #ending = new AbortController()
  readonly #run: Promise<void>
  #isHeard = false

  constructor(options: DatabaseOptions) {
    this.#options = { ...options, name: `${options.name ?? 'reprise'} notices` }
    this.#run = this.#hearAgain()
  }

  get isHeard(): boolean {
    return this.#isHeard
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await this.#run
  }

  async #hearAgain(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const ended = await this.#hear().catch(() => 'broken' as const)
      this.#isHeard = false
      this.#tell(null)
      await pause(ended === 'broken' ? AGAIN : MUCH_LATER, this.#ending.signal)
    }
  }

  async #hear(): Promise<'broken' | 'deaf'> {
    const client = newClient(this.#options)
    const broken = new Promise<void>((resolve) => client.on('end', resolve))
    // One that is ended while it connects tells nobody.
    const connected = client.connect()
    const echo = randomUUID()
    let onEcho = () => {}
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === CHANNEL) this.#tell(payload)
      else if (payload === echo) onEcho()
    })
    try {
      await connected
      await client.query(`listen ${CHANNEL}; listen ${ECHOES}`)
      while (!this.#ending.signal.aborted) {
        const echoed = new Promise<'echoed'>((resolve) => (onEcho = () => resolve('echoed')))
        const asked = this.#isHeard ? client.query(TELL, [ECHOES, echo]) : this.#ask(echo)
        const begun = this.#isHeard
          ? Promise.resolve()
          : Promise.race([asked, pause(ASKING, this.#ending.signal)])
        const late = begun.then(() => pause(ECHO, this.#ending.signal))
        const failed = asked.then(() => late)
        if ((await Promise.race([echoed, failed, late, broken])) !== 'echoed') {
          if (this.#isHeard) return 'broken'
          const left = client.query('unlisten *').catch(() => {})
          await Promise.race([left, pause(ECHO, this.#ending.signal)])
          return 'deaf'
        }
        if (!this.#isHeard) {
          this.#isHeard = true
          // What was changed before it was heard.
          this.#tell(null)
        }
        await Promise.race([pause(EVERY, this.#ending.signal), broken])
      }
      return 'broken'
    } finally {
      await endClient(client)
    }
  }

  /** The first time on another connection: a pooler could hand what it says back to whoever said it. */
  async #ask(echo: string): Promise<void> {
    const client = newClient(this.#options)
    try {
      await client.connect()
      await client.query(TELL, [ECHOES, echo])
    } finally {
      await endClient(client)
    }
  }

  #tell(stream: string | null): void {
    for (const told of this.listeners) told(stream)
  }
}

/** Resolves with nothing, early where it ends. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}
