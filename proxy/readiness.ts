import { CODES_OF_SCHEMA } from '../journal/problem.ts'
import type { RecorderHealth } from './health.ts'

/** One thing that must be there for a proxy to be of use, and how it is. */
export interface Check {
  name:
    | 'start'
    | 'journal'
    | 'migration'
    | 'spool'
    | 'recording'
    | 'upstream'
    | 'backend'
    | 'worker'
    | 'end'
  /** `degraded`: the proxy does without it for now. */
  state: 'ready' | 'degraded' | 'not_ready'
  /** What exactly is wrong. */
  detail?: string
  /** Of which worker, where there are several. */
  worker?: number
}

export interface Readiness {
  isReady: boolean
  checks: Check[]
}

/**
 * Ready is a proxy to which requests may be sent. That is so while entries are spooled, or where it was
 * chosen that mutations go on unrecorded: whoever took it out of service then would turn an outage of
 * the journal into one of the backend. What is not as it should be is said all the same.
 */
export function readiness(checks: Check[]): Readiness {
  return { isReady: checks.every(({ state }) => state !== 'not_ready'), checks }
}

/** Of a recorder; nothing is to be checked where nothing is recorded. */
export function recorderChecks(health: RecorderHealth | null): Check[] {
  if (health === null) return []
  const { state, journalProblem, spoolProblem, spool, gate } = health
  const isWithoutPlace = state === 'refusing' || state === 'degraded'
  const journal: Check['name'] = CODES_OF_SCHEMA.has(health.journalCode!) ? 'migration' : 'journal'
  const checks: Check[] = []
  if (state === 'ok') checks.push({ name: 'journal', state: 'ready' })
  else {
    const detail = journalProblem ?? 'entries in the spool are moved to it first'
    checks.push({ name: journal, state: isWithoutPlace ? howBad(state) : 'degraded', detail })
  }
  if (spool !== null) {
    const { bytes, limit } = spool
    const detail = spoolProblem ?? `${bytes} of ${limit} bytes are taken: no further mutations fit`
    checks.push(
      isWithoutPlace
        ? { name: 'spool', state: howBad(state), detail }
        : { name: 'spool', state: 'ready' },
    )
  }
  if (gate !== undefined) checks.push(gateCheck(gate))
  if (state === 'degraded') {
    checks.push({ name: 'recording', state: 'degraded', detail: 'mutations go on unrecorded' })
  }
  return checks
}

/** Who is kept away waits, or is told to come again: that is no reason to send nobody. */
function gateCheck({ shut, held }: NonNullable<RecorderHealth['gate']>): Check {
  if (shut === null) return { name: 'backend', state: 'ready' }
  return { name: 'backend', state: 'degraded', detail: `${shut}: ${held} requests wait` }
}

function howBad(state: RecorderHealth['state']): 'degraded' | 'not_ready' {
  return state === 'degraded' ? 'degraded' : 'not_ready'
}
