import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Journal } from '../../journal/contract.ts'
import { isUnsettled } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import type { Compacting } from '../compacting/compaction.ts'
import { requireVerified, sparedSelection } from '../compacting/sparing.ts'
import { listDoubts, settleDoubts } from '../in-doubt.ts'
import { chooseStream, makePlan, type Plan } from '../plan.ts'
import { continueRun, pauseRun, stopRun } from '../held-runs.ts'
import { compareRuns } from '../runs.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import type { TakeLongLook } from './door/long-looks.ts'
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
  takeLongLook: TakeLongLook,
): void {
  const { journal, control } = options
  addPlans(api, options, takeLongLook)
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

function addPlans(
  api: OpenAPIHono<DoorEnv>,
  { journal, control, isSecret }: RunApiOptions,
  takeLongLook: TakeLongLook,
): void {
  const planOf = async (
    c: Context<DoorEnv>,
    wish: Selected,
    watched: Pick<Compacting, 'watched'> = {},
  ): Promise<Plan | Response> => {
    const { filter, in_doubt: inDoubt, begin, compact_rules: rules } = wish
    const stream = await chooseStream(journal, wish.stream)
    const selected = { stream, filter: filterOfQuery(filter), inDoubt }
    const selection = await sparedSelection(journal, selected, { begin, rules })
    const make = () => makePlan(journal, selection, { ...watched, signal: c.req.raw.signal })
    // To be compacted, all of it is gone through.
    return rules.length === 0 ? make() : takeLongLook(c, make)
  }
  api.openapi(runRoutes.plan, async (c) => {
    const wish = c.req.valid('json')
    const { explain } = wish
    const plan = await planOf(c, wish, explain === undefined ? {} : { watched: explain })
    if (plan instanceof Response) return plan as never
    return c.json(await planView(journal, plan, wish, control, isSecret, c.req.raw.signal), 200)
  })
  api.openapi(runRoutes.start, async (c) => {
    const wish = c.req.valid('json')
    const plan = await planOf(c, wish)
    if (plan instanceof Response) return plan as never
    await requireVerified(journal, plan)
    const id = await control.start(plan, {
      ...{ ...wishOf(wish), target: wish.target, actor: actorOf(c.get('caller')) },
    })
    const run = drivenView(await journal.run(id))
    return c.json(run, 201, { Location: `/api/runs/${id}` })
  })
}

type Selected = Pick<
  z.output<typeof schemas.RunWish>,
  'stream' | 'filter' | 'in_doubt' | 'begin' | 'compact_rules'
>

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
