import { join } from 'node:path'
import { audit, type ProxyProcess } from './proxy-process.ts'
import { urlAt, type PostgresServer } from './postgres-server.ts'
import type { Load, LoadOptions } from './load.ts'
import type { Origin } from './origin.ts'
import type { ProxyOptions, Round } from './round.ts'
import { eventually } from './ledger.ts'

export interface StageOptions {
  /** Default: a new one without further settings. */
  postgres?: PostgresServer
  /** Where the proxy finds PostgreSQL, if something stands between. */
  databasePort?: number
  proxy?: Partial<ProxyOptions>
  /** Default: the proxy's own, in the round's folder. */
  spool?: string
  load?: Partial<Omit<LoadOptions, 'url' | 'file'>>
}

/** The usual set: clients, proxy, origin and PostgreSQL, under load. */
export interface Stage {
  postgres: PostgresServer
  origin: Origin
  proxy: ProxyProcess
  load: Load
  /** Starts a proxy in the place of the one that was killed: same address, same spool. */
  restartProxy: () => Promise<ProxyProcess>
  /** Ends the clients, then the proxy once it has drained; answers what the audit finds wrong,
   *  unless it ends with one of the codes (default: 0). */
  settle: (auditCodes?: readonly number[]) => Promise<string[]>
  /** What `reprise audit` finds, unless it ends with one of the codes. */
  audit: (codes: readonly number[]) => Promise<string[]>
}

export async function setStage(round: Round, options: StageOptions = {}): Promise<Stage> {
  const [postgres, origin] = await Promise.all([
    options.postgres ?? round.postgres(),
    round.origin(),
  ])
  const database = urlAt(options.databasePort ?? postgres.port)
  const spool = options.spool ?? join(round.folder, 'spool')
  const common = { target: origin.url, database, spool, ...options.proxy }
  const proxy = await round.proxy(common)
  const load = round.load(proxy.url, options.load)
  const stage: Stage = {
    postgres,
    origin,
    proxy,
    load,
    async restartProxy() {
      const listen = new URL(proxy.url).host
      stage.proxy = await round.proxy({ ...common, listen })
      return stage.proxy
    },
    async settle(codes = [0]) {
      await Promise.all(round.loads.map((one) => one.stop()))
      await untilIntentsClosed(round, stage.postgres)
      await stage.proxy.untilState('ok')
      await stage.proxy.stop()
      return stage.audit(codes)
    },
    audit: (codes) => auditFindings(round, stage.postgres, { codes, spool }),
  }
  return stage
}

export async function auditFindings(
  round: Round,
  postgres: PostgresServer,
  { codes, spool }: { codes: readonly number[]; spool: string },
): Promise<string[]> {
  const { code, text } = await audit([
    ...['--database-url', postgres.url, '--stream', round.stream],
    ...['--spool-dir', spool, '--data-dir', join(round.folder, 'data')],
  ])
  // An audit that breaks off has proved nothing, whatever it ends with.
  if (codes.includes(code) && /^\s*[[{]/.test(text)) return []
  return [`the audit ends with ${code}, not ${codes.join(' or ')}: ${text.slice(0, 2_000)}`]
}

/** Waits until no intent is open: what a killed recorder left was closed by the next one. */
export async function untilIntentsClosed(round: Round, postgres: PostgresServer): Promise<void> {
  if (round.mode !== 'intent') return
  await eventually('no intent is open', async () => {
    const rows = await postgres.query('select from reprise.intent where stream = $1 limit 1', [
      round.stream,
    ])
    return rows.length === 0 || undefined
  })
}

/** A fault is only survived if mutations go on while it lasts: so long it has to, on a slow machine too. */
export async function goesOn(load: Load, since: number): Promise<void> {
  const counted = () => {
    const answers = load.between(since, Date.now())
    const count = (wanted: string) => answers.filter(({ outcome }) => outcome === wanted).length
    return { acked: count('acked'), refused: count('refused') }
  }
  const isServed = () => {
    const { acked, refused } = counted()
    return (acked > 0 && refused <= acked) || undefined
  }
  const describe = () => `while PostgreSQL was away: ${JSON.stringify(counted())}`
  await eventually('mutations go on', isServed, { describe })
}
