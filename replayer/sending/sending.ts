import type { EntrySummary } from '../../journal/entry.ts'
import type { Answer } from '../answer.ts'
import type { Request } from '../request.ts'
import { BackOff } from './back-off.ts'
import { systemClock, type Clock } from './clock.ts'
import { withCredentials, withOriginalTime, type Credentials } from './credentials.ts'
import { askAfter, askBefore, contextOf } from './hooked.ts'
import type { HookModule } from './hook-module.ts'
import { Login, type LoginOptions, type LoginRules } from './login.ts'
import { withNewNonces } from './nonce.ts'
import type { Hold } from './hold.ts'
import { Pacer } from './pacer.ts'
import type { PaceRules } from './pace.ts'
import type { RetryRules } from './retry.ts'
import { send, type SendOptions } from './send.ts'
import { Sender, type Prepared, type Review, type Sent } from './sender.ts'

/** How the requests of one run are sent. */
export interface SendingRules {
  /** What requests get and lose, whatever was recorded. */
  credentials: Credentials
  /** Fields that get new nonces (see NonceRules); null: those that were recorded are kept. */
  nonces: readonly string[] | null
  /** Name of the field that tells when a request arrived at first; null: none does. */
  originalTime: string | null
  hook: HookModule | null
  login: LoginRules | null
  pace: PaceRules
  retry: RetryRules
}

/** As it was recorded, as fast as it may go. */
export const PLAIN_SENDING: SendingRules = {
  credentials: { fields: [], cookies: new Map() },
  ...{ nonces: null, originalTime: null, hook: null, login: null },
  pace: { speed: null, maxGap: Infinity, rate: null },
  retry: { retries: 2, idempotent: 'never', maxBackoff: 60_000 },
}

export interface SendingOptions extends SendingRules, SendOptions {
  /** The mark of what is sent. */
  mark: (entry: number | 'login') => string
  /** Of new nonces: see NonceRules. */
  seed: string
  /** Makes a recorded login, with the aliases of that moment. */
  makeLogin: LoginOptions['make']
  /** Told of each answer to a recorded login. */
  learn: LoginOptions['learn']
  /** Default: the system's. */
  clock?: Clock
  /** By which the run is let stand still. Default: it goes on. */
  hold?: Hold
  /** From 0 to below 1. Default: Math.random. */
  random?: () => number
}

/** Everything between a request with its aliases in place and what came of it. */
export class Sending {
  readonly #options: SendingOptions
  readonly #pacer: Pacer
  readonly #backOff: BackOff
  readonly #sender: Sender
  readonly #login: Login | null

  constructor(options: SendingOptions) {
    const { clock = systemClock, random = Math.random, signal } = options
    this.#options = options
    this.#pacer = new Pacer(options.pace, clock, signal)
    this.#backOff = new BackOff(clock, signal, (ms) => this.#pacer.shift(ms))
    this.#sender = new Sender({
      ...{ retry: options.retry, backOff: this.#backOff, clock, random, signal },
      send: (request, mark) => send(request, mark, options),
      again: () => this.#pacer.again(),
    })
    if (options.hold !== undefined) options.hold.onOver = (ms) => this.#pacer.shift(ms)
    const { login, makeLogin: make, learn } = options
    const sendLogin = (request: Request) => this.#sendLogin(request)
    this.#login = login && new Login({ ...login, make, learn, send: sendLogin })
  }

  /** Logs in, where there is a login. Rejects with the Problem `login_failed`: nothing else was sent then. */
  async begin(): Promise<void> {
    await this.#login?.renew(0)
  }

  /**
   * Waits until the entry may be sent, by the pace, by who holds the run and by what the target asked for. To be called
   * before its attempt is noted as begun. Resolves early when the run is aborted.
   */
  async ready(entry: Pick<EntrySummary, 'arrivedAt'>): Promise<void> {
    if (!this.#pacer.isFree) await this.#pacer.wait(entry)
    if (this.#options.hold?.isHeld === true) await this.#options.hold.over()
    await this.#backOff.pauseOver()
  }

  /**
   * Prepares and sends; `make` makes the request with the aliases of that moment, and is called again
   * where it is made anew. See Sender.send.
   */
  async send(entry: EntrySummary, make: () => Promise<Request> | Request): Promise<Sent> {
    const state: Progress = { made: 0, logins: 0, hadLogin: 'no', hadHook: 'never' }
    const { mark } = this.#options
    return this.#sender.send(
      { mark: mark(entry.id), recorded: entry.status },
      async () => {
        state.made++
        state.logins = this.#login?.times ?? 0
        return this.prepare(entry, await make(), state.made)
      },
      (request, answer) => this.#review(entry, request, answer, state),
    )
  }

  /**
   * What is to be sent in place of a request: nonces, original time, credentials, those of the login,
   * and last the hook, which so has the last word. `made`: from 1, how often this entry was made.
   * Rejects with the Problem `hook_failed`.
   */
  async prepare(entry: EntrySummary, request: Request, made: number): Promise<Prepared> {
    const { nonces, seed, originalTime, credentials, hook } = this.#options
    let now = nonces === null ? request : withNewNonces(request, { fields: nonces, seed })
    if (originalTime !== null) now = withOriginalTime(now, entry.arrivedAt, originalTime)
    now = withCredentials(now, credentials)
    if (this.#login !== null) now = this.#login.dress(now, entry)
    return hook === null
      ? { kind: 'send', request: now }
      : askBefore(hook, now, contextOf(entry, made, this.#run))
  }

  /** A target that does not know us any more comes before the hook, which sees what came of that. */
  async #review(
    entry: EntrySummary,
    request: Request,
    answer: Answer,
    state: Progress,
  ): Promise<Review> {
    const isUnknown = answer.status === 401 && entry.status !== 401
    if (this.#login !== null && isUnknown && state.hadLogin === 'no') {
      state.hadLogin = 'yes'
      await this.#login.renew(state.logins)
      return { kind: 'again', notes: ['answered 401: sent again after a new login'] }
    }
    const { hook } = this.#options
    if (hook === null) return { kind: 'keep', notes: [] }
    const context = contextOf(entry, state.made, this.#run)
    const review = await askAfter(hook, { request, answer }, context, state.hadHook)
    if (review.kind === 'again') state.hadHook = 'once'
    return review
  }

  get #run(): { target: string; signal: AbortSignal } {
    return { target: this.#options.target.href, signal: this.#options.signal }
  }

  /** A login of the user's is no entry, and no hook is asked about it. */
  async #sendLogin(request: Request): Promise<Answer> {
    const { mark, login, credentials } = this.#options
    const entry = login?.source.kind === 'entry' ? login.source.entry : null
    const sent = await this.#sender.send(
      { mark: mark(entry?.id ?? 'login'), recorded: entry?.status ?? null },
      async () => ({ kind: 'send', request: withCredentials(request, credentials) }),
      async () => ({ kind: 'keep', notes: [] }),
    )
    if (sent.kind !== 'answer') throw new Error('a login is always sent')
    return sent.answer
  }
}

/** Of one entry that is being sent. */
interface Progress {
  made: number
  /** How many logins there were when it was made. */
  logins: number
  hadLogin: 'yes' | 'no'
  hadHook: 'never' | 'once'
}
