import type { ShownBoot } from './boot-sign.ts'
import { isSameLife, readLife, Uptimes, type BootSigns } from './boot-signs.ts'
import type { Client, RequestHead } from '../wire/client.ts'
import { exchange, NoAnswer } from '../wire/exchange.ts'
import type { ConnectionCheck } from '../wire/connection-check.ts'

/** What was seen of a backend. `uptime`: in seconds, null where it shows none. */
export type Seen =
  | { kind: 'boot'; boot: string; uptime?: number | null }
  /** It answers, and shows nothing by which its lives could be told apart. */
  | { kind: 'there' }
  /** It takes no connection. `isRefused`: there is nothing that could, as far as the network knows. */
  | { kind: 'away'; why: string; isRefused: boolean }
  /** It does not answer as it should: that may be for any reason. `boot`: what it showed all the same. */
  | { kind: 'unclear'; why: string; boot?: string | null; uptime?: number | null }

export interface LookOptions {
  target: URL
  /** None: nothing tells lives apart, and any answer will do. */
  signs: BootSigns
  /** For each exchange, in ms. */
  timeout: number
}

/** What tells lives apart, where something does. */
export function tells({ signs }: Pick<LookOptions, 'signs'>): boolean {
  return signs.length > 0
}

/** The requests that ask which life of the backend it is. */
function asking({ target: { pathname, host }, signs }: Pick<LookOptions, 'target' | 'signs'>) {
  const base = pathname.replace(/\/$/, '')
  const targets = new Set(signs.map(({ target }) => target))
  if (targets.size === 0) targets.add('/')
  return [...targets].map((target): { target: string; head: RequestHead } => ({
    target,
    head: { method: 'GET', target: base + target, fields: ['Host', host, 'Accept', '*/*'] },
  }))
}

/** Bytes of its answer that are read. */
const MOST = 256 * 1024

/** Asks a backend, on a connection of its own where the client has none. Never rejects. */
export async function look(
  client: Client,
  options: LookOptions,
  signal: AbortSignal,
): Promise<Seen> {
  const { signs, timeout } = options
  const shown = new Map<string, ShownBoot | { why: string }>()
  for (const { target, head } of asking(options)) {
    try {
      const asked = { client, timeout, signal, kept: MOST, beyond: 'left' } as const
      const answer = await exchange(head, null, [], asked)
      shown.set(target, { ...answer, at: Date.now() })
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      // What was shown before it went away is of a life that is over, or tells it already.
      if (isUnreached(error)) {
        return { kind: 'away', why: error.message, isRefused: isRefusal(error.cause) }
      }
      if (!tells(options)) return { kind: 'unclear', why: error.message }
      shown.set(target, { why: error.message })
    }
  }
  if (!tells(options)) return { kind: 'there' }
  const { boot, uptime, why } = readLife(signs, (target) => shown.get(target)!)
  if (why !== null || boot === null) return { kind: 'unclear', why: why ?? '', boot, uptime }
  return { kind: 'boot', boot, uptime }
}

/** Whether the system gave up the connection; what is not there in time may only be slow. */
function isUnreached({ sent, cause }: NoAnswer): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return sent === 'nothing' && typeof code === 'string'
}

const REFUSALS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTFOUND'])

/**
 * Whether it tells, of a connection on which nothing was sent, that nobody is there. That our side has no
 * socket, no network or no name server left, or that a certificate is wrong, tells nothing.
 */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}

/** Another life than the one that is meant answers on a connection, or one that shows nothing. */
export class NotThisLife extends Error {}

export interface LifeRules {
  /** The life that is meant at this moment; null: any. */
  meant: () => string | null
  /** Whether an uptime is too low for that life. Default: by those that were shown on connections. */
  wentBack?: (uptime: number | null, askedAt: number) => boolean
  /** Told of the one that it is; an error ends the connection. */
  judged?: (boot: string) => Error | null
}

/** What is asked on each new connection, so that nothing is sent to another life. */
export function lifeCheck(
  options: LookOptions,
  { meant, judged, wentBack = uptimesOf(meant) }: LifeRules,
): ConnectionCheck {
  const { signs, timeout } = options
  const asked = asking(options)
  return {
    ...{ heads: asked.map(({ head }) => head), timeout },
    judge(answers, askedAt) {
      const at = Date.now()
      const answerOf = (target: string) => answers[asked.findIndex((one) => one.target === target)]!
      const { boot, uptime, why } = readLife(signs, (target) => ({ ...answerOf(target), at }))
      if (why !== null || boot === null) {
        return new NotThisLife(`which life it is cannot be told: ${why}`)
      }
      const life = meant()
      const isIt = !wentBack(uptime, askedAt) && (life === null || isSameLife(signs, life, boot))
      if (!isIt) return new NotThisLife(`another life of it answers: ${boot}`)
      return judged?.(boot) ?? null
    },
  }
}

function uptimesOf(meant: () => string | null): NonNullable<LifeRules['wentBack']> {
  const uptimes = new Uptimes()
  return (uptime, askedAt) => uptimes.wentBack(meant(), uptime, askedAt, performance.now())
}
