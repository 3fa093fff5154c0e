// What restoring costs: `reprise replay` of a journal that 64 clients recorded, beside what wrk and a
// bare loop of undici reach with the same requests on the same origin. Nothing is pinned: replayer,
// origin and PostgreSQL share the cores as they do where something is restored.

import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, shuffled } from '../figures.mjs'
import { installPackages } from '../peers/install.mjs'
import { start } from '../processes.mjs'
import { number, table } from '../table.mjs'
import { fillJournal, madeBy, writeRequests } from './fill.mjs'
import { findWrk, replay, think, undiciLoop, wrk } from './runs.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.dirname(path.dirname(here))
const UNDICI = 'undici@7.30.2'
const STREAM = 'restore'
/** Entries that are sent one by one, and that are thought about, at most. */
const SERIAL_MOST = 20_000
const THOUGHT_MOST = 50_000

/** Answers `{ count, work, builds: [{ name, whole, tenth, serial, thinking }], wrk, undici, missing }`. */
export async function measureRestore(plan, surroundings) {
  const { restore: count, seed, tell } = { ...plan, ...surroundings }
  const { journal, folder } = surroundings
  const command = [process.execPath, path.join(here, 'origin.mjs'), String(plan.work)]
  const origin = await start({ name: 'origin', command })
  try {
    const { peers, missing } = await peersOf({ count, seed, origin, folder, tell })
    tell(`writing ${count} entries`)
    await fillJournal({ url: journal.url, stream: STREAM, count, seed })
    const builds = [{ name: 'reprise', dist: path.join(root, 'dist') }]
    if (plan.against !== undefined) {
      builds.push({ name: 'the other build', dist: path.resolve(plan.against) })
    }
    const entrants = [
      ...builds.flatMap((build) => worksOf(build, plan, surroundings, origin)),
      ...peers,
    ]
    const runs = await inRounds(entrants, plan, tell)
    return { count, work: plan.work, runs, builds: builds.map(({ name }) => name), missing }
  } finally {
    await origin.stop()
  }
}

/** `[{ name, ask }]`: one figure or several of each in every round. */
function worksOf({ name, dist }, { restore: count, seed, profile }, { journal, folder }, origin) {
  const cli = path.join(dist, 'cli.js')
  const subject = { cli, journal, folder, origin, nodeArguments: profile ? profiling() : [] }
  const replayed = (some, order) => {
    const made = madeBy(some, { recorded: count, seed })
    return () => replay(subject, { stream: STREAM, count: some, idTo: some, order, made })
  }
  const thought = { url: journal.url, stream: STREAM, count: Math.min(count, THOUGHT_MOST), dist }
  return [
    { name: `${name}: whole`, ask: replayed(count, 'concurrent') },
    { name: `${name}: tenth`, ask: replayed(tenthOf(count), 'concurrent') },
    { name: `${name}: serial`, ask: replayed(Math.min(count, SERIAL_MOST), 'serial') },
    { name: `${name}: thinking`, ask: () => think(thought) },
  ]
}

const tenthOf = (count) => Math.ceil(count / 10)

/** Those that can be had, and of each other one why not. */
async function peersOf({ count, seed, origin, folder, tell }) {
  const peers = []
  const missing = []
  const obtain = async (name, peer) => {
    try {
      peers.push({ name, ask: await peer() })
    } catch (error) {
      missing.push(`${name} is left out: ${error.message.split('\n')[0]}`)
      tell(`LEFT OUT: ${missing.at(-1)}`)
    }
  }
  await obtain('wrk', async () => {
    const program = await findWrk()
    const requests = path.join(folder, 'requests')
    writeRequests(requests, { count, seed, host: new URL(origin.address).host })
    return () => wrk({ program, requests }, origin)
  })
  await obtain('undici', async () => {
    const installed = path.join(os.tmpdir(), 'reprise-undici')
    installPackages(installed, [UNDICI])
    const undici = path.join(installed, 'node_modules/undici/index.js')
    const some = { count: Math.min(count, SERIAL_MOST), recorded: count, seed }
    return () => undiciLoop(undici, origin, some)
  })
  return { peers, missing }
}

/** The figures of each by its name, round after round. */
async function inRounds(entrants, { rounds, seed }, tell) {
  const runs = Object.fromEntries(entrants.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, ask } of shuffled(entrants, seed + round)) {
      const figures = await ask()
      runs[name].push(figures)
      tell(`round ${round}: ${name} ${JSON.stringify(figures, rounded)}`)
    }
  }
  return runs
}

const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)

function profiling() {
  const cache = path.join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  return ['--cpu-prof', `--cpu-prof-dir=${cache}`]
}

/** What issue 5 asks for, each with what was found. */
export function restoreTable({ count, work, runs, builds, missing }) {
  const few = Math.min(count, SERIAL_MOST)
  const rows = builds.flatMap((name) => [
    replayRow(`${name}, 64 at a time`, count, runs[`${name}: whole`]),
    replayRow(`${name}, 64 at a time`, tenthOf(count), runs[`${name}: tenth`]),
    replayRow(`${name}, --serial`, few, runs[`${name}: serial`]),
  ])
  const peers = [
    ['wrk, 64 connections', runs.wrk],
    ['a bare undici loop', runs.undici],
  ].flatMap(([name, own]) =>
    own === undefined ? [] : [[name, '', number(medianOf(own, 'rate'), 0), '', '']],
  )
  const head = ['', 'entries', 'a second', 'CPU µs an entry', 'peak MB']
  const goals = builds.flatMap((name) => goalsOf(name, runs, builds))
  return (
    `### A journal that 64 clients recorded, restored; the origin works ${work} µs on each request\n\n${table(head, [...rows, ...peers])}\n` +
    table(['', '', 'found', 'goal'], goals) +
    missing.map((line) => `\n- ${line}`).join('')
  )
}

const replayRow = (name, count, own) => [
  ...[name, number(count, 0), number(medianOf(own, 'rate'), 0)],
  ...[number(medianOf(own, 'cpu'), 1), number(medianOf(own, 'megabytes'), 0)],
]

function goalsOf(name, runs, builds) {
  const own = (work) => runs[`${name}: ${work}`]
  const thought = own('thinking').map(({ study, order, aliases }) => study + order + aliases)
  const parts = ['study', 'order', 'aliases']
    .map((part) => `${part} ${number(medianOf(own('thinking'), part), 1)}`)
    .join(', ')
  const rows = [
    ['to wrk', ratio(own('whole'), runs.wrk, 'rate'), '0.7'],
    ['--serial to undici', ratio(own('serial'), runs.undici, 'rate'), '0.8'],
    ['planning and aliases', `${number(median(thought), 1)} µs (${parts})`, 'under 30 µs'],
    ['memory, all to a tenth', ratio(own('whole'), own('tenth'), 'megabytes'), 'flat'],
  ]
  const [, other] = builds
  if (other !== undefined && name !== other) {
    for (const work of ['whole', 'serial']) {
      const theirs = runs[`${other}: ${work}`]
      rows.push([`${work}: entries a second to ${other}`, ratio(own(work), theirs, 'rate'), ''])
      rows.push([`${work}: CPU to ${other}`, ratio(own(work), theirs, 'cpu'), ''])
    }
  }
  return rows.map((row) => [name, ...row])
}

const medianOf = (own, key) => median(own.map((figures) => figures[key]))

/** Within a round, and how far they lie apart. */
function ratio(own, theirs, key) {
  if (theirs === undefined) return '-'
  const ratios = own.map((figures, round) => figures[key] / theirs[round][key])
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  return `${number(median(ratios), 2)} (${number(least, 2)}-${number(most, 2)})`
}
