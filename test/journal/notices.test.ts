import { randomUUID } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { EpochWatch } from '../../journal/epochs.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { eventually } from '../support/between.ts'
import { createDatabase, query } from '../support/database.ts'
import { listenOnFreePort } from '../support/free-port.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { useJournal } from '../support/recorder.ts'
import { testSecrets } from '../support/secrets.ts'

// Whoever waits for something of an epoch is told of it at once, and knows whether he would be.

const url = await createDatabase()
const LISTENING = `select pid from pg_stat_activity
  where application_name like '%notices' and datname = current_database()`
const END = `select pg_terminate_backend(pid) from (${LISTENING}) listening`

/** Somebody who waits for changes of a stream. */
function waiting(stream: string, journal = useJournal(url)) {
  const seen = { times: 0 }
  const watch = journal.watchEpochs(stream, () => seen.times++)
  onTestFinished(() => watch.close())
  return { journal, seen, watch }
}

const isTold = ({ watch }: { watch: EpochWatch }) => eventually(() => watch.isTold)

test('what another process changes of a stream is told to those that wait for that one', async () => {
  const stream = randomUUID()
  const one = waiting(stream)
  const elsewhere = waiting(randomUUID())
  await isTold(one)
  const before = elsewhere.seen.times
  const other = useJournal(url)
  const changes = [
    () => other.firstEpoch(stream, { boot: 'a', sign: 'first seen' }),
    () => other.loseEpoch(stream, 1, { boot: null, sign: 'lost' }),
    () => other.nameEpoch(stream, 2, 'b'),
    () => other.reachEpoch(stream, randomUUID(), 2),
    () => other.openEpoch(stream, 'by hand'),
  ]
  for (const change of changes) {
    const { times } = one.seen
    await change()
    await eventually(() => one.seen.times > times)
  }
  expect(elsewhere.seen.times).toBe(before)
})

test('a process has one connection for it, however many wait, and none when nobody does', async () => {
  const journal = useJournal(url)
  const watches = [1, 2, 3].map(() => journal.watchEpochs(randomUUID(), () => {}))
  for (const watch of watches) await isTold({ watch })
  // One of before may still be on its way out.
  await eventually(async () => (await query(url, LISTENING)).length === 1)
  for (const watch of watches) await watch.close()
  await eventually(async () => (await query(url, LISTENING)).length === 0)
})

test('a connection that broke is made again, and what may have been missed is told', async () => {
  const one = waiting(randomUUID())
  await isTold(one)
  const { times } = one.seen
  await query(url, END)
  await eventually(() => !one.watch.isTold)
  expect(one.seen.times).toBeGreaterThan(times)
  await isTold(one)
})

test('behind a pooler nobody listens, and that is known', async () => {
  const limits = { statement: 10_000, lock: 10_000, keptBy: 'client' } as const
  const journal = openJournal({ url, secrets: testSecrets, limits })
  onTestFinished(() => journal.close())
  const { watch } = waiting(randomUUID(), journal)
  await journal.check()
  expect(watch.isTold).toBe(false)
  await eventually(async () => (await query(url, LISTENING)).length === 0)
})

test('who asks for the first echo may be slow to connect: that does not mean that nothing is heard', async () => {
  const time = holdTimeouts(2_000)
  const { hostname, port } = new URL(url)
  const held: (() => void)[] = []
  const server = createServer((near) => {
    const go = () => void near.pipe(connect(Number(port), hostname)).pipe(near)
    if (held.push(go) === 1) go()
  })
  const way = new URL(url)
  way.port = String(await listenOnFreePort(server))
  onTestFinished(() => void server.close())
  const journal = openJournal({ url: way.href, secrets: testSecrets })
  onTestFinished(() => journal.close())
  const one = waiting(randomUUID(), journal)
  await eventually(() => held.length === 2)
  time.pass()
  held[1]!()
  await isTold(one)
})
