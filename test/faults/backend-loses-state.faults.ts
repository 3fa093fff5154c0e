import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ROUNDS } from './support/fault.ts'
import { eventually } from './support/ledger.ts'
import { Adders, livesIn, thingsOf } from './support/forgetful.ts'
import { Round } from './support/round.ts'

// The backend is killed and comes back without its state, again and again, while clients go on.

const CLIENTS = 32
/** 100 in the long form. */
const LOSSES = ROUNDS < 20 ? 10 : 100

const RESTORING = {
  '--restore': 'auto',
  '--boot-id': '/boot json /id',
  '--restore-in-doubt': 'skip',
  // A restore of ten thousand requests takes its time on a busy machine.
  '--gate-wait': '2m',
  // Only what is asked on each connection tells in time.
  '--check-every': '1m',
}

/** Each new connection to the backend is asked first which life answers. `more`: further flags. */
async function stage(more: (origin: string) => Record<string, string> = () => ({})) {
  const round = new Round('commit')
  onTestFinished(({ task }) => round.end(task.result?.state === 'fail' ? 'broken' : 'held'))
  const [postgres, origin] = await Promise.all([round.postgres(), round.origin('forgetful')])
  const env = { REPRISE_CHECK_ON_CONNECT: 'true' }
  const flags = { ...RESTORING, ...more(origin.url) }
  const common = { target: origin.url, database: postgres.url, flags, env }
  const proxy = await round.proxy({ ...common, spool: join(round.folder, 'spool') })
  const adders = new Adders(proxy.url, CLIENTS)
  round.atEnd(() => adders.stop())
  const lives = () => livesIn(join(round.folder, 'origin-0.notes'))
  return { round, postgres, origin, common, proxy, adders, lives }
}

type Stage = Awaited<ReturnType<typeof stage>>

/** What must hold when all is over. */
async function expectRestored({ origin, adders, lives, proxy }: Stage): Promise<void> {
  await adders.stop()
  expect(adders.wrong, proxy.log.slice(-3_000)).toEqual([])
  const things = await thingsOf(origin)
  const places = new Map(things.map((name, place) => [name, place]))
  expect(places.size, 'nothing is there twice').toBe(things.length)
  for (const acked of adders.acked) {
    expect(
      acked.filter((name) => !places.has(name)),
      'nothing is missing',
    ).toEqual([])
    const order = acked.map((name) => places.get(name)!)
    expect(order, 'in their order').toEqual([...order].sort((a, b) => a - b))
  }
  for (const { applied } of lives()) {
    const lastReplayed = applied.findLastIndex(({ who }) => who === 'replay')
    const early = applied.slice(0, Math.max(0, lastReplayed)).filter(({ who }) => who === 'client')
    expect(early, 'clients reach no backend without its state').toEqual([])
  }
}

test(
  `a backend that is killed and started again ${LOSSES} times`,
  { timeout: LOSSES * 30_000 },
  async () => {
    const played = await stage()
    const { round, origin, adders } = played
    for (let i = 0; i < LOSSES; i++) {
      await adders.more(round.between(20, 150))
      await origin.kill()
      await delay(round.between(0, 200))
      await origin.start()
    }
    await adders.more(100)
    await expectRestored(played)
    expect(played.lives()).toHaveLength(LOSSES + 1)
  },
)

test('the proxy is killed while it restores, and the backend is killed again', async () => {
  const played = await stage()
  const { round, origin, adders, common, proxy } = played
  const listen = new URL(proxy.url).host
  const spool = join(round.folder, 'spool')
  for (let i = 0; i < 3; i++) {
    await adders.more(round.between(100, 200))
    await origin.kill()
    await origin.start()
    await played.proxy.untilLogged(/restoring the state/, 1)
    await delay(round.between(0, 400))
    adders.expectsCuts = true
    await played.proxy.kill()
    played.proxy = await round.proxy({ ...common, listen, spool })
    // Of what was in flight at the kill nobody can say whether it was sent: a blank one is sure.
    await origin.kill()
    await origin.start()
  }
  await adders.more(100)
  await expectRestored(played)
})

test('the process that restores is killed, and another one goes on, or begins anew', async () => {
  const played = await stage((url) => ({ '--restore-reset': `POST ${url}/reset` }))
  const { round, origin, common, lives } = played
  const spools = ['spool', 'other-spool'].map((name) => join(round.folder, name))
  const proxies = [played.proxy, await round.proxy({ ...common, spool: spools[1]! })]
  const clients = [played.adders, new Adders(proxies[1]!.url, CLIENTS, 'd')]
  round.atEnd(() => clients[1]!.stop())
  for (let i = 0; i < 3; i++) {
    await Promise.all(clients.map((one) => one.more(round.between(100, 150))))
    const before = { lives: lives().length, restored: proxies.map(timesRestored) }
    await origin.kill()
    await origin.start(String(UNDER_WAY))
    const begun = () => (lives()[before.lives]?.applied.length ?? 0) > UNDER_WAY || undefined
    await eventually('a restore is under way', begun)
    const at = proxies.findIndex((one, side) => timesRestored(one) > before.restored[side]!)
    const [killed, other] = [proxies[at]!, proxies[1 - at]!]
    clients[at]!.expectsCuts = true
    await killed.kill()
    origin.letGo()
    await other.untilLogged(/restoring the state/, before.restored[1 - at]! + 1)
    const listen = new URL(killed.url).host
    proxies[at] = await round.proxy({ ...common, listen, spool: spools[at]! })
  }
  await Promise.all(clients.map((one) => one.more(50)))
  await clients[1]!.stop()
  played.adders.acked.push(...clients[1]!.acked)
  played.adders.wrong.push(...clients[1]!.wrong)
  await expectRestored({ ...played, proxy: proxies[0]! })
})

/** So many requests of a restore are answered before whoever sends them is killed. */
const UNDER_WAY = 30

function timesRestored({ log }: Stage['proxy']): number {
  return log.match(/restoring the state/g)?.length ?? 0
}

test('PostgreSQL is killed while it restores', async () => {
  const played = await stage()
  const { round, origin, adders, postgres, proxy } = played
  for (let i = 0; i < 3; i++) {
    await adders.more(round.between(100, 200))
    await origin.kill()
    await origin.start()
    await proxy.untilLogged(/restoring the state/, i + 1)
    await delay(round.between(0, 300))
    await postgres.kill()
    await delay(round.between(0, 500))
    await postgres.start()
    await origin.kill()
    await origin.start()
  }
  await adders.more(100)
  await expectRestored(played)
})

test('two proxies of one stream restore it once', async () => {
  const played = await stage()
  const { round, origin, common } = played
  const other = await round.proxy({ ...common, spool: join(round.folder, 'other-spool') })
  const more = new Adders(other.url, CLIENTS, 'd')
  round.atEnd(() => more.stop())
  for (let i = 0; i < 3; i++) {
    await Promise.all([played.adders, more].map((one) => one.more(round.between(20, 150))))
    await origin.kill()
    await delay(round.between(0, 200))
    await origin.start()
  }
  await Promise.all([played.adders, more].map((one) => one.more(50)))
  await more.stop()
  played.adders.acked.push(...more.acked)
  played.adders.wrong.push(...more.wrong)
  await expectRestored(played)
})
