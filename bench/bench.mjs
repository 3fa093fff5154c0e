// What recording costs: direct, the proxy with recording off, and the proxy recording everything,
// side by side in one run. The proxy has a core of its own; load, origin and PostgreSQL share the
// other. Loopback only.
//
//   npm run bench                      the table (about 2 minutes), each durability with its spool
//   npm run bench -- --soak 1000000    the proxy's memory over a million recorded requests
//   npm run bench -- --profile         leaves a CPU profile of a recording proxy in .cache/
//   options: --rounds 7 --seconds 3 --json --profiled commit

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { execFileSync } from 'node:child_process'
import { openEmbedded } from '../dist/journal/embedded/server.js'
import { canPin, start } from './forwarders/engines.mjs'
import {
  cpuSeconds,
  FORWARDER_CORE,
  load,
  LOAD_CORE,
  median,
  startOrigin,
} from './forwarders/measure.mjs'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    soak: { type: 'string' },
    profile: { type: 'boolean', default: false },
    profiled: { type: 'string', default: 'commit' },
    json: { type: 'boolean', default: false },
  },
})

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const cli = path.join(root, 'dist/cli.js')
const tell = (line) => process.stderr.write(`${line}\n`)

if (canPin()) {
  // PostgreSQL inherits it.
  execFileSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' })
} else tell('taskset is missing: nothing is pinned, figures say less')

// Holds PostgreSQL, and the spools: all that is synced is on one disk.
const folder = mkdtempSync(path.join(os.tmpdir(), 'reprise-bench-'))
const postgres = await openEmbedded({ dataDir: folder })
const origin = await startOrigin()
const stops = [() => origin.stop()]
try {
  if (flags.soak !== undefined) await soak(Number(flags.soak))
  else await compare()
} finally {
  for (const stop of stops) stop()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
}

function proxy(name, args, nodeArgs = []) {
  return start(
    {
      name,
      arguments: () => [
        ...nodeArgs,
        ...[cli, 'proxy', '--target', origin.address, '--listen', '127.0.0.1:0'],
        ...['--database-url', postgres.url, '--stream', 'bench', '--data-dir', folder, ...args],
      ],
    },
    origin.address,
    FORWARDER_CORE,
  )
}

async function startModes() {
  const profile = path.join(root, '.cache')
  if (flags.profile) mkdirSync(profile, { recursive: true })
  const profiled = flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const modes = [
    { name: 'direct', address: origin.address },
    { name: 'recording off', ...(await proxy('recording off', ['--recording', 'off'])) },
  ]
  for (const mode of ['async', 'commit', 'intent']) {
    const nodeArgs = flags.profile && mode === flags.profiled ? profiled : []
    modes.push({ name: mode, ...(await proxy(mode, ['--durability', mode], nodeArgs)) })
  }
  for (const { pid } of modes) {
    if (pid !== undefined) stops.push(() => process.kill(pid, 'SIGTERM'))
  }
  return modes
}

async function compare() {
  const modes = await startModes()
  const rounds = Number(flags.rounds)
  const runs = new Map(modes.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, address, pid } of modes) {
      const before = pid === undefined ? 0 : cpuSeconds(pid)
      const figures = await load(address, round === 0 ? 2 : Number(flags.seconds))
      const cpu = pid === undefined ? 0 : cpuSeconds(pid) - before
      if (round === 0) continue
      runs.get(name).push({
        perSecond: figures.requests / figures.elapsed,
        perCpuSecond: figures.requests / cpu,
        cpuPerThousand: (cpu * 1000) / figures.requests,
        p50: figures.p50,
        p99: figures.p99,
      })
      tell(`round ${round}: ${name} ${Math.round(figures.requests / figures.elapsed)}/s`)
    }
  }
  const rows = modes.map(({ name, pid }) => summary(name, pid, runs))
  process.stdout.write(flags.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows))
}

/** Medians over the rounds; ratios are medians of those taken round by round. */
function summary(name, pid, runs) {
  const own = runs.get(name)
  const off = runs.get('recording off')
  const of = (key) => median(own.map((run) => run[key]))
  const ratio = (key) => median(own.map((run, round) => run[key] / off[round][key]))
  return {
    name,
    perSecond: of('perSecond'),
    ratio: ratio('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    ...(pid !== undefined && {
      cpuPerThousand: of('cpuPerThousand'),
      perCpuSecond: of('perCpuSecond'),
      cpuRatio: ratio('perCpuSecond'),
      peakMegabytes: memory(pid, 'VmHWM'),
    }),
  }
}

function table(rows) {
  const head = [
    ...['64 connections', 'requests/s', 'to off', 'p50 ms', 'p99 ms'],
    ...['CPU s per 1,000', 'per CPU second', 'to off', 'peak MB'],
  ]
  const line = (cells) => `| ${cells.join(' | ')} |\n`
  const number = (value, digits) =>
    value?.toLocaleString('en', { maximumFractionDigits: digits }) ?? '-'
  const body = rows.map((row) =>
    line([
      ...[row.name, number(row.perSecond, 0), number(row.ratio, 2), number(row.p50, 2)],
      ...[number(row.p99, 2), number(row.cpuPerThousand, 3), number(row.perCpuSecond, 0)],
      ...[number(row.cpuRatio, 2), number(row.peakMegabytes, 0)],
    ]),
  )
  return [line(head), line(head.map(() => '---')), ...body].join('')
}

/** Resident memory each 100,000 recorded requests. */
async function soak(total) {
  const mode = { name: 'commit', ...(await proxy('commit', [])) }
  stops.push(() => process.kill(mode.pid, 'SIGTERM'))
  process.stdout.write('| recorded requests | resident MB | peak MB |\n| --- | --- | --- |\n')
  let done = 0
  let shown = 0
  while (done < total) {
    const { requests } = await load(mode.address, Number(flags.seconds))
    done += requests
    if (done - shown < 100_000 && done < total) continue
    shown = done
    const resident = memory(mode.pid, 'VmRSS').toFixed(0)
    process.stdout.write(`| ${done} | ${resident} | ${memory(mode.pid, 'VmHWM').toFixed(0)} |\n`)
  }
}

/** In megabytes. */
function memory(pid, key) {
  const line = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )
  return Number(line[1]) / 1024
}
