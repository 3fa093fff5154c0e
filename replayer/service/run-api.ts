import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import { isUnsettled } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import { listDoubts, settleDoubts } from '../in-doubt.ts'
import { chooseStream, makePlan } from '../plan.ts'
import { continueRun, pauseRun, stopRun } from '../held-runs.ts'
import { compareRuns } from '../runs.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import type { Places } from './door/places.ts'
import { planView } from './plan-view.ts'
import type { RunControl, RunWish } from './run-control.ts'
import { watchRun } from './run-events.ts'
import { runRoutes } from './run-routes.ts'
import type * as schemas from './run-schemas.ts'
import { drivenView, filterOfQuery, type IsSecret } from './views.ts'

export interface RunApiOptions {
  journal: Journal
  control: RunControl
  isSecret: IsSecret
}

/** What changes things: plans are made, runs begun and held, doubts settled. */
export function addRunApi(
  api: OpenAPIHono<DoorEnv>,
  options: RunApiOptions,
  streams: Places,
): void {
  const { journal, control } = options
  addPlans(api, options)
  api.openapi(runRoutes.resume, async (c) => {
    const { id } = c.req.valid('param')
    const wish = c.req.valid('json')
    await control.resume(id, wish.in_flight, { ...wishOf(wish), actor: actorOf(c.get('caller')) })
    return c.json(drivenView(await journal.run(id)), 200)
  })
  for (const [route, hold] of HELD) {
    api.openapi(route, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(drivenView(await hold(journal, id, actorOf(c.get('caller')))), 200)
    })
  }
  api.openapi(runRoutes.events, async (c) => {
    const { id } = c.req.valid('param')
    await journal.run(id)
    return watchRun(c, streams, () => journal.run(id), drivenView)
  })
  api.openapi(runRoutes.compare, async (c) => {
    const { id, other } = c.req.valid('param')
    const { by, after, limit } = c.req.valid('query')
    const page = { by, limit, ...(after !== undefined && { after }) }
    const { contrasts } = await compareRuns(journal, [id, other], page)
    return c.json({ contrasts: [...contrasts] }, 200)
  })
  addSettling(api, journal)
}

function addPlans(api: OpenAPIHono<DoorEnv>, { journal, control, isSecret }: RunApiOptions): void {
  const planOf = async ({ stream, filter, in_doubt: inDoubt }: Selected) =>
    makePlan(journal, {
      stream: await chooseStream(journal, stream),
      ...{ filter: filterOfQuery(filter), inDoubt },
    })
  api.openapi(runRoutes.plan, async (c) => {
    const wish = c.req.valid('json')
    const plan = await planOf(wish)
    return c.json(await planView(journal, plan, wish, control, isSecret, c.req.raw.signal), 200)
  })
  api.openapi(runRoutes.start, async (c) => {
    const wish = c.req.valid('json')
    const plan = await planOf(wish)
    const id = await control.start(plan, {
      ...{ ...wishOf(wish), target: wish.target, actor: actorOf(c.get('caller')) },
    })
    const run = drivenView(await journal.run(id))
    return c.json(run, 201, { Location: `/api/runs/${id}` })
  })
}

type Selected = Pick<z.output<typeof schemas.RunWish>, 'stream' | 'filter' | 'in_doubt'>

function wishOf(
  wish: Omit<z.output<typeof schemas.ResumeWish>, 'in_flight'>,
): Omit<RunWish, 'target' | 'actor'> {
  const { lanes, concurrency, speed, rate } = wish
  return {
    ...{ lanes, concurrency, speed, rate },
    tolerance: Math.round(wish.clock_tolerance_ms * 1000),
    onFailure: wish.on_failure,
    onDifference: wish.on_difference,
  }
}

/** Where each holding of a run is asked for. */
const HELD = [
  [runRoutes.pause, pauseRun],
  [runRoutes.goOn, continueRun],
  [runRoutes.stop, stopRun],
] as const

function addSettling(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
  api.openapi(runRoutes.settleEntry, async (c) => {
    const { id } = c.req.valid('param')
    const { settlement } = c.req.valid('json')
    const entry = await journal.entry(id)
    if (!isUnsettled(entry) && entry.settled === null) throw notInDoubt(id)
    const selection = {
      stream: entry.stream,
      filter: { idFrom: id, idTo: id },
      doubts: 'both',
    } as const
    const actor = actorOf(c.get('caller'))
    const changed = await settleDoubts(journal, selection, [entry], settlement, actor)
    return c.json({ changed }, 200)
  })
  api.openapi(runRoutes.settleEntries, async (c) => {
    const { settlement } = c.req.valid('json')
    const selection = {
      stream: await chooseStream(journal, c.req.valid('param').stream),
      filter: filterOfQuery(c.req.valid('query')),
      doubts: settlement === null ? 'settled' : 'unsettled',
    } as const
    const listed = await listDoubts(journal, selection)
    const actor = actorOf(c.get('caller'))
    const changed = await settleDoubts(journal, selection, listed, settlement, actor)
    return c.json({ changed }, 200)
  })
}

function notInDoubt(id: number): Problem {
  return new Problem('doubt_none', `entry ${id} is not, and was not, in doubt`, { source: 'user' })
}
