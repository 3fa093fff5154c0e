import { onTestFinished } from 'vitest'
import type { Asking } from '../../../replayer/state/take-state.ts'
import { parseStateProbe } from '../../../replayer/state/state-probe.ts'
import { openClient } from '../../../wire/open-client.ts'
import { plainAnswer, startRawOrigin, type RawOrigin } from '../../support/raw-http.ts'

/** A backend whose state the test rules over: by path a JSON value, or an answer. */
export async function stateOrigin(
  states: Record<string, unknown>,
): Promise<RawOrigin & { states: Record<string, unknown> }> {
  const origin = await startRawOrigin(({ target }) => {
    const state = states[target]
    if (Buffer.isBuffer(state)) return state
    if (state === undefined) return plainAnswer('', '404 Not Found')
    return plainAnswer(JSON.stringify(state), '200 OK', 'Content-Type: application/json\r\n')
  })
  return { ...origin, states }
}

export function askingOf(url: string, changes: Partial<Asking> = {}): Asking {
  const target = new URL(url)
  const client = openClient(target)
  onTestFinished(() => client.destroy())
  return {
    ...{ stream: 's', target, client, fields: [], timeout: 20_000 },
    signal: new AbortController().signal,
    ...changes,
  }
}

export const probes = (...texts: string[]) => texts.map(parseStateProbe)
