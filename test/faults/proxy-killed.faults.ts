import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault, type Settled } from './support/fault.ts'
import type { Round } from './support/round.ts'
import { setStage, type Stage } from './support/stage.ts'

test(
  'kill -9 of the proxy',
  fault(async (round) => {
    const stage = await setStage(round)
    await stage.load.more(round.between(300, 2_500))
    await stage.proxy.kill()
    await stage.restartProxy()
    await stage.load.more(200)
    return settleKilled(round, stage)
  }),
)

test(
  'kill -9 of proxy and PostgreSQL at once',
  fault(async (round) => {
    const stage = await setStage(round)
    await stage.load.more(round.between(300, 2_500))
    await Promise.all([stage.postgres.kill(), stage.proxy.kill()])
    await stage.postgres.start()
    await stage.restartProxy()
    await stage.load.more(200)
    return settleKilled(round, stage)
  }),
)

test(
  'kill -9 of PostgreSQL, then of the proxy that spools',
  fault(async (round) => {
    const stage = await setStage(round)
    await stage.load.more(round.between(300, 1_500))
    await stage.postgres.kill()
    await stage.load.more(round.between(100, 1_000))
    await stage.proxy.kill()
    await stage.postgres.start()
    await stage.restartProxy()
    await stage.load.more(200)
    return settleKilled(round, stage)
  }),
)

test(
  'kill -9 of the proxy that drains',
  fault(async (round) => {
    const stage = await setStage(round)
    await stage.load.more(200)
    await stage.postgres.kill()
    await stage.load.more(round.between(1_000, 3_000))
    await stage.postgres.start()
    await delay(round.between(0, 600))
    await stage.proxy.kill()
    await stage.restartProxy()
    await stage.load.more(200)
    return settleKilled(round, stage)
  }),
)

/**
 * What was in flight at the kill was never acknowledged. With `commit` it may leave gaps, which the
 * audit shows; with `intent` the next recorder knows all of it.
 */
async function settleKilled(round: Round, stage: Stage): Promise<Settled> {
  const isIntent = round.mode === 'intent'
  return {
    postgres: stage.postgres,
    broken: await stage.settle(isIntent ? [0] : [0, 1]),
    causes: isIntent ? ['recorder_lost'] : [],
    unacknowledged: isIntent ? 'recorded' : 'gaps',
  }
}
