// How long the service takes to answer over a journal of millions of entries.

import { openJournal } from '../../dist/journal/postgres/journal.js'
import { createSecrets } from '../../dist/journal/secrets.js'
import { start } from '../processes.mjs'
import { number, table } from '../table.mjs'
import { fillJournal } from './fill.mjs'
import { FILTERS, isScan } from './filters.mjs'

const CLI = new URL('../../dist/cli.js', import.meta.url).pathname

/** `{ lists, counts, others }`, each with times in ms. */
export async function measureScale({ scale: entries, rounds }, { journal, tell }) {
  const filled = performance.now()
  await fillJournal({ url: journal.url, entries, tell })
  tell(`filled in ${Math.round((performance.now() - filled) / 1000)} s`)
  const kept = await measureKeeping(journal, entries)
  const serve = [process.execPath, CLI, 'serve', '--listen', '127.0.0.1:0']
  const service = await start({
    ...{ name: 'the service', command: [...serve, '--database-url', journal.url] },
  })
  try {
    return { ...(await measureService(service.address, rounds, tell)), kept }
  } finally {
    await service.stop()
  }
}

export async function measureService(address, rounds, tell) {
  const ask = asking(address)
  const lists = []
  for (const order of ['-order', 'order']) {
    for (const [name, filter] of Object.entries(FILTERS)) {
      const figures = await measureList(ask, filter, rounds, order)
      lists.push({ name, order, isScan: isScan(filter), ...figures })
      tell(`${name}, ${order}: ${number(lists.at(-1).full.p50, 1)} ms`)
    }
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

/** What counts and searches are looked up by: what it takes to make, in us an entry, and bytes an entry. */
async function measureKeeping({ url, cpuSeconds, bytesOf }, entries) {
  const journal = openJournal({ url, secrets: createSecrets(null) })
  const [began, server, own] = [performance.now(), cpuSeconds(), process.cpuUsage()]
  await journal.catchUp(new AbortController().signal)
  await journal.close()
  const { user, system } = process.cpuUsage(own)
  return {
    whole: ((performance.now() - began) * 1000) / entries,
    server: ((cpuSeconds() - server) * 1e6) / entries,
    own: (user + system) / entries,
    bytes: (await bytesOf('chunk', 'posting')) / entries,
  }
}

/** How many pages are read behind the first. */
const DEEP = 10

async function measureList(ask, filter, rounds, order) {
  const [first, full] = [[], []]
  let page
  for (let i = 0; i < rounds; i++) {
    page = await readFull(ask, filter, order)
    first.push(page.first)
    full.push(page.whole)
  }
  const deep = []
  let { next } = page
  for (let read = 0; read < DEEP && next !== null; read++) {
    const { body, took } = await ask('/api/search', pageOf(filter, order, next))
    deep.push(took)
    next = body.next
  }
  const { found, asked } = page
  return {
    first: figuresOf(first),
    full: figuresOf(full),
    deep: figuresOf(deep),
    found,
    asked,
    times: full,
  }
}

/** A scan that says how far it is goes on as long as somebody wants it to: here until a page is full. */
async function readFull(ask, filter, order) {
  const began = performance.now()
  const page = { first: null, found: 0, asked: 0, next: undefined }
  do {
    const { body, took } = await ask(
      '/api/search',
      pageOf(filter, order, page.next, 100 - page.found),
    )
    page.first ??= took
    page.asked++
    page.found += body.entries.length
    page.next = body.next
  } while (page.next !== null && page.found < 100 && page.asked < MOST)
  return { ...page, whole: performance.now() - began }
}

const MOST = 60

const COLUMNS = 'id,stream,arrived_at,answered_at,method,target,status,verdict,label,user_name'

const pageOf = (filter, order, after, limit = 100) => ({
  ...{ ...filter, order, columns: COLUMNS, limit, ...(after && { after }) },
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

export function scaleTable({ lists, counts, streams, kept }) {
  const head = ['ms', 'least', 'p50', 'p99', 'most']
  const pages = (wanted) =>
    table(
      [
        `first full page ${wanted}, ms`,
        ...head.slice(1),
        'found',
        'answers',
        'further: p50',
        'most',
      ],
      lists
        .filter(({ order }) => order === wanted)
        .map(({ name, full, deep, found, asked }) => [
          ...[name, ...cells(full), found, asked, number(deep.p50, 1), number(deep.most, 1)],
        ]),
    )
  const all = (which) => lists.filter(which).flatMap(({ times }) => times)
  const sums = [
    ['all filters but scans, newest first', (one) => one.order === '-order' && !one.isScan],
    ['all filters but scans, oldest first', (one) => one.order === 'order' && !one.isScan],
    ['all filters but scans', (one) => !one.isScan],
  ]
  return [
    pages('-order'),
    pages('order'),
    table(
      ['first full pages, ms', ...head.slice(1), 'more than one answer'],
      sums.map(([name, which]) => [
        ...[name, ...cells(figuresOf(all(which)))],
        lists.filter((one) => which(one) && one.asked > 1).length,
      ]),
    ),
    table(
      ['counts over time, ms', ...head.slice(1), 'all counted at once'],
      counts.map(({ name, figures, isWhole }) => [name, ...cells(figures), isWhole ? 'yes' : 'no']),
    ),
    table(['', ...head.slice(1)], [['streams and their counts, ms', ...cells(streams)]]),
    table(
      ['kept ahead, an entry', 'us', 'of PostgreSQL, CPU us', 'of the reader, CPU us', 'bytes'],
      [['', ...['whole', 'server', 'own', 'bytes'].map((name) => number(kept[name], 1))]],
    ),
  ].join('\n')
}
