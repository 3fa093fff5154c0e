// How long the service takes to answer over a journal of millions of entries.

import { setTimeout as pause } from 'node:timers/promises'
import { start } from '../processes.mjs'
import { number, table } from '../table.mjs'
import { fillJournal } from './fill.mjs'
import { FILTERS } from './filters.mjs'

const CLI = new URL('../../dist/cli.js', import.meta.url).pathname

/** `{ lists, counts, others }`, each with times in ms. */
export async function measureScale({ scale: entries, rounds }, { journal, tell }) {
  const filled = performance.now()
  await fillJournal({ url: journal.url, entries, tell })
  tell(`filled in ${Math.round((performance.now() - filled) / 1000)} s`)
  const serve = [process.execPath, CLI, 'serve', '--listen', '127.0.0.1:0']
  const service = await start({
    ...{ name: 'the service', command: [...serve, '--database-url', journal.url] },
  })
  try {
    return await measureService(service.address, rounds, tell)
  } finally {
    await service.stop()
  }
}

export async function measureService(address, rounds, tell) {
  const ask = asking(address)
  tell(`counted ahead after ${await untilCounted(ask)} s`)
  const lists = []
  for (const [name, filter] of Object.entries(FILTERS)) {
    lists.push({ name, ...(await measureList(ask, filter, rounds)) })
    tell(`${name}: ${number(lists.at(-1).first.p50, 1)} ms`)
  }
  const counts = []
  for (const [name, filter] of Object.entries(FILTERS)) {
    const { text: _, ...rest } = filter
    counts.push({ name, ...(await measureCounts(ask, rest, rounds)) })
  }
  const streams = []
  for (let i = 0; i < rounds * 4; i++) streams.push((await ask('/api/streams')).took)
  return { lists, counts, streams: figuresOf(streams) }
}

function asking(address) {
  return async (path, query = {}) => {
    const began = performance.now()
    const response = await fetch(`${address}${path}?${new URLSearchParams(query)}`)
    const body = await response.json()
    if (!response.ok) throw new Error(`${path} ${JSON.stringify(query)}: ${JSON.stringify(body)}`)
    return { body, took: performance.now() - began }
  }
}

/** The service counts ahead what it finds, once; answers in seconds. */
async function untilCounted(ask) {
  const began = performance.now()
  for (;;) {
    if ((await ask('/api/streams')).took < 100) break
    await pause(500)
  }
  return number((performance.now() - began) / 1000, 1)
}

/** How many pages are read behind the first. */
const DEEP = 10

async function measureList(ask, filter, rounds) {
  const first = []
  for (let i = 0; i < rounds; i++) first.push((await ask('/api/search', pageOf(filter))).took)
  // A scan that says how far it is goes on as long as somebody wants it to: here until a page is full.
  const began = performance.now()
  let [asked, found, next] = [0, 0]
  do {
    const { body } = await ask('/api/search', pageOf(filter, next, 100 - found))
    asked++
    found += body.entries.length
    next = body.next
  } while (next !== null && found < 100 && asked < MOST)
  const whole = performance.now() - began
  const deep = []
  for (let page = 0; page < DEEP && next !== null; page++) {
    const { body, took } = await ask('/api/search', pageOf(filter, next))
    deep.push(took)
    next = body.next
  }
  return {
    first: figuresOf(first),
    deep: figuresOf(deep),
    found,
    asked,
    whole,
    isEnd: next === null,
  }
}

const MOST = 60

const COLUMNS = 'id,stream,arrived_at,answered_at,method,target,status,verdict,label,user_name'

const pageOf = (filter, after, limit = 100) => ({
  ...{ ...filter, columns: COLUMNS, limit, ...(after && { after }) },
  ...(filter.text === undefined && { window: 20_000 }),
})

async function measureCounts(ask, filter, rounds) {
  const times = []
  let isWhole
  for (let i = 0; i < rounds; i++) {
    const { body, took } = await ask('/api/timeline', { ...filter, spans: 120 })
    times.push(took)
    isWhole = body.next === null
  }
  return { figures: figuresOf(times), isWhole }
}

function figuresOf(times) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
  return { least: sorted[0], p50: at(0.5), p99: at(0.99), most: sorted.at(-1) }
}

const cells = (figures) => ['least', 'p50', 'p99', 'most'].map((name) => number(figures[name], 1))

export function scaleTable({ lists, counts, streams }) {
  const head = ['first page, ms', 'least', 'p50', 'p99', 'most']
  return [
    table(
      [...head, 'found', 'answers for it', 'ms for it', 'further: p50', 'most'],
      lists.map(({ name, first, deep, found, asked, whole }) => [
        ...[name, ...cells(first), found, asked, number(whole, 0)],
        ...[number(deep.p50, 1), number(deep.most, 1)],
      ]),
    ),
    table(
      ['counts over time, ms', ...head.slice(1), 'all counted at once'],
      counts.map(({ name, figures, isWhole }) => [name, ...cells(figures), isWhole ? 'yes' : 'no']),
    ),
    table(['', ...head.slice(1)], [['streams and their counts, ms', ...cells(streams)]]),
  ].join('\n')
}
