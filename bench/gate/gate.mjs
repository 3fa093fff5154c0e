// How long clients are kept away from a backend that was started again without its state: from the moment
// at which it listens to the first answer of a request that waited, beside the run alone of a bare
// `reprise replay` of the same entries; and how soon it is noticed while nobody sends anything.

import { mkdirSync, mkdtempSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { median } from '../figures.mjs'
import { start } from '../processes.mjs'
import { fillJournal, madeBy } from '../restore/fill.mjs'
import { replay } from '../restore/runs.mjs'
import { recording } from '../subjects.mjs'
import { number, table } from '../table.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const CLI = path.join(here, '../../dist/cli.js')
const EVERY = 1_000
/** Every entry that there is. */
const ALL = 1e12

/** Answers `{ count, rounds: [{ bare, command, gate, detected }] }`, all in ms. */
export async function measureGate({ gate: count, rounds, seed, work }, surroundings) {
  const { journal, folder, tell } = surroundings
  const pool = new pg.Pool({ connectionString: journal.url, max: 1 })
  const database = new Database(pool)
  tell(`writing ${count} entries`)
  // The stream of the first proxy that is begun in this process.
  const stream = 'bench-1-commit'
  await fillJournal({ url: journal.url, stream, count, seed })
  const bare = await startBackend(0, work)
  let backend = await startBackend(0, work)
  const restart = async () => {
    await backend.stop()
    backend = await startBackend(new URL(backend.address).port, work)
    return Date.now()
  }
  mkdirSync(path.join(folder, 'bare'))
  const proxy = await recording('commit', { ...surroundings, origin: backend }, [
    ...['--restore', 'auto', '--boot-id', '/bench/boot json /id', '--check-on-connect'],
    ...['--restore-in-doubt', 'skip', '--check-every', `${EVERY}ms`, '--gate-wait', '10m'],
  ]).start()
  const asked = () => fetch(`${proxy.address}/bench/state`).then((answer) => answer.json())
  const expected = JSON.stringify({
    ...madeBy(count, { recorded: count, seed }),
    wrong: 0,
    unknown: 0,
  })
  try {
    // The first life has nothing of it.
    await restored(database, stream, await restart())
    const results = []
    for (let round = 0; round < rounds; round++) {
      const plan = {
        cli: CLI,
        journal,
        folder: mkdtempSync(path.join(folder, 'bare-')),
        origin: bare,
      }
      const { rate } = await replay(plan, {
        stream,
        idTo: ALL,
        count,
        made: madeBy(count, { recorded: count, seed }),
      })
      const run = await database.lastRun(stream)
      await backend.stop()
      const waiting = asked()
      await pause(200)
      backend = await startBackend(new URL(backend.address).port, work)
      const back = Date.now()
      const state = JSON.stringify(await waiting)
      const opened = Date.now()
      if (state !== expected) throw new Error(`it is not what was recorded: ${state}`)
      const restore = await database.lastRun(stream)
      await pause(EVERY * Math.random())
      const again = await restart()
      const noticed = await restored(database, stream, again)
      results.push({
        ...{ bare: run, command: (count / rate) * 1000, gate: opened - back, restore },
        detected: noticed - again,
      })
      tell(JSON.stringify(results.at(-1)))
    }
    return { count, every: EVERY, rounds: results }
  } finally {
    await proxy.stop()
    await Promise.all([bare.stop(), backend.stop(), pool.end()])
  }
}

const startBackend = (port, work) =>
  start({
    name: 'backend',
    command: [
      process.execPath,
      path.join(here, '../restore/origin.mjs'),
      String(work),
      String(port),
    ],
  })

/** Resolves with when the loss was noticed, once an epoch that began since a moment is open. */
async function restored(database, stream, since) {
  for (;;) {
    const epoch = await database.epoch(stream)
    if (epoch?.phase === 'open' && epoch.number > 1 && epoch.ended > since) return epoch.began
    await pause(50)
  }
}

class Database {
  #pool
  constructor(pool) {
    this.#pool = pool
  }

  /** How long its run took, in ms. */
  async lastRun(stream) {
    const { rows } = await this.#pool.query(
      `select extract(epoch from ended_at - started_at)::float8 * 1000 as took
       from reprise.run where stream = $1 order by id desc limit 1`,
      [stream],
    )
    return rows[0].took
  }

  async epoch(stream) {
    const { rows } = await this.#pool.query(
      `select number, phase, extract(epoch from began_at)::float8 * 1000 as began,
         extract(epoch from ended_at)::float8 * 1000 as ended
       from reprise.epoch where stream = $1 order by number desc limit 1`,
      [stream],
    )
    return rows[0]
  }
}

/** To the bare run, and beyond the pace of the looks in ms: no longer than that is promised. */
const MOST = { ratio: 1.3, late: 100 }

/** What of the promise is broken, in words. */
export function gateBroken({ every, rounds }) {
  const ratio = median(rounds.map(({ gate, bare }) => gate / bare))
  const detected = median(rounds.map((round) => round.detected))
  const broken = []
  if (ratio >= MOST.ratio) broken.push(`clients are kept away for ${number(ratio, 2)} bare runs`)
  if (detected >= every + MOST.late) broken.push(`noticed after ${number(detected, 0)} ms`)
  return broken
}

export function gateTable({ count, every, rounds }) {
  const head = ['round', 'bare run ms', 'whole command ms', 'gate ms', 'to bare run', 'noticed ms']
  const cells = (name, { bare, command, gate, detected }) => [
    ...[name, number(bare, 0), number(command, 0), number(gate, 0)],
    ...[number(gate / bare, 2), number(detected, 0)],
  ]
  const of = (key) => median(rounds.map((round) => round[key]))
  const ratio = median(rounds.map(({ gate, bare }) => gate / bare))
  const middle = ['bare', 'command', 'gate', 'detected'].map((key) => [key, of(key)])
  const rows = rounds.map((round, i) => cells(i + 1, round))
  const last = cells('median', Object.fromEntries(middle))
  last[4] = number(ratio, 2)
  const words = `${count} entries; noticed with a look every ${every} ms, and nobody sending`
  return `${words}\n\n${table(head, [...rows, last])}`
}
