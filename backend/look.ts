import { isSameBoot, readBoot, type BootSign } from './boot-sign.ts'
import type { Client, RequestHead } from '../wire/client.ts'
import { exchange, NoAnswer } from '../wire/exchange.ts'
import type { ConnectionCheck } from '../wire/connection-check.ts'

/** What was seen of a backend. */
export type Seen =
  | { kind: 'boot'; boot: string }
  /** It answers, and shows nothing by which its lives could be told apart. */
  | { kind: 'there' }
  /** It takes no connection. */
  | { kind: 'away'; why: string }
  /** It does not answer as it should: that may be for any reason. */
  | { kind: 'unclear'; why: string }

export interface LookOptions {
  target: URL
  /** Null: nothing tells lives apart, and any answer will do. */
  sign: BootSign | null
  /** For the whole exchange, in ms. */
  timeout: number
}

/** The request that asks which life of the backend it is. */
export function bootRequest({ target, sign }: Pick<LookOptions, 'target' | 'sign'>): RequestHead {
  const base = target.pathname.replace(/\/$/, '')
  return {
    method: 'GET',
    target: base + (sign?.target ?? '/'),
    fields: ['Host', target.host, 'Accept', '*/*'],
  }
}

/** Bytes of its answer that are read. */
const MOST = 256 * 1024

/** Asks a backend, on a connection of its own where the client has none. Never rejects. */
export async function look(
  client: Client,
  options: LookOptions,
  signal: AbortSignal,
): Promise<Seen> {
  const { sign, timeout } = options
  try {
    const asked = { client, timeout, signal, kept: MOST, beyond: 'left' } as const
    const answer = await exchange(bootRequest(options), null, [], asked)
    if (sign === null) return { kind: 'there' }
    const read = readBoot(sign, { ...answer, at: Date.now() })
    return 'boot' in read ? { kind: 'boot', ...read } : { kind: 'unclear', ...read }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    return { kind: isRefused(error) ? 'away' : 'unclear', why: error.message }
  }
}

/** Whether the system refused it; what is not there in time may only be slow. */
function isRefused({ sent, cause }: NoAnswer): boolean {
  return sent === 'nothing' && (cause as NodeJS.ErrnoException | undefined)?.code !== undefined
}

/** Another life than the one that is meant answers on a connection, or one that shows nothing. */
export class NotThisLife extends Error {}

/**
 * What is asked on each new connection, so that nothing is sent to another life. `meant`: that which is
 * meant at this moment; null: any. `answered`: told of the one that it is.
 */
export function lifeCheck(
  options: LookOptions & { sign: BootSign },
  meant: () => string | null,
  answered: (boot: string) => void = () => {},
): ConnectionCheck {
  const { sign, timeout } = options
  return {
    ...{ head: bootRequest(options), timeout },
    judge(answer) {
      const read = readBoot(sign, { ...answer, at: Date.now() })
      if ('why' in read) return new NotThisLife(`which life it is cannot be told: ${read.why}`)
      const boot = meant()
      if (boot === null || isSameBoot(sign, boot, read.boot)) {
        answered(read.boot)
        return null
      }
      return new NotThisLife(`another life of it answers: ${read.boot}`)
    },
  }
}
