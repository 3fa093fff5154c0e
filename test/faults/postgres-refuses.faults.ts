import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { test } from 'vitest'
import { fault } from './support/fault.ts'
import type { PostgresServer } from './support/postgres-server.ts'
import { goesOn, setStage } from './support/stage.ts'

const CONNECTIONS = 12

test(
  "PostgreSQL's connections used up",
  fault(async (round) => {
    const postgres = await round.postgres({ max_connections: String(CONNECTIONS) })
    const { load, settle } = await setStage(round, { postgres, load: { pause: 10 } })
    await load.more(round.between(300, 1_500))
    const taken = await takeAllConnections(postgres)
    const since = Date.now()
    await delay(round.between(1_200, 2_500))
    await goesOn(load, since)
    await Promise.all(taken.map((client) => client.end()))
    await load.more(200)
    return { postgres, broken: await settle() }
  }),
)

test(
  'statement_timeout hit',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 10 } })
    await load.more(round.between(300, 1_500))
    await postgres.query(`alter database reprise set statement_timeout = '200ms'`)
    const session = await postgres.connect()
    await session.query('set statement_timeout = 0')
    await endOtherSessions(session)
    await session.query('begin')
    await session.query('lock table reprise.entry in access exclusive mode')
    const since = Date.now()
    await delay(round.between(1_500, 3_000))
    await goesOn(load, since)
    await session.query('rollback')
    await session.query('alter database reprise reset statement_timeout')
    await session.end()
    await load.more(200)
    return { postgres, broken: await settle() }
  }),
)

test(
  'role made read-only',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 10 } })
    await load.more(round.between(300, 1_500))
    const session = await postgres.connect('postgres')
    await session.query('alter database reprise set default_transaction_read_only = on')
    await endOtherSessions(session)
    const since = Date.now()
    await delay(round.between(1_200, 2_500))
    await goesOn(load, since)
    // Sessions that are open stay read-only: whoever has one must make a new one by itself.
    await session.query('alter database reprise reset default_transaction_read_only')
    await session.end()
    await load.more(200)
    return { postgres, broken: await settle() }
  }),
)

/** Ends the sessions of the proxy and takes their places before it can, until it has none. */
async function takeAllConnections(postgres: PostgresServer): Promise<pg.Client[]> {
  const session = await postgres.connect('postgres')
  const taken = [session]
  while (taken.length < CONNECTIONS) {
    try {
      taken.push(await postgres.connect('postgres'))
    } catch (error) {
      if ((error as { code?: string }).code !== '53300') throw error
      await endOtherSessions(session)
    }
  }
  return taken
}

async function endOtherSessions(session: pg.Client): Promise<void> {
  await session.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = 'reprise' and pid <> pg_backend_pid()`,
  )
}
