import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault } from './support/fault.ts'
import type { Round } from './support/round.ts'
import { goesOn, setStage, type Stage } from './support/stage.ts'
import type { TcpFaults } from './support/tcp-faults.ts'

test(
  'connections to PostgreSQL cut',
  fault(async (round) => {
    const { faults, stage } = await setStageBehind(round)
    const { load } = stage
    for (let i = 0; i < 4; i++) {
      await load.more(round.between(50, 500))
      faults.cut()
    }
    // What it was sent is committed, though nobody is told.
    await load.more(round.between(50, 500))
    faults.swallowAnswers()
    await delay(round.between(20, 400))
    faults.refuse()
    const since = Date.now()
    await delay(round.between(500, 1_500))
    await goesOn(load, since)
    faults.pass()
    await load.more(200)
    return { postgres: stage.postgres, broken: await stage.settle() }
  }),
)

test(
  'PostgreSQL in a black hole, then cut',
  fault(async (round) => {
    const { faults, stage } = await setStageBehind(round)
    const { load } = stage
    await load.more(round.between(100, 1_000))
    faults.hold()
    const since = Date.now()
    await delay(round.between(1_500, 3_000))
    await goesOn(load, since)
    // What was held comes through late on the old connections, or never.
    if (round.between(0, 1) === 0) faults.cut()
    faults.pass()
    await load.more(200)
    return { postgres: stage.postgres, broken: await stage.settle() }
  }),
)

test(
  'connections to PostgreSQL delayed',
  fault(async (round) => {
    const { faults, stage } = await setStageBehind(round)
    const { load } = stage
    await load.more(round.between(100, 1_000))
    const since = Date.now()
    faults.pass(round.between(20, 100))
    await delay(1_000)
    faults.pass(round.between(600, 1_500))
    await delay(round.between(2_000, 3_000))
    await goesOn(load, since)
    faults.pass()
    await load.more(200)
    return { postgres: stage.postgres, broken: await stage.settle() }
  }),
)

test(
  'connections to PostgreSQL reset in mid-statement',
  fault(async (round) => {
    const { faults, stage } = await setStageBehind(round)
    for (let i = 0; i < 6; i++) {
      await stage.load.more(round.between(20, 200))
      await faults.resetAfter(round.between(1, 60_000))
    }
    await stage.load.more(200)
    return { postgres: stage.postgres, broken: await stage.settle() }
  }),
)

test(
  'failover to another server',
  fault(async (round) => {
    const { faults, stage } = await setStageBehind(round)
    const { load, postgres } = stage
    await load.more(round.between(100, 1_000))
    const since = Date.now()
    if (round.between(0, 1) === 0) await postgres.kill()
    else await postgres.stop()
    await delay(round.between(0, 1_000))
    const successor = await round.anotherServer(postgres.cluster)
    faults.pointTo(successor.port)
    await load.more(200)
    await goesOn(load, since)
    stage.postgres = successor
    return { postgres: successor, broken: await stage.settle() }
  }),
)

async function setStageBehind(round: Round): Promise<{ faults: TcpFaults; stage: Stage }> {
  const postgres = await round.postgres()
  const faults = await round.tcpFaults(postgres)
  const options = { postgres, databasePort: faults.port, load: { pause: 10 } }
  return { faults, stage: await setStage(round, options) }
}
