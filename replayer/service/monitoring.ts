import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import { CODES_OF_SCHEMA, Problem, messageOf } from '../../journal/problem.ts'
import { exposition } from '../../telemetry/exposition.ts'
import { buildInfo, processFigures } from '../../telemetry/process-figures.ts'
import type { DoorEnv } from './door/caller.ts'
import type { RequestFigures } from './request-figures.ts'
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
  const runs = new RunFigures(journal)
  api.openapi(routes.health, (c) => c.json({ status: 'ok', version }, 200))
  api.openapi(routes.healthz, (c) => c.json({ status: 'ok' }, 200))
  api.openapi(routes.readyz, async (c) => {
    const check = await journalCheck(journal)
    const isReady = check.state === 'ready'
    return c.json({ ready: isReady, checks: [check] }, isReady ? 200 : 503)
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
const PATIENCE = 2_000

async function journalCheck(journal: Journal): Promise<JournalCheck> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it has said nothing for ${PATIENCE} ms`)), PATIENCE)
  })
  try {
    await Promise.race([journal.check(), silence])
    return { name: 'journal', state: 'ready' }
  } catch (error) {
    const isSchema = error instanceof Problem && CODES_OF_SCHEMA.has(error.code)
    return {
      ...{ name: isSchema ? 'migration' : 'journal', state: 'not_ready' },
      detail: messageOf(error),
    }
  } finally {
    clearTimeout(timer)
  }
}
