import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ROUNDS } from './support/fault.ts'
import { Namers, type Kept } from './support/namers.ts'
import { Round } from './support/round.ts'

// A backend that makes up its ids is killed again and again, and its clients go on with those they have.

/** More in the long form. */
const [CLIENTS, LOSSES] = ROUNDS < 20 ? [8, 3] : [32, 20]

const RESTORING = {
  '--restore': 'auto',
  '--boot-id': '/boot json /id',
  '--restore-in-doubt': 'skip',
  '--live-aliases': 'on',
  '--check-every': '1m',
}

test(
  `clients go on with their old ids through ${LOSSES} lives more`,
  { timeout: LOSSES * 60_000 },
  async () => {
    const round = new Round('commit')
    onTestFinished(({ task }) => round.end(task.result?.state === 'fail' ? 'broken' : 'held'))
    const [postgres, origin] = await Promise.all([round.postgres(), round.origin('naming')])
    const env = { REPRISE_CHECK_ON_CONNECT: 'true' }
    const common = { target: origin.url, database: postgres.url, flags: RESTORING, env }
    const spool = join(round.folder, 'spool')
    const proxy = await round.proxy({ ...common, spool })
    const namers = new Namers(proxy.url, CLIENTS)
    round.atEnd(() => namers.stop())
    for (let i = 0; i < LOSSES; i++) {
      await namers.more(round.between(100, 300))
      await origin.kill()
      await delay(round.between(0, 200))
      await origin.start()
    }
    await namers.more(200)
    await namers.stop()
    expect(namers.wrong, proxy.log.slice(-3_000)).toEqual([])
    const there = (await (await fetch(`${origin.url}/things`)).json()) as Kept[]
    // One that was told by nobody is one whose answer did not come.
    const byName = new Map(there.map((thing) => [thing.name, thing]))
    for (const { name, number } of namers.kept) {
      expect(byName.get(name), `${name} is there as it was left`).toMatchObject({ number })
    }
    const ids = new Set(there.map(({ id }) => id))
    expect(
      namers.kept.every(({ id }) => ids.has(id)),
      'the backend has other ids',
    ).toBe(false)
  },
)
