import { testSecrets } from '../support/secrets.ts'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { inspect } from 'node:util'
import pg from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redactedUrl } from '../../journal/postgres/database.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { Problem, codeOf, messageOf } from '../../journal/problem.ts'
import { createDatabase, query } from '../support/database.ts'
import { newJournal } from '../support/recorder.ts'
import { LEASE, NOTHING_GIVEN, append, newEntry, recorded, recorderOf } from './entries.ts'

const url = await createDatabase()
const emptyUrl = await createDatabase('empty')
const away = { code: 'journal_unreachable', source: 'journal', retryable: true }

async function connected(to = url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: to })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function outcome(work: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  return (await Promise.allSettled([work]))[0]
}

/** The pid of the backend that waits for a lock in this database, once there is one. */
async function waitingBackend(client: pg.Client): Promise<number> {
  for (;;) {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows[0] !== undefined) return rows[0].pid
  }
}

describe('a PostgreSQL that is away', () => {
  test('is told by every method as unreachable, worth another try', async () => {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    server.close()
    const journal = newJournal(`postgres://nobody:secret@127.0.0.1:${port}/x`)
    const attempts: Promise<unknown>[] = [
      journal.enrol(recorderOf('s'), LEASE),
      journal.retire('s', randomUUID(), NOTHING_GIVEN),
      append(journal, 's', randomUUID(), [newEntry(1)]),
      journal.check(),
      journal.streams(),
      journal.count({}),
      journal.list({}, { order: 'id', limit: 1 }),
      journal.entry(1),
      journal.label({}, 'x'),
      journal.clear('s'),
      journal.startRun({ stream: 's', target: 't', selection: {}, planned: 0 }, 1),
      journal.takeRun(1, 1),
      journal.endRun({ stream: 's', run: 1, driver: randomUUID() }, 'done'),
      journal.note(
        { stream: 's', run: 1, driver: randomUUID() },
        { begun: [], withdrawn: [], ended: [], aliases: [] },
        1,
      ),
      journal.runs({ limit: 1 }),
      journal.run(1),
    ]
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: away })
      expect(String((attempt as PromiseRejectedResult).reason)).not.toContain('secret')
    }
  })

  test('in the middle of an append loses nothing when it is repeated', async () => {
    const journal = newJournal(url)
    const { stream, recorder } = await recorded(journal, [])
    const other = await connected()
    await other.query('begin')
    await other.query('lock table reprise.entry in exclusive mode')
    const first = outcome(append(journal, stream, recorder, [newEntry(1), newEntry(2)]))
    await query(url, 'select pg_terminate_backend($1)', [await waitingBackend(other)])
    expect(await first).toMatchObject({ status: 'rejected', reason: away })
    await other.query('rollback')
    await append(journal, stream, recorder, [newEntry(1), newEntry(2)])
    expect(await journal.count({ stream })).toEqual({ applied: 2 })
  })

  test('comes back without the journal being opened again', async () => {
    const journal = newJournal(url)
    await journal.check()
    await query(
      url,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    const refusals: unknown[] = []
    await vi.waitFor(
      () =>
        journal.check().catch((error: unknown) => {
          refusals.push(error)
          throw error
        }),
      { timeout: 50_000 },
    )
    for (const refusal of refusals) expect(refusal).toMatchObject(away)
  })
})

describe('a schema that is not there', () => {
  const missing = { code: 'journal_missing', source: 'journal' }

  test('is told as missing, with what to do', async () => {
    const journal = newJournal(emptyUrl)
    const attempts = [() => journal.check(), () => journal.list({}, { order: 'id', limit: 1 })]
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        ...missing,
        hint: expect.stringMatching('migrate') as string,
        retryable: false,
      })
    }
  })

  test('does not condemn the entries', async () => {
    const journal = newJournal(emptyUrl)
    await expect(append(journal, 's', randomUUID(), [newEntry(1)])).rejects.toMatchObject({
      code: 'journal_missing',
      retryable: true,
    })
  })
})

describe('a role without the right to insert', () => {
  test('fails the check, and its entries may be tried again', async () => {
    const role = `reader_${randomUUID().slice(0, 8)}`
    await query(url, `create role ${role} login password 'x'`)
    await query(url, `grant usage on schema reprise to ${role}`)
    await query(url, `grant select on all tables in schema reprise to ${role}`)
    onTestFinished(async () => {
      await query(url, `drop owned by ${role}`)
      await query(url, `drop role ${role}`)
    })
    const journal = newJournal(url.replace(/\/\/[^@]*@/, `//${role}:x@`))
    await expect(journal.check()).rejects.toMatchObject({ code: 'journal_refused' })
    await expect(append(journal, 's', randomUUID(), [newEntry(1)])).rejects.toMatchObject({
      code: 'journal_refused',
      retryable: true,
    })
    expect(await journal.list({ stream: 's' }, { order: 'id', limit: 1 })).toEqual([])
  })
})

describe('problems', () => {
  test('an unreadable URL is a wrong setting, and its password is not told', () => {
    const bad = 'postgres://ada:se:cret@host:port/db'
    expect(() => openJournal({ url: bad, secrets: testSecrets })).toThrow(
      expect.toSatisfy(
        (thrown) =>
          thrown instanceof Problem &&
          thrown.code === 'settings_invalid' &&
          !inspect(thrown).includes('cret'),
      ) as Error,
    )
  })

  test.for([
    ['postgres://u:p@h/d', 'postgres://u:***@h/d'],
    ['postgres://u:p@ss:w@h:1/d?x=1', 'postgres://u:***@h:1/d?x=1'],
    ['postgresql://u@h/d', 'postgresql://u@h/d'],
    ['postgres://h/d?user=u&password=p%40&x=1', 'postgres://h/d?user=u&password=***&x=1'],
  ])('the password of %s is left out', ([given, shown]) => {
    expect(redactedUrl(given!)).toBe(shown)
  })

  test('carry code, source, hint and cause, and cannot be retried unless they say so', () => {
    const cause = new Error('why')
    const problem = new Problem('run_unknown', 'what', { source: 'user', hint: 'do', cause })
    expect(problem).toMatchObject({ code: 'run_unknown', retryable: false, hint: 'do', cause })
    expect('cause' in new Problem('run_unknown', 'what', { source: 'user' })).toBe(false)
  })

  test('of several addresses tell of each one, and have the code of the first', () => {
    const refused = Object.assign(new Error('refused ::1'), { code: 'ECONNREFUSED' })
    const several = new AggregateError([refused, new Error('refused 127.0.0.1')], '')
    expect(messageOf(several)).toBe('refused ::1; refused 127.0.0.1')
    expect(codeOf(several)).toBe('ECONNREFUSED')
    expect([messageOf('text'), messageOf(undefined), codeOf(null), codeOf({ code: 1 })]).toEqual([
      'text',
      'undefined',
      undefined,
      undefined,
    ])
  })
})
