import type { Micros } from '../../journal/entry.ts'
import type { EpochFindings } from '../../journal/epochs.ts'
import type { Life, LifeEvent } from '../../journal/lives.ts'

/** Something that happened in a life, and when. */
export interface Happened {
  event: LifeEvent
  at: Micros
}

/** What happened in a life so far, in order. The first life of a stream was not lost by anybody. */
export function happenedIn(life: Life): Happened[] {
  const { number, phase, outcome, beganAt, endedAt, runBeganAt } = life
  if (number === 1 && phase === 'open' && outcome === null) return []
  const lost: Happened[] = number === 1 ? [] : [{ event: 'lost', at: beganAt }]
  const restoring: Happened[] =
    runBeganAt === null ? [] : [{ event: 'restoring', at: Math.max(beganAt, runBeganAt) }]
  const ended: Happened[] = outcome === null ? [] : [{ event: outcome, at: endedAt ?? beganAt }]
  return [...lost, ...restoring, ...ended]
}

/** What a receiver is sent, as JSON. Of entries and probes to look at which, but nothing that they show. */
export function eventBody(life: Life, { event, at }: Happened): string {
  const { stream, number, sign, detail, findings, run, beganAt, endedAt } = life
  const isEnded = event !== 'lost' && event !== 'restoring'
  return JSON.stringify({
    ...{ event, stream, epoch: number, at: rfc3339(at), sign },
    run: event === 'lost' ? null : run,
    detail: isEnded ? detail : null,
    findings: isEnded && findings !== null ? shownOf(findings) : null,
    began_at: rfc3339(beganAt),
    ended_at: isEnded && endedAt !== null ? rfc3339(endedAt) : null,
  })
}

function shownOf({ entries, unlisted, probes }: EpochFindings) {
  return {
    entries: entries.map(({ id, outcome }) => ({ id, outcome })),
    unlisted,
    probes: probes.map(({ probe, outcome }) => ({ probe, outcome })),
  }
}

function rfc3339(at: Micros): string {
  return new Date(Math.floor(at / 1000)).toISOString()
}
