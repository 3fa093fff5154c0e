import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, test } from 'vitest'
import { fault } from './support/fault.ts'
import type { Round } from './support/round.ts'
import { setStage, type Stage } from './support/stage.ts'

let library = ''

beforeAll(async () => {
  library = await findLibrary()
}, 300_000)

test(
  'clock set back an hour',
  fault(async (round) => {
    const clock = join(round.folder, 'clock')
    const env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      // What measures spans of time goes on as ever, as when somebody sets a machine's clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    }
    writeFileSync(clock, '+0')
    const stage = await setStage(round, { proxy: { env } })
    await stage.load.more(round.between(200, 1_500))
    writeFileSync(clock, '-1h')
    await expectSetBack(env)
    await stage.load.more(round.between(200, 1_500))
    await stage.load.stop()
    await stage.proxy.untilState('ok')
    await stage.proxy.stop()
    // The next recorder begins with the clock that was set back.
    await stage.restartProxy()
    await round.load(stage.proxy.url).more(200)
    const broken = await stage.settle()
    broken.push(...(await disordered(round, stage)))
    return { postgres: stage.postgres, broken }
  }),
)

/** Moments in microseconds since 1970. */
interface Placed {
  recorder: string
  target: string
  arrived: number
  ordered: number
}

/**
 * A client sends one request after the other, so each of its entries must stand after the one
 * before: by number, by arrival and in the stream's order. The clients of the second recorder
 * came when those of the first had ended.
 */
async function disordered(round: Round, { postgres }: Stage): Promise<string[]> {
  const rows = await postgres.query<Placed & Record<string, unknown>>(
    `select recorder, target,
       (extract(epoch from arrived_at) * 1000000)::float8 as arrived,
       (extract(epoch from ordered_at) * 1000000)::float8 as ordered
     from reprise.entry where stream = $1 order by recorder, number`,
    [round.stream],
  )
  const clients = new Map<string, Placed[]>()
  for (const row of rows) {
    const { load, client } = partsOf(row)
    const key = `${load} ${client}`
    clients.set(key, [...(clients.get(key) ?? []), row])
  }
  const pairs = [...clients.values()].flatMap((own) =>
    own.slice(1).map((after, i) => [own[i]!, after] as const),
  )
  const wrong = pairs.filter(
    ([before, after]) =>
      partsOf(before).n >= partsOf(after).n ||
      before.arrived >= after.arrived ||
      before.ordered >= after.ordered,
  )
  const findings = wrong
    .slice(0, 1)
    .map((pair) => `${wrong.length} pairs of a client are out of order: ${JSON.stringify(pair)}`)
  const [first, second] = ['c0', 'c1'].map((name) =>
    rows.filter((row) => partsOf(row).load === name).map(({ ordered }) => ordered),
  )
  const latest = first!.reduce((one, other) => Math.max(one, other))
  if (second!.some((ordered) => ordered <= latest)) {
    findings.push('entries of the second recorder stand before the end of the first')
  }
  return findings
}

function partsOf({ target }: Placed): { load: string; client: string; n: number } {
  const [, load = '', , client = '', n] = target.split('/')
  return { load, client, n: Number(n) }
}

async function expectSetBack(env: Readonly<Record<string, string>>): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'Date.now()'], { env })
  if (Date.now() - Number(stdout) < 3_500_000) {
    throw new Error(`faketime does not set the clock back on this machine: ${stdout}`)
  }
}

/** Debian's libfaketime, where its program is installed or was unpacked. */
async function findLibrary(): Promise<string> {
  const script = fileURLToPath(new URL('../real/debian-program.sh', import.meta.url))
  const { stdout } = await promisify(execFile)('sh', [script, 'faketime', 'faketime'])
  const folder = dirname(stdout.trim())
  for (const lib of [join(folder, 'root/usr/lib'), join(folder, '../lib')]) {
    for (const machine of readdirOrNone(lib)) {
      const found = join(lib, machine, 'faketime')
      if (readdirOrNone(found).includes(THREADED)) return join(found, THREADED)
    }
  }
  throw new Error(`Debian's faketime is there (${stdout.trim()}), but not its ${THREADED}`)
}

const THREADED = 'libfaketimeMT.so.1'

function readdirOrNone(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
