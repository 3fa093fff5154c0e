/**
 * A hook module changes what nobody can guess: it is called before each request of a replay and after
 * each answer. Say `--hook ./hook.ts` (a .js or .mjs file, or a .ts file where Node reads those: 22.18 and
 * later). It exports `before`, `after` or both, or an object with them as its default:
 *
 *     import type { Hook } from 'reprise/hook'
 *
 *     export default {
 *       before(request) {
 *         if (request.target.startsWith('/metrics')) return { skip: 'not wanted here' }
 *         return { change: { headers: { 'X-Signature': sign(request.body) } } }
 *       },
 *       after(request, answer) {
 *         if (answer.status === 409) return { note: 'was there already' }
 *       },
 *     } satisfies Hook
 *
 * In JavaScript: `/** @type {import('reprise/hook').Hook} *\/`. Both may be async. What they throw, and an
 * answer of another shape, ends the run with one error that names the file.
 */
export interface Hook {
  /**
   * Before a request is sent, with ids, credentials and all else in place. Called again when the same
   * entry is made anew: after a login, or a `retry`.
   *
   * Nothing returned: it goes as it is.
   */
  before?(
    request: HookRequest,
    context: HookContext,
  ): HookBefore | undefined | void | Promise<HookBefore | undefined | void>
  /** After the whole answer. Not called where none came. */
  after?(
    request: HookRequest,
    answer: HookAnswer,
    context: HookContext,
  ): HookAfter | undefined | void | Promise<HookAfter | undefined | void>
}

/** One of: changed, left out (the run goes on), or the end of the run before it; with the reason. */
export type HookBefore = { change: HookChange } | { skip: string } | { stop: string }

/** What is not named stays as it is. */
export interface HookChange {
  method?: string
  /** Path and query, percent-encoded. */
  target?: string
  /** By name, in any case: a text sets or replaces all of that name, null takes it away. */
  headers?: Record<string, string | null>
  /** A text is sent as UTF-8, null is no body. Its length is set by itself. */
  body?: Buffer | string | null
}

export interface HookAfter {
  /** Kept with the attempt, and shown. */
  note?: string
  /** Ends the run behind this entry; the reason. */
  stop?: string
  /**
   * Made anew and sent once more; granted once per entry. `if-safe`: only where it cannot be applied
   * twice, which is after a 4xx, or for a method such as PUT and DELETE (RFC 9110 section 9.2.2).
   * `not-applied`: on your word that this 4xx or 5xx changed nothing.
   */
  retry?: 'if-safe' | 'not-applied'
}

/** Read-only: return what is to be changed. */
export interface HookRequest {
  readonly method: string
  readonly target: string
  /** Name and value, in the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Null: none. `streamed`: too large to be looked into. */
  readonly body: Buffer | null | 'streamed'
}

export interface HookAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Its beginning, where it is long. */
  readonly body: Buffer
}

export interface HookContext {
  /** The entry in the journal, as `reprise list` shows it. */
  readonly entry: {
    readonly id: number
    readonly method: string
    readonly target: string
    /** When it arrived. */
    readonly arrivedAt: Date
    /** As it was answered when it was recorded; null: not at all. */
    readonly status: number | null
  }
  /** 1, or 2 and more where the same entry was made anew. */
  readonly attempt: number
  /** The base URL that the run sends to. */
  readonly target: string
  /** Aborted when the run is. */
  readonly signal: AbortSignal
}
