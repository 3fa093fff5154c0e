// What recording costs: direct, the proxy with recording off, the proxy recording everything, and
// others that forward or record, side by side in one run with the same work. The subject has a core
// of its own; load, upstream and PostgreSQL share the other. Loopback only. See flags.mjs.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFlags } from './flags.mjs'
import { gateBroken, gateTable, measureGate } from './gate/gate.mjs'
import { idleTable, measureIdle } from './idle.mjs'
import { openJournal } from './journal.mjs'
import { startOrigin } from './load/run.mjs'
import { loneTable, measureLone } from './lone.mjs'
import { obtainPeers } from './peers/peers.mjs'
import { canPin, LOAD_CORE } from './processes.mjs'
import { measureMemory, memoryTable } from './restore/memory.mjs'
import { measureRestore, restoreTable } from './restore/restore.mjs'
import { measureScale, scaleTable } from './scale/scale.mjs'
import { compare } from './rounds.mjs'
import { shapes } from './shapes.mjs'
import { breaks } from './breaks.mjs'
import { soak } from './soak.mjs'
import { DIRECT, OFF, ourSubjects, peerSubject, recording } from './subjects.mjs'
import { summaryOf } from './summary.mjs'
import { comparisonTable } from './table.mjs'
import { measureWorkers, workersTable } from './workers.mjs'

const flags = readFlags(process.argv.slice(2))
const tell = (line) => process.stderr.write(`${line}\n`)

const isPinned =
  canPin() && [flags.restore, flags.scale, flags.gate].every((one) => one === undefined)
// PostgreSQL inherits it.
if (isPinned) execFileSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)])
else if (!canPin()) tell('taskset is missing: nothing is pinned, figures say less')

const { peers, missing } = flags.peers ? obtainPeers(tell) : { peers: [], missing: [] }

// Holds PostgreSQL, the spools, and what peers write: all that is synced is on one disk.
const folder = mkdtempSync(path.join(os.tmpdir(), 'reprise-bench-'))
const journal = await openJournal(folder, flags.flush)
const origin = await startOrigin()
const surroundings = { origin, journal, folder, nodeArguments: profiling(), tell }
const subjects = [
  ...ourSubjects(surroundings),
  ...peers.map((peer) => peerSubject(peer, surroundings)),
].filter(({ name }) => isAsked(name))
try {
  if (flags.soak !== undefined) {
    process.stdout.write(await soak(recording('commit', surroundings), flags.soak, flags.seconds))
  } else if (flags.breaks !== undefined) {
    process.stdout.write(await breaks(surroundings, flags.breaks))
  } else await report()
} finally {
  await origin.stop()
  await journal.close()
  rmSync(folder, { recursive: true, force: true })
}

async function report() {
  const machine = {
    ...{ node: process.version, cores: os.cpus().length, processor: os.cpus()[0]?.model },
    ...{ date: new Date().toISOString().slice(0, 10), seed: flags.seed },
    ...{ rounds: flags.rounds, seconds: flags.seconds, missing },
  }
  const print = (text) => flags.json || process.stdout.write(`${text}\n`)
  print(headOf(machine))
  const results = { ...machine, tables: [] }
  if (flags.lone) {
    results.lone = await measureLone(subjects, flags, surroundings)
    print(loneTable(results.lone, flags.flush))
  }
  if (flags.idle !== undefined) {
    results.idle = await measureIdle(subjects.slice(1), flags.idle, surroundings)
    print(idleTable(results.idle, flags.idle))
  }
  if (flags.workers !== undefined) {
    results.workers = []
    for (const connections of flags.connections) {
      const plan = { ...flags, connections }
      results.workers.push(await measureWorkers(plan, surroundings))
      print(workersTable(results.workers.at(-1)))
    }
  }
  if (flags.memory) {
    results.memory = await measureMemory(flags, surroundings)
    print(memoryTable(results.memory))
  } else if (flags.restore !== undefined) {
    results.restore = await measureRestore(flags, surroundings)
    print(restoreTable(results.restore))
  }
  if (flags.scale !== undefined) {
    results.scale = await measureScale(flags, surroundings)
    print(scaleTable(results.scale))
  }
  if (flags.gate !== undefined) {
    results.gate = await measureGate(flags, surroundings)
    print(gateTable(results.gate))
    for (const broken of gateBroken(results.gate)) {
      tell(`broken: ${broken}`)
      process.exitCode = 1
    }
  }
  const instead = [flags.idle, flags.workers, flags.restore, flags.scale, flags.gate]
  if (!flags.lone && instead.every((one) => one === undefined)) {
    for (const work of works()) {
      tell(work.title)
      const entrants = await compare(subjects, work, flags, surroundings)
      results.tables.push({ ...work, rows: summaryOf(entrants) })
      print(comparisonTable(results.tables.at(-1)))
    }
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
}

function isAsked(name) {
  if (flags.only === undefined || [DIRECT, OFF].includes(name)) return true
  return flags.only.some((start) => name.toLowerCase().startsWith(start))
}

/** One for each shape and number of connections. */
function works() {
  const { seconds, uploadBytes } = flags
  return flags.shapes.flatMap((shape) => {
    const { title, mutates } = shapes[shape]
    if (shape === 'upload') {
      const named = `${title} of ${uploadBytes / 2 ** 20} MB`
      return [{ shape, mutates, title: named, connections: 1, bytes: uploadBytes, uploaded: true }]
    }
    return flags.connections.map((connections) => ({ shape, mutates, title, connections, seconds }))
  })
}

function headOf({ node, cores, processor, date, seed, rounds, seconds }) {
  const pins = isPinned ? 'pinned' : 'not pinned'
  const lines = [
    `Node ${node}, ${cores} cores (${processor}), ${pins}, ${date}`,
    `medians of ${rounds} rounds of ${seconds} s, order by seed ${seed}; ratios within a round (least-most)`,
    ...missing,
  ]
  return lines.map((line) => `- ${line}\n`).join('')
}

function profiling() {
  if (!flags.profile) return {}
  const cache = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), '.cache')
  mkdirSync(cache, { recursive: true })
  return { [flags.profiled]: ['--cpu-prof', `--cpu-prof-dir=${cache}`] }
}
