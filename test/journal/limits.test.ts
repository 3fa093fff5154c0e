import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limitsKeptBy, openPool, type Limits } from '../../journal/postgres/database.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createDatabase, query } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { testSecrets } from '../support/secrets.ts'
import { append, newEntry, recorded } from './entries.ts'

const url = await createDatabase()

function useLimited(limits: Limits) {
  const journal = openJournal({ url, secrets: testSecrets, limits, name: 'limited' })
  onTestFinished(() => journal.close())
  return journal
}

/** Somebody who keeps all others from writing entries. */
async function blockEntries(): Promise<{ letGo: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin; lock table reprise.entry in exclusive mode')
  return { letGo: async () => void (await client.query('rollback')) }
}

const running = () =>
  query(
    url,
    `select from pg_stat_activity
     where datname = current_database() and application_name = 'limited' and state = 'active'`,
  )

const AWAY = { code: 'journal_unreachable', source: 'journal', retryable: true }

/** As often as it takes: nothing is sure to be done within limits as short as these. */
async function again(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const failure = await work().then(
      () => null,
      (error: unknown) => error,
    )
    if (failure === null) return
    expect(failure).toMatchObject(AWAY)
  }
}

describe('limits that PostgreSQL keeps', () => {
  test.for([
    ['a statement that takes too long', { statement: 300, lock: 30_000 }],
    ['one that waits too long for a lock', { statement: 30_000, lock: 60 }],
  ] as const)('end %s; nothing of it is done, and it may be tried again', async ([, limits]) => {
    const journal = useLimited({ ...limits, keptBy: 'server' })
    const { stream, recorder } = await recorded(useJournal(url), [])
    const { letGo } = await blockEntries()
    const entries = [newEntry(1), newEntry(2)]
    await expect(append(journal, stream, recorder, entries)).rejects.toMatchObject(AWAY)
    // It says so a moment before it is idle.
    await expect.poll(running).toEqual([])
    await letGo()
    expect(await journal.count({ stream })).toEqual({})
    await again(() => append(journal, stream, recorder, entries))
    expect(await journal.count({ stream })).toEqual({ applied: 2 })
  })

  test('hold for whoever reads, who may try again as well', async () => {
    const journal = useLimited({ statement: 30_000, lock: 60, keptBy: 'server' })
    const { stream } = await recorded(useJournal(url), [newEntry(1)])
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin; lock table reprise.entry in access exclusive mode')
    await expect(journal.count({ stream })).rejects.toMatchObject(AWAY)
    await client.query('rollback')
    expect(await journal.count({ stream })).toEqual({ applied: 1 })
  })

  test('are asked for when a connection is made, and by nobody else', async () => {
    const pool = openPool({ url, limits: { statement: 1_234, lock: 567, keptBy: 'server' } })
    onTestFinished(() => pool.end())
    const settings = `select current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock`
    expect((await pool.query(settings)).rows).toEqual([{ statement: '1234ms', lock: '567ms' }])
    expect(await query(url, settings)).toEqual([{ statement: '0', lock: '0' }])
  })
})

test('limits that the client keeps give up the connection, and ask PostgreSQL for nothing', async () => {
  const journal = useLimited({ statement: 20, lock: 20, keptBy: 'client' })
  const { stream, recorder } = await recorded(useJournal(url), [])
  const { letGo } = await blockEntries()
  await expect(append(journal, stream, recorder, [newEntry(1)])).rejects.toMatchObject(AWAY)
  await letGo()
  // The statement itself may have come through since: it changes nothing.
  await again(() => append(journal, stream, recorder, [newEntry(1)]))
  expect(await useJournal(url).count({ stream })).toEqual({ applied: 1 })
})

describe('who keeps limits', () => {
  test('is PostgreSQL where it is reached as it is', async () => {
    expect(await limitsKeptBy(url)).toBe('server')
  })

  test('is the client where what is between does not take them', async () => {
    const refusal = 'unsupported startup parameter: statement_timeout'
    expect(await limitsKeptBy(await refusingServer('08P01', refusal))).toBe('client')
  })

  test('is not known where PostgreSQL is away, or refuses for another reason', async () => {
    const other = limitsKeptBy(await refusingServer('57P03', 'starting up'))
    await expect(other).rejects.toMatchObject(AWAY)
    const password = limitsKeptBy(await refusingServer('28P01', 'wrong password'))
    await expect(password).rejects.toMatchObject({ code: 'journal_refused', retryable: false })
  })
})

/** What answers every connection with an error, as PostgreSQL words it. */
async function refusingServer(code: string, message: string): Promise<string> {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(fields.length + 4)
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, fields])))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `postgres://u:p@127.0.0.1:${(server.address() as net.AddressInfo).port}/d`
}
