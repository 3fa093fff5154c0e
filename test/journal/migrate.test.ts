import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../journal/postgres/migrate.ts'
import { createDatabase, query } from '../support/database.ts'
import { newJournal } from '../support/recorder.ts'
import { LEASE, append, newEntry, recorderOf } from './entries.ts'

const empty = await createDatabase('empty')
const interrupted = await createDatabase('empty')
const inhabited = await createDatabase('empty')
const newer = await createDatabase()
const current = await createDatabase()

const away = { code: 'journal_unreachable', retryable: true }

const namesIn = async (url: string) =>
  (await query<{ name: string }>(url, 'select name from reprise.migration order by id')).map(
    ({ name }) => name,
  )

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function outcome(work: Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  return (await Promise.allSettled([work]))[0]
}

/** A role that may log in and nothing else, and the URL to do so. */
async function newRole(url: string): Promise<{ role: string; url: string }> {
  const role = `plain_${randomUUID().slice(0, 8)}`
  await query(url, `create role ${role} login password 'x'`)
  onTestFinished(async () => {
    await query(url, `drop owned by ${role}`)
    await query(url, `drop role ${role}`)
  })
  return { role, url: url.replace(/\/\/[^@]*@/, `//${role}:x@`) }
}

describe('an empty database', () => {
  test('is migrated once by ten who start at the same instant', async () => {
    const applied = await Promise.all(Array.from({ length: 10 }, () => migrate({ url: empty })))
    const names = await namesIn(empty)
    expect(names).toContain('001_journal')
    expect(applied.flat().sort()).toEqual(names)
    expect(await migrate({ url: empty })).toEqual([])
    await newJournal(empty).check()
  })

  test('that was left in the middle is migrated as if nothing had been', async () => {
    const blocker = await connected(interrupted)
    // The schema is created inside the migration too: it waits here with half of it done.
    await blocker.query('begin')
    await blocker.query('create schema reprise')
    const first = outcome(migrate({ url: interrupted }))
    await killWaiting(interrupted)
    expect(await first).toMatchObject({ status: 'rejected', reason: away })
    await blocker.query('rollback')

    await blocker.query(`create function public.stop() returns event_trigger language plpgsql
      as $$ begin perform pg_advisory_xact_lock(42); end $$;
      create event trigger stop on ddl_command_end when tag in ('CREATE FUNCTION')
      execute function public.stop()`)
    await blocker.query('select pg_advisory_lock(42)')
    const second = outcome(migrate({ url: interrupted }))
    await killWaiting(interrupted)
    expect(await second).toMatchObject({ status: 'rejected', reason: away })
    expect(await namesIn(interrupted)).toEqual([])
    const tables = await query(interrupted, `select from pg_tables where tablename = 'recorder'`)
    expect(tables).toEqual([])
    await blocker.query('select pg_advisory_unlock(42)')
    await blocker.query('drop event trigger stop; drop function public.stop()')

    expect(await migrate({ url: interrupted })).toContain('001_journal')
    await newJournal(interrupted).check()
  })
})

/** Cuts off the backend that waits for a lock, once there is one. */
async function killWaiting(url: string): Promise<void> {
  for (;;) {
    const killed = await query(
      url,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (killed.length > 0) return
  }
}

describe('a database where another application lives', () => {
  test('keeps all that was in it, whatever it is called', async () => {
    await query(
      inhabited,
      `create table public.entry (mine text); insert into public.entry values ('kept');
       create table public.pgmigrations (id serial primary key, name text, run_on timestamp);
       insert into public.pgmigrations (name) values ('999_other');
       create schema app; create table app.recorder (mine text)`,
    )
    await migrate({ url: inhabited })
    const journal = newJournal(inhabited)
    const recorder = recorderOf('s')
    await journal.enrol(recorder, LEASE)
    await append(journal, 's', recorder.id, [newEntry(1)])
    expect(await query(inhabited, 'select mine from public.entry')).toEqual([{ mine: 'kept' }])
    expect(await query(inhabited, 'select name from public.pgmigrations')).toEqual([
      { name: '999_other' },
    ])
  })
})

describe('a newer schema', () => {
  test('is refused and left as it is', async () => {
    await query(newer, `insert into reprise.migration (name, run_on) values ('999_later', now())`)
    const before = await namesIn(newer)
    await expect(migrate({ url: newer })).rejects.toMatchObject({
      code: 'journal_newer',
      retryable: false,
      message: expect.stringContaining('999_later') as string,
    })
    expect(await namesIn(newer)).toEqual(before)
  })

  test('is refused too where it lacks one of ours, and that is not applied', async () => {
    await query(newer, `delete from reprise.migration where name like '001%'`)
    await expect(migrate({ url: newer })).rejects.toMatchObject({ code: 'journal_newer' })
    const left = await namesIn(newer)
    expect(left).toContain('999_later')
    expect(left).not.toContain('001_journal')
  })
})

describe('a role without the right to change the schema', () => {
  test('works with one that is current, and makes partitions for its entries', async () => {
    const { role, url } = await newRole(current)
    await query(
      current,
      `grant usage on schema reprise to ${role};
       grant select, insert, update, delete on all tables in schema reprise to ${role};
       grant usage on all sequences in schema reprise to ${role};
       grant execute on all functions in schema reprise to ${role}`,
    )
    expect(await migrate({ url })).toEqual([])
    const journal = newJournal(url)
    await journal.check()
    const recorder = recorderOf('s')
    await journal.enrol(recorder, LEASE)
    const farOff = newEntry(2, { arrivedAt: Date.UTC(2040) * 1000 })
    await append(journal, 's', recorder.id, [newEntry(1), farOff])
    expect(await journal.label({ stream: 's' }, 'x')).toBe(2)
    expect(await journal.clear('s')).toBe(2)
    await expect(query(url, 'create table reprise.mine ()')).rejects.toThrow(/permission denied/)
  })

  test('is told so, without being asked to wait, where there is something to migrate', async () => {
    const { role, url } = await newRole(current)
    const database = new URL(current).pathname.slice(1)
    await query(current, `revoke create on database ${database} from ${role}`)
    await query(current, `grant usage on schema reprise to ${role}`)
    await expect(migrate({ url })).rejects.toMatchObject({
      code: 'journal_refused',
      retryable: false,
      message: expect.stringMatching('permission denied') as string,
    })
  })
})
