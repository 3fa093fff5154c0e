import type { EpochStore } from '../../journal/epochs.ts'
import type { Client } from '../../wire/client.ts'
import type { ConnectionCheck } from '../../wire/connection-check.ts'
import { openClient, type ClientOptions } from '../../wire/open-client.ts'
import type { ProxyOptions } from '../proxy.ts'
import type { LiveAliases } from '../live/live-aliases.ts'
import type { ProxyDeck } from '../tape.ts'
import type { Gate, GateRules } from './gate.ts'
import { startKeeper, type KeeperOptions } from './keeper.ts'
import { lifeCheck, type LookOptions } from '../../backend/look.ts'

/** How a proxy keeps clients away from a backend that lost its state. */
export interface GateOptions
  extends Pick<KeeperOptions, 'rules' | 'every' | 'timeout'>, Pick<LookOptions, 'sign'> {
  /** Which lives there were. */
  store: EpochStore
  /** What becomes of requests while it is shut. */
  held: GateRules
  /** Whether each new connection to the backend is asked which life answers there, before it is used. */
  connections: 'asked' | 'trusted'
}

/** What is asked on each new connection for clients; nothing where they are trusted. */
export function checkOf(
  { connections, sign, timeout }: GateOptions,
  target: URL,
  gate: Gate,
): { check?: ConnectionCheck } {
  if (connections === 'trusted' || sign === null) return {}
  return { check: lifeCheck({ target, sign, timeout }, () => gate.boot) }
}

/** Its keeper has connections of its own: what is asked on them tells of the backend of now. */
export function startGateKeeper(
  { target, stream, gate: options, upstreamTls, onProblem }: ProxyOptions,
  gate: Gate,
  clients: Client,
  deck: ProxyDeck | null,
  live: LiveAliases | null,
): { close(): Promise<void> } {
  const { store, sign, rules, every, timeout } = options!
  const connecting: ClientOptions = { http2: 'off', connectTimeout: timeout, keepAlive: 0 }
  return startKeeper({
    ...{ gate, store, stream, target, sign, rules, every, timeout, say: onProblem },
    client: openClient(target, { ...connecting, ...(upstreamTls && { tls: upstreamTls }) }),
    beforeOpen: async (epoch) => live?.prepare(epoch),
    recorder: {
      id: () => deck?.recorder.health.recorder ?? null,
      isQuiet: () => deck === null || isQuiet(deck),
      letGo: () => clients.destroy(),
    },
  })
}

function isQuiet({ open, recorder }: ProxyDeck): boolean {
  const { state, waiting, spool } = recorder.health
  return open.count === 0 && state === 'ok' && waiting === 0 && (spool?.records ?? 0) === 0
}
