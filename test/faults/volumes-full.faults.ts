import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from './support/ledger.ts'
import { test } from 'vitest'
import { fault } from './support/fault.ts'
import type { Round } from './support/round.ts'
import { goesOn, setStage, type Stage } from './support/stage.ts'

test(
  "PostgreSQL's volume full",
  fault(async (round) => {
    const volume = round.volume('small', 96)
    const postgres = await round.postgres(
      { max_wal_size: '8MB', min_wal_size: '2MB' },
      volume.folder,
    )
    const { load, settle } = await setStage(round, { postgres, load: { pause: 10 } })
    await load.more(round.between(300, 1_000))
    volume.fill()
    await eventually(
      'PostgreSQL finds its volume full',
      () => postgres.log.includes('No space left on device') || undefined,
    )
    const since = Date.now()
    await delay(round.between(1_200, 2_500))
    await goesOn(load, since)
    volume.free()
    // Without room for its log it gives itself up.
    if (postgres.isRunning) await postgres.untilAnswers().catch(() => postgres.start())
    else await postgres.start()
    await load.more(200)
    return { postgres, broken: await settle() }
  }),
)

test(
  "the spool's volume full, PostgreSQL away",
  fault(async (round) => {
    const stage = await setStage(round, await withSmallSpool(round, 'refuse'))
    await stage.load.more(round.between(100, 500))
    await stage.postgres.kill()
    await stage.load.more(100, 'refused')
    await delay(round.between(0, 1_000))
    await stage.postgres.start()
    await stage.load.more(200)
    return { postgres: stage.postgres, broken: await stage.settle() }
  }),
)

test(
  "the spool's volume full, PostgreSQL away, passed on",
  fault(async (round) => {
    const stage = await setStage(round, await withSmallSpool(round, 'pass'))
    const broken: string[] = []
    await stage.load.more(round.between(100, 500))
    await stage.postgres.kill()
    await eventually('the proxy counts losses', async () => (await lost(stage)) > 0 || undefined)
    await stage.load.more(200)
    const state = await stage.proxy.state()
    if (state !== 'degraded') broken.push(`unrecorded mutations pass, and its health is ${state}`)
    await stage.postgres.start()
    await stage.load.more(200)
    await stage.load.stop()
    // Whatever its health says of the past: a new mutation must be recorded before it ends.
    const counted = await lost(stage)
    await stage.proxy.stop()
    broken.push(...(await stage.audit([3])))
    if (stage.load.count('refused') > 0) broken.push(`${stage.load.count('refused')} were refused`)
    return { postgres: stage.postgres, broken, counted }
  }),
)

/** Room for a few thousand entries at most; the limit of the spool is far beyond it. */
async function withSmallSpool(round: Round, whenUnrecordable: 'refuse' | 'pass') {
  const { folder } = round.volume('spool', 12)
  return {
    spool: folder,
    proxy: { flags: { '--when-unrecordable': whenUnrecordable } },
    load: { pause: 10, kinds: [{ name: 'bulky', bytes: [8_000, 32_000] as const }] },
  }
}

function lost({ proxy }: Stage): Promise<number> {
  return proxy.metric(/^reprise_\w*lost\w*$/)
}
