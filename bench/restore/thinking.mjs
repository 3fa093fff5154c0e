// `node thinking.mjs PLAN`, the plan as JSON: `{ url, stream, count, dist }`. What planning and
// aliases cost without PostgreSQL and network: entries are read into memory first, and answers made
// with new ids. Prints `{ study, order, aliases }` in CPU microseconds an entry.

import path from 'node:path'
import { pathToFileURL } from 'node:url'

const { url, stream, count, dist } = JSON.parse(process.argv[2])
const from = (file) => import(pathToFileURL(path.join(dist, file)))
const { openJournal } = await from('journal/postgres/journal.js')
const { createSecrets } = await from('journal/secrets.js')
const { makePlan } = await from('replayer/plan.js')
const { studyRecording } = await from('replayer/study.js')
const { placer, NO_VALUES } = await from('replayer/order/placing.js')
const { Schedule } = await from('replayer/order/schedule.js')
const { Aliases } = await from('replayer/aliases/aliases.js')

const WINDOW = 256
const PAGE = 128
const CONCURRENCY = 64
const WARM = 100_000

const journal = openJournal({ url, secrets: createSecrets(null) })
const plan = await makePlan(journal, { stream, filter: {}, inDoubt: 'stop' })
const recorders = await journal.recorders(stream)
const entries = await read()
await journal.close()
const answers = madeAnew(entries)
const indexes = new Map(entries.map(({ id }, index) => [id, index]))

// As warm as in a longer journal, with all that is learned thrown away.
for (let warm = 0; warm < WARM; warm += entries.length) await think()
process.stdout.write(`${JSON.stringify(await think())}\n`)

async function read() {
  const entries = []
  let after
  while (entries.length < count) {
    const page = await journal.entries(plan.filter, {
      ...{ limit: 500, bytes: 2 ** 23 },
      ...(after && { after }),
    })
    if (page.length === 0) break
    entries.push(...page)
    after = page.at(-1)
  }
  return entries.slice(0, count)
}

/** The recorded answers, with each generated id another one. */
function madeAnew(entries) {
  const names = new Map()
  const anew = (text) =>
    text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!names.has(id)) names.set(id, crypto.randomUUID())
      return names.get(id)
    })
  return entries.map(({ status, reason, responseHeaders, responseBody }) => ({
    ...{ status, reason, trailers: [], fields: responseHeaders.map(anew) },
    body: Buffer.from(anew(responseBody.toString())),
  }))
}

/** CPU microseconds an entry of a piece of work. */
async function costOf(work) {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return [(user + system) / entries.length, result]
}

async function think() {
  const pages = { entries: async (_, { after }) => pageBehind(after) }
  const [study, { patterns }] = await costOf(() => studyRecording(pages, plan))
  const [order] = await costOf(schedule)
  const [aliases] = await costOf(() => rename(new Aliases({ patterns })))
  return { study, order, aliases }
}

function pageBehind(after) {
  const first = after === undefined ? 0 : indexes.get(after.id) + 1
  return entries.slice(first, first + 500)
}

function schedule() {
  const place = placer({ lanes: [], recorders, valuesOf: () => NO_VALUES })
  const schedule = new Schedule({ concurrency: CONCURRENCY, tolerance: 50_000, window: WINDOW })
  const out = []
  for (const entry of entries) {
    while (!schedule.hasRoom || schedule.out === CONCURRENCY) {
      for (let next = schedule.take(); next !== null; next = schedule.take()) out.push(next.id)
      schedule.done(out.shift())
    }
    schedule.add(entry, place(entry))
    const next = schedule.take()
    if (next !== null) out.push(next.id)
  }
}

function rename(aliases) {
  let page = 0
  for (const [index, entry] of entries.entries()) {
    if (index === page) {
      aliases.turn?.(entry.orderedAt - 1)
      aliases.wanted(entries.slice(page, (page += PAGE)))
    }
    const { method, target, httpVersion, requestHeaders, requestBody } = entry
    const recorded = { method, target, httpVersion, fields: requestHeaders, trailers: [] }
    const { request } = aliases.rewrite(entry, { ...recorded, body: requestBody })
    aliases.learn(entry, request, answers[index])
  }
}
