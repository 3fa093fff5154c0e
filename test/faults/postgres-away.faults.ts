import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault, FORM } from './support/fault.ts'
import { SLOW_COMMIT } from './support/round.ts'
import { serviceFindings, setStage } from './support/stage.ts'

test(
  'kill -9 of PostgreSQL, and restart',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 10 } })
    await load.more(round.between(300, 1_500))
    await postgres.kill()
    const since = Date.now()
    await delay(round.between(1_200, 2_500))
    const service = serviceFindings(load, since, Date.now())
    await postgres.start()
    await load.more(200)
    return { postgres, broken: [...service, ...(await settle())] }
  }),
)

test(
  'PostgreSQL stopped, then continued',
  fault(async (round) => {
    const { postgres, load, settle } = await setStage(round, { load: { pause: 20 } })
    await load.more(round.between(300, 1_500))
    postgres.freeze()
    const since = Date.now()
    await delay(FORM === 'short' ? 4_000 : 10_000)
    const until = Date.now()
    postgres.thaw()
    const service = serviceFindings(load, since, until)
    await load.more(200)
    const findings = await settle()
    const slowest = Math.max(...load.between(since, Infinity).map(({ ms }) => ms))
    if (slowest > SLOW_COMMIT + SLACK) service.push(`a client waited for ${slowest} ms`)
    return { postgres, broken: [...service, ...findings] }
  }),
)

/** In ms, for a machine that has more to do; still below the time that PostgreSQL stands still. */
const SLACK = 2_500
