import type { Micros } from '../../journal/entry.ts'
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

/** What a receiver is sent, as JSON. */
export function eventBody(life: Life, { event, at }: Happened): string {
  const { stream, number, sign, detail, run, beganAt, endedAt } = life
  const isEnded = event !== 'lost' && event !== 'restoring'
  return JSON.stringify({
    ...{ event, stream, epoch: number, at: rfc3339(at), sign },
    run: event === 'lost' ? null : run,
    detail: isEnded ? detail : null,
    began_at: rfc3339(beganAt),
    ended_at: isEnded && endedAt !== null ? rfc3339(endedAt) : null,
  })
}

function rfc3339(at: Micros): string {
  return new Date(Math.floor(at / 1000)).toISOString()
}
