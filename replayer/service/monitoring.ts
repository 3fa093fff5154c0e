import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import { CODES_OF_SCHEMA, Problem, messageOf } from '../../journal/problem.ts'
import { exposition } from '../../telemetry/exposition.ts'
import { buildInfo, processFigures } from '../../telemetry/process-figures.ts'
import type { DoorEnv } from './door/caller.ts'
import { lifeFamilies } from './life-figures.ts'
import type { RequestFigures } from './request-figures.ts'
import { CATALOGUE, typeOf } from './problems.ts'
import { routes } from './routes.ts'
import { RunFigures } from './run-figures.ts'

export interface Monitored {
  journal: Journal
  version: string
  requests: RequestFigures
}

/** How the service is, for whoever keeps it running. */
export function addMonitoring(
  api: OpenAPIHono<DoorEnv>,
  { journal, version, requests }: Monitored,
): void {
  const ofProcess = processFigures()
  const runs = new RunFigures(journal, () => lifeFamilies(journal))
  api.openapi(routes.health, (c) => c.json({ status: 'ok' as const, version }, 200))
  api.openapi(routes.healthz, (c) => c.json({ status: 'ok' as const }, 200))
  const problems = Object.entries(CATALOGUE).map(([name, title]) => {
    const code = name as keyof typeof CATALOGUE
    return { type: typeOf(code), title, code }
  })
  api.openapi(routes.problems, (c) => c.json({ problems }, 200))
  api.openapi(routes.readyz, async (c) => {
    const checks = await journalChecks(journal)
    const isReady = checks.every(({ state }) => state === 'ready')
    return c.json({ ready: isReady, checks }, isReady ? 200 : 503)
  })
  api.openapi(routes.metrics, async (c) => {
    const families = [
      ...requests.families(),
      ...(await runs.families()),
      buildInfo(version),
      ...(await ofProcess()),
    ]
    const { contentType, text } = exposition(families, c.req.header('accept'))
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
  })
}

interface JournalCheck {
  name: 'journal' | 'migration'
  state: 'ready' | 'not_ready'
  detail?: string
}

/** How long the journal may take to answer, in ms. */
export const PATIENCE = 2_000

/** One that was migrated while this process ran may be another one than it was made for. */
async function journalChecks(journal: Journal): Promise<JournalCheck[]> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it has said nothing for ${PATIENCE} ms`)), PATIENCE)
  })
  try {
    await Promise.race([journal.check(), silence])
    await Promise.race([journal.checkSchema(), silence])
    return [
      { name: 'journal', state: 'ready' },
      { name: 'migration', state: 'ready' },
    ]
  } catch (error) {
    const isSchema = error instanceof Problem && CODES_OF_SCHEMA.has(error.code)
    const wrong = { state: 'not_ready', detail: messageOf(error) } as const
    return isSchema
      ? [
          { name: 'journal', state: 'ready' },
          { name: 'migration', ...wrong },
        ]
      : [{ name: 'journal', ...wrong }]
  } finally {
    clearTimeout(timer)
  }
}
