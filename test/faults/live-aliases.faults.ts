import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ROUNDS } from './support/fault.ts'
import { Namers, type Kept } from './support/namers.ts'
import { Round } from './support/round.ts'

// A backend that makes up its ids is killed again and again, and its clients go on with those they have.

const CLIENTS = 32
/** 50 in the long form. */
const LOSSES = ROUNDS < 20 ? 10 : 50

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
    // Two of one stream: each has what the other restored.
    const spools = ['spool', 'other-spool'].map((name) => join(round.folder, name))
    const proxies = await Promise.all(spools.map((spool) => round.proxy({ ...common, spool })))
    const clients = proxies.map(({ url }, i) => new Namers(url, CLIENTS / 2, `side${i}-`))
    for (const one of clients) round.atEnd(() => one.stop())
    for (let i = 0; i < LOSSES; i++) {
      await Promise.all(clients.map((one) => one.more(round.between(50, 150))))
      await origin.kill()
      await delay(round.between(0, 200))
      await origin.start()
    }
    await Promise.all(clients.map((one) => one.more(100)))
    await Promise.all(clients.map((one) => one.stop()))
    const wrong = clients.flatMap((one) => one.wrong)
    const kept = clients.flatMap((one) => one.kept)
    expect(wrong, proxies.map(({ log }) => log.slice(-3_000)).join('\n')).toEqual([])
    const there = (await (await fetch(`${origin.url}/things`)).json()) as Kept[]
    // One that was told by nobody is one whose answer did not come.
    const byName = new Map(there.map((thing) => [thing.name, thing]))
    for (const { name, number } of kept) {
      expect(byName.get(name), `${name} is there as it was left`).toMatchObject({ number })
    }
    const ids = new Set(there.map(({ id }) => id))
    expect(
      kept.every(({ id }) => ids.has(id)),
      'the backend has other ids',
    ).toBe(false)
  },
)
