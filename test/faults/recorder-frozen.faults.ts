import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault } from './support/fault.ts'
import { eventually } from './support/ledger.ts'
import type { PostgresServer } from './support/postgres-server.ts'
import { CLIENTS, type Round } from './support/round.ts'
import { auditFindings, setStage } from './support/stage.ts'

/** Longer than a slow machine keeps the other one from saying that it is there, in ms. */
const LEASE = 5_000

test(
  'two recorders, one frozen past its lease, then continued',
  fault(async (round) => {
    const proxy = { flags: { '--lease': `${LEASE}ms` } }
    const clients = CLIENTS / 2
    const stage = await setStage(round, { proxy, load: { clients } })
    const { postgres, origin, proxy: frozen, load } = stage
    await load.more(round.between(200, 1_500))
    frozen.freeze()
    await delay(LEASE + round.between(500, 1_500))
    const other = await round.proxy({
      ...{ target: origin.url, database: postgres.url, spool: join(round.folder, 'spool-2') },
      ...proxy,
    })
    await round.load(other.url, { clients }).more(round.between(100, 500))
    await eventually(
      'the recorder that is past its lease is closed',
      async () => (await recordersOf(round, postgres, frozen.pid)).some(isClosed) || undefined,
      { describe: () => other.log.slice(-2_000) },
    )
    frozen.thaw()
    await load.more(200)
    const recorders = await recordersOf(round, postgres, frozen.pid)
    const second = await recordersOf(round, postgres, other.pid)
    await Promise.all(round.loads.map((one) => one.stop()))
    await other.untilState('ok')
    await other.stop()
    const broken = await stage.settle()
    broken.push(
      ...(await auditFindings(round, postgres, {
        codes: [0],
        spool: join(round.folder, 'spool-2'),
      })),
    )
    if (recorders.length < 2 || isClosed(recorders.at(-1)!)) {
      broken.push(`the frozen one does not go on as a new recorder: ${JSON.stringify(recorders)}`)
    }
    if (second.length !== 1) broken.push('the other recorder, which was never slow, was fenced too')
    return { postgres, broken, causes: round.mode === 'intent' ? ['recorder_lost'] : [] }
  }),
)

interface Recorder {
  id: string
  closed_at: Date | null
}

/** Those of one process, in the order in which they began. */
function recordersOf(round: Round, postgres: PostgresServer, pid: number): Promise<Recorder[]> {
  return postgres.query<Recorder & Record<string, unknown>>(
    `select id, closed_at from reprise.recorder where stream = $1 and pid = $2 order by started_at`,
    [round.stream, pid],
  )
}

function isClosed({ closed_at }: Recorder): boolean {
  return closed_at !== null
}
