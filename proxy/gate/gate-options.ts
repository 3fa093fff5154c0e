import type { EpochStore } from '../../journal/epochs.ts'
import type { ConnectionCheck } from '../../wire/connection-check.ts'
import { openClient, type ClientOptions } from '../../wire/open-client.ts'
import type { Upstream } from '../forward.ts'
import type { ProxyOptions } from '../proxy.ts'
import type { LiveAliases } from '../live/live-aliases.ts'
import type { ProxyDeck } from '../tape.ts'
import type { Gate, GateRules } from './gate.ts'
import { startKeeper, type KeeperOptions } from './keeper.ts'
import { lifeCheck, type LookOptions } from '../../backend/look.ts'

/** How a proxy keeps clients away from a backend that lost its state. */
export interface GateOptions
  extends
    Pick<KeeperOptions, 'rules' | 'every' | 'timeout' | 'restored'>,
    Pick<LookOptions, 'signs'> {
  /** Which lives there were. */
  store: EpochStore
  /** What becomes of requests while it is shut. */
  held: GateRules
  /** Whether each new connection to the backend is asked which life answers there, before it is used. */
  connections: 'asked' | 'trusted'
}

/** What is asked on each new connection for clients; nothing where they are trusted. */
export function checkOf(
  { connections, signs, timeout }: GateOptions,
  target: URL,
  gate: Gate,
): { check?: ConnectionCheck } {
  if (connections === 'trusted' || signs.length === 0) return {}
  return { check: lifeCheck({ target, signs, timeout }, { meant: () => gate.boot }) }
}

/** Its keeper has connections of its own: what is asked on them tells of the backend of now. */
export function startGateKeeper(
  { target, stream, gate: options, upstreamTls, upstreamHttp2, onProblem }: ProxyOptions,
  gate: Gate,
  { client, tunnels }: Pick<Upstream, 'client' | 'tunnels'>,
  deck: ProxyDeck | null,
  live: LiveAliases | null,
): { close(): Promise<void> } {
  const { store, signs, rules, every, timeout, restored = 'by itself' } = options!
  // A backend that speaks nothing else is asked in HTTP/2, too.
  const http2 = upstreamHttp2 === 'on' ? 'on' : 'off'
  const connecting: ClientOptions = { http2, connectTimeout: timeout, keepAlive: 0 }
  return startKeeper({
    ...{ gate, store, stream, target, signs, rules, every, timeout, restored, say: onProblem },
    client: openClient(target, { ...connecting, ...(upstreamTls && { tls: upstreamTls }) }),
    beforeOpen: async (epoch) => live?.prepare(epoch),
    recorder: {
      id: () => deck?.recorder.health.recorder ?? null,
      isQuiet: () => deck === null || isQuiet(deck),
      letGo() {
        client.destroy()
        for (const end of tunnels) end()
      },
    },
  })
}

function isQuiet({ open, recorder }: ProxyDeck): boolean {
  const { state, waiting, spool } = recorder.health
  return open.count === 0 && state === 'ok' && waiting === 0 && (spool?.records ?? 0) === 0
}
