import { setTimeout as delay } from 'node:timers/promises'
import type { LookupFunction } from 'node:net'
import { Problem, messageOf } from '../../journal/problem.ts'
import { openClient } from '../../wire/open-client.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { exchange } from '../../wire/exchange.ts'
import { MARK } from '../sending/wire-form.ts'
import type { StateProbe } from '../state/state-probe.ts'

export interface HealthOptions {
  target: URL
  tls?: UpstreamTls
  /** Which addresses its name has, and may have (see guarded-lookup.ts). */
  lookup: LookupFunction
  /** Below the path of the target. */
  probe: StateProbe
  /** How long it is waited for, in ms. */
  within: number
  signal: AbortSignal
}

/** Resolves when the target answers a probe below 500. Rejects with `target_away`. */
export async function untilHealthy(options: HealthOptions): Promise<void> {
  const { target, probe, within, signal } = options
  const until = performance.now() + within
  for (;;) {
    const why = await illness(options, Math.min(ONE, Math.max(EVERY, until - performance.now())))
    if (why === null) return
    signal.throwIfAborted()
    // The last one has whole time for its answer: else nothing would be told but that it had none.
    if (performance.now() + 2 * EVERY > until) {
      const asked = `${probe.method} ${target.origin}${probe.target}`
      throw new Problem('target_away', `${asked} was not answered in ${within} ms: ${why}`, {
        source: 'upstream',
        hint: 'see --health and --health-timeout',
      })
    }
    await delay(EVERY, undefined, { signal })
  }
}

/** For one probe, and between two, in ms. */
const ONE = 5_000
const EVERY = 50

/** Each on a connection of its own: one that was kept may lead to a life that is over. */
async function illness(
  { target, tls, lookup, probe, signal }: HealthOptions,
  timeout: number,
): Promise<string | null> {
  const client = openClient(target, { lookup, ...(tls && { tls }) })
  const head = {
    method: probe.method,
    target: target.pathname.replace(/\/$/, '') + probe.target,
    fields: ['Host', target.host, 'Accept', '*/*', MARK, 'health'],
  }
  try {
    const options = { client, timeout, signal, kept: 0, beyond: 'dropped' } as const
    const { status } = await exchange(head, null, [], options)
    return status < 500 ? null : `answered ${status}`
  } catch (error) {
    return messageOf(error)
  } finally {
    client.destroy()
  }
}
