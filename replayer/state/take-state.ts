import { createHash } from 'node:crypto'
import type { Micros } from '../../journal/entry.ts'
import type { StateShot } from '../../journal/state.ts'
import type { Client } from '../../wire/client.ts'
import { exchange, type WholeAnswer } from '../../wire/exchange.ts'
import { MARK } from '../sending/wire-form.ts'
import { probeFields, probeName, type ProbeField, type StateProbe } from './state-probe.ts'

export interface Asking {
  stream: string
  /** The backend; a path in it goes before that of each probe. */
  target: URL
  client: Client
  /** What each probe carries. */
  fields: readonly ProbeField[]
  /** For each exchange, in ms. */
  timeout: number
  signal: AbortSignal
}

/** What probes showed, and those that showed nothing. */
export interface TakenState {
  shots: readonly StateShot[]
  failed: readonly FailedProbe[]
}

export interface FailedProbe {
  probe: string
  why: string
}

/** Asks probes one after the other. Rejects only where it was interrupted. */
export async function takeState(
  probes: readonly StateProbe[],
  asking: Asking,
): Promise<TakenState> {
  const shots: StateShot[] = []
  const failed: FailedProbe[] = []
  for (const probe of probes) {
    asking.signal.throwIfAborted()
    const taken = await ask(probe, asking)
    if ('why' in taken) failed.push(taken)
    else shots.push(taken)
  }
  asking.signal.throwIfAborted()
  return { shots, failed }
}

/** Of an answer's body that is kept, in bytes. */
export const MOST_KEPT = 16 * 1024 * 1024

async function ask(probe: StateProbe, asking: Asking): Promise<StateShot | FailedProbe> {
  const { stream, target, client, timeout, signal } = asking
  const name = probeName(probe)
  const base = target.pathname.replace(/\/$/, '')
  const fields = probeFields(target.host, asking.fields, [MARK, 'state'])
  // What is recorded from this moment on may be in the answer or not.
  const takenAt = Date.now() * 1000
  const head = { method: probe.method, target: base + probe.target, fields }
  try {
    const options = { client, timeout, signal, kept: MOST_KEPT, beyond: 'dropped' } as const
    const answer = await exchange(head, null, [], options)
    if (!tellsState(answer.status)) return { probe: name, why: `answered ${answer.status}` }
    return shotOf(stream, name, target, takenAt, answer)
  } catch (error) {
    return { probe: name, why: `no answer: ${(error as Error).message}` }
  }
}

/** Being sent elsewhere, refused or failed tells nothing of the state; that nothing is there does. */
function tellsState(status: number): boolean {
  return (status >= 200 && status <= 299) || status === 404 || status === 410
}

function shotOf(
  stream: string,
  probe: string,
  target: URL,
  takenAt: Micros,
  answer: WholeAnswer,
): StateShot {
  const { status, fields, body, length } = answer
  const isWhole = body.length === length
  return {
    ...{ stream, probe, takenAt, target: target.href.replace(/\/$/, '') },
    ...{ status, fields, body, length },
    digest: isWhole ? createHash('sha256').update(body).digest('hex') : null,
  }
}
