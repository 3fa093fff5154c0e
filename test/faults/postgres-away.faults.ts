import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault } from './support/fault.ts'
import { SLOW_COMMIT } from './support/round.ts'
import { goesOn, setStage } from './support/stage.ts'

test(
  'kill -9 of PostgreSQL, and restart',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 10 } })
    await load.more(round.between(300, 1_500))
    await postgres.kill()
    const since = Date.now()
    await delay(round.between(1_200, 2_500))
    await goesOn(load, since)
    await postgres.start()
    await load.more(200)
    return { postgres, broken: await settle() }
  }),
)

test(
  'PostgreSQL stopped, then continued',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 20 } })
    await load.more(round.between(300, 1_500))
    postgres.freeze()
    const since = Date.now()
    await delay(STANDSTILL)
    await goesOn(load, since)
    postgres.thaw()
    await load.more(200)
    const broken = await settle()
    const slowest = Math.max(...load.between(since, Infinity).map(({ ms }) => ms))
    if (slowest > SLOW_COMMIT + SLACK) broken.push(`a client waited for ${slowest} ms`)
    return { postgres, broken }
  }),
)

/** In ms. */
const STANDSTILL = 10_000
/** For a machine that has more to do; still below the time that PostgreSQL stands still. */
const SLACK = 8_000
