import type { LookupFunction } from 'node:net'
import type { Journal } from '../../journal/contract.ts'
import type { Micros } from '../../journal/entry.ts'
import type { Epoch, FoundProbe } from '../../journal/epochs.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { openClient, type UpstreamHttp2 } from '../../wire/open-client.ts'
import type { AliasRules } from '../aliases/rules.ts'
import type { CompareRules } from '../compare/rules.ts'
import { counted, isoTime } from '../show.ts'
import type { ProbeVerdict } from '../state/compare-state.ts'
import type { ProbeField, StateProbe } from '../state/state-probe.ts'
import { verifyState } from '../state/verify-state.ts'

// Whether the state is back: what probes show after the run, against what was kept of the life before. That
// proves something only where nothing changed the state between that moment and the loss.

export interface Proving {
  probes: readonly StateProbe[]
  /** What each of them carries. */
  fields: readonly ProbeField[]
  /** For each exchange, in ms. */
  timeout: number
  rules: Pick<AliasRules, 'pin'>
}

export interface ProofOptions {
  journal: Journal
  target: URL
  proving: Proving | null
  sending: {
    compare: CompareRules
    lookup: LookupFunction
    tls?: UpstreamTls
    http2?: UpstreamHttp2
  }
}

/** `unknown`: nothing is proven, neither the one nor the other. */
export interface StateProof {
  outcome: 'restored' | 'differs' | 'unknown'
  /** For people. */
  detail: string
  probes: readonly FoundProbe[]
}

/** Null where nobody asked for it. Rejects with the Problem of the journal, or where it was interrupted. */
export async function proveState(
  { stream, number }: Pick<Epoch, 'stream' | 'number'>,
  run: number,
  { journal, target, proving, sending }: ProofOptions,
  signal: AbortSignal,
): Promise<StateProof | null> {
  if (proving === null || proving.probes.length === 0) return null
  const { former, until } = await lostLife(journal, stream, number)
  const { tls, http2, lookup, compare } = sending
  const client = openClient(target, { lookup, ...(tls && { tls }), ...(http2 && { http2 }) })
  try {
    const { outcome, probes, keptAt } = await verifyState(journal, {
      ...{ stream, target, client, signal, until, rules: compare },
      ...{ probes: proving.probes, fields: proving.fields, timeout: proving.timeout },
      explanation: { run: { stream, id: run }, rules: proving.rules },
    })
    const found = probes.map(foundProbe)
    const unproven = (why: string): StateProof => ({
      ...{ outcome: 'unknown', detail: `the state is not proven: ${why}`, probes: found },
    })
    if (former?.outcome === 'given_up') {
      return unproven(`epoch ${former.number} was opened by hand, as it was`)
    }
    if (former?.outcome === 'failed') {
      return unproven(`epoch ${former.number} was open though its restore had failed`)
    }
    if (keptAt === null) return unproven('none was kept before the loss')
    const since = await recordedSince(journal, stream, keptAt)
    if (since > 0) {
      const many = since > MOST_COUNTED ? `more than ${MOST_COUNTED} requests` : requests(since)
      return unproven(`${many} changed it after it was kept (${isoTime(keptAt)})`)
    }
    if (outcome === 'unknown') return unproven('not every probe could be asked and compared')
    const asKept = outcome === 'restored' ? 'the state is as it was' : 'the state is not as it was'
    return { outcome, detail: `${asKept} at ${isoTime(keptAt)}`, probes: found }
  } finally {
    client.destroy()
  }
}

const requests = (n: number) => counted(n, 'request', 'requests')

/** How many places are named of a probe that differs. */
const MOST_PLACES = 5

function foundProbe({ probe, outcome, why, found }: ProbeVerdict): FoundProbe {
  const places = found.differences.slice(0, MOST_PLACES).map(({ where }) => where)
  const more = found.differences.length + found.unlisted - places.length
  if (more > 0) places.push(`${more} more`)
  return { probe, outcome, detail: why ?? (places.length === 0 ? null : places.join(', ')) }
}

/** Epochs that are looked back at, to find the last one that clients reached. */
const MOST_EPOCHS = 1_000

/** The life that clients reached last, and when they were kept away of it. */
async function lostLife(
  journal: Journal,
  stream: string,
  number: number,
): Promise<{ former: Epoch | undefined; until: Micros }> {
  const epochs = await journal.epochs(stream, MOST_EPOCHS)
  const former = epochs.find((one) => one.number < number && wasOpen(one))
  const lost = epochs.findLast((one) => one.number > (former?.number ?? 0))!
  return { former, until: lost.beganAt - MILLISECOND }
}

/** Shots are told to the millisecond, rounded down: one of the same as the loss may be of after it. */
const MILLISECOND = 1_000

function wasOpen({ phase, outcome, number }: Epoch): boolean {
  return phase === 'open' && (outcome !== null || number === 1)
}

/** From more on it is not counted how many there are. */
const MOST_COUNTED = 1_000

async function recordedSince(journal: Journal, stream: string, keptAt: Micros): Promise<number> {
  const after = { orderedAt: keptAt, id: -1 }
  const filter = { stream, verdicts: ['applied', 'in_doubt'] } as const
  const page = { order: 'order', limit: MOST_COUNTED + 1, after } as const
  return (await journal.list(filter, page)).length
}
