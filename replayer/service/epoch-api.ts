import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import type { Life } from '../../journal/lives.ts'
import { stagesOf } from '../life-stages.ts'
import { shutEpoch, openByHand, retryByHand, sayLost } from '../restoring/by-hand.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import type { Places } from './door/places.ts'
import { epochRoutes as routes } from './epoch-routes.ts'
import type { EpochView } from './epoch-schemas.ts'
import { answerEvents } from './events.ts'
import type { RestoreControl } from './restore-control.ts'
import { isoMicros, isoMicrosOrNull } from './views.ts'

/** How often the journal is asked for what is new, in ms. */
const PACE = 500

/** The lives of backends, and what somebody may say of them. */
export function addEpochApi(
  api: OpenAPIHono<DoorEnv>,
  { journal, restores }: { journal: Journal; restores: RestoreControl },
  streams: Places,
): void {
  const newest = async () => ({ epochs: (await journal.newestLives()).map(epochView) })
  /** That of now, as it stands after what was done. */
  const ofNow = async (stream: string) => {
    const [life] = await journal.lives(stream, { limit: 1 })
    return epochView(life!)
  }
  api.openapi(routes.newest, async (c) => c.json(await newest(), 200))
  api.openapi(routes.events, async (c) => {
    // Before the head goes: behind it a journal that cannot be asked has no status.
    const first = JSON.stringify(await newest())
    return answerEvents(c, streams, async (events) => {
      await events.write({ event: 'epochs', data: first })
      for (let last = first; events.isHeard; await events.pause(PACE)) {
        const data = JSON.stringify(await newest())
        if (data !== last) await events.write({ event: 'epochs', data })
        last = data
      }
    })
  })
  api.openapi(routes.list, async (c) => {
    const { before, limit } = c.req.valid('query')
    const { stream } = c.req.valid('param')
    const page = { limit, ...(before !== undefined && { before }) }
    return c.json({ epochs: (await journal.lives(stream, page)).map(epochView) }, 200)
  })
  api.openapi(routes.lose, async (c) => {
    const { stream } = c.req.valid('param')
    await sayLost(journal, stream, c.req.valid('json').why, actorOf(c.get('caller')))
    return c.json(await ofNow(stream), 201)
  })
  api.openapi(routes.retry, async (c) => {
    const { stream, number } = c.req.valid('param')
    await retryByHand(journal, stream, number, actorOf(c.get('caller')))
    return c.json(await ofNow(stream), 200)
  })
  api.openapi(routes.restore, async (c) => {
    const { stream, number } = c.req.valid('param')
    const { target, in_doubt: inDoubt, in_flight: inFlight } = c.req.valid('json')
    const wish = { target, ...(inDoubt && { inDoubt }), ...(inFlight && { inFlight }) }
    await restores.begin(stream, number, wish, actorOf(c.get('caller')))
    return c.json(await ofNow(stream), 202)
  })
  api.openapi(routes.open, async (c) => {
    const { stream, number } = c.req.valid('param')
    const actor = actorOf(c.get('caller'))
    await shutEpoch(journal, stream, number)
    await openByHand(journal, stream, `opened by ${actor.who ?? 'somebody on the page'}`, actor)
    return c.json(await ofNow(stream), 200)
  })
}

export function epochView(life: Life): z.input<typeof EpochView> {
  const { stream, number, phase, boot, sign, holder, run, outcome, detail, findings, byHand } = life
  return {
    ...{ stream, number, phase, boot, sign, holder, by_hand: byHand, run, outcome, detail },
    findings: findings && {
      ...findings,
      ...{ entries: [...findings.entries], probes: [...findings.probes] },
    },
    began_at: isoMicros(life.beganAt),
    run_began_at: isoMicrosOrNull(life.runBeganAt),
    run_ended_at: isoMicrosOrNull(life.runEndedAt),
    ended_at: isoMicrosOrNull(life.endedAt),
    seconds: { ...stagesOf(life) },
  }
}
