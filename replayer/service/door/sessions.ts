import { randomBytes } from 'node:crypto'
import { hashOf } from './tokens.ts'
import type { Role } from './role.ts'

/** How long a session lasts at most, and how long while nobody uses it, in ms. */
const LASTS = 12 * 3600_000
const IDLE = 2 * 3600_000
/** Of one name; the one that was used longest ago ends for a new one. There are as many names as tokens. */
const MOST_OF_A_NAME = 20

export interface Session {
  name: string
  role: Role
  /** In ms since the epoch. */
  endsAt: number
}

/**
 * Who has signed in, in the memory of this process: a restart ends every session. A session is found
 * by the hash of its id, so that neither time nor a dump of memory tells one that is valid.
 */
export class Sessions {
  /** In the order of their use. */
  readonly #sessions = new Map<string, Session & { usedAt: number }>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Answers the id of the new one. */
  begin(name: string, role: Role): { id: string; session: Session } {
    this.#sweep()
    const own = [...this.#sessions].filter(([, one]) => one.name === name)
    if (own.length >= MOST_OF_A_NAME) this.#sessions.delete(own[0]![0])
    const id = randomBytes(32).toString('base64url')
    const now = this.#now()
    const session = { name, role, endsAt: now + LASTS, usedAt: now }
    this.#sessions.set(keyOf(id), session)
    return { id, session }
  }

  find(id: string): Session | null {
    const key = keyOf(id)
    const session = this.#sessions.get(key)
    if (session === undefined) return null
    this.#sessions.delete(key)
    if (this.#isOver(session)) return null
    session.usedAt = this.#now()
    this.#sessions.set(key, session)
    return session
  }

  /** Whether it has not ended; to ask is no use of it. */
  lasts(id: string): boolean {
    const session = this.#sessions.get(keyOf(id))
    return session !== undefined && !this.#isOver(session)
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id))
  }

  get size(): number {
    return this.#sessions.size
  }

  #isOver({ endsAt, usedAt }: Session & { usedAt: number }): boolean {
    return this.#now() >= Math.min(endsAt, usedAt + IDLE)
  }

  #sweep(): void {
    for (const [key, session] of this.#sessions) {
      if (this.#isOver(session)) this.#sessions.delete(key)
    }
  }
}

function keyOf(id: string): string {
  return hashOf(id).toString('base64')
}
