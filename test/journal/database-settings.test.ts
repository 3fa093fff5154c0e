import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { admin, createDatabase, query } from '../support/database.ts'
import { newJournal } from '../support/recorder.ts'
import { append, newEntry, recorded } from './entries.ts'

const url = await createDatabase()

/** Gives the database a setting until the end of the test; connections made from now on have it. */
async function setForDatabase(setting: string, value: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await admin(`alter database ${name} set ${setting} = ${value}`)
  onTestFinished(() => admin(`alter database ${name} reset ${setting}`))
}

describe('settings of the database', () => {
  test('that make it read-only fail the check', async () => {
    await setForDatabase('default_transaction_read_only', 'on')
    const journal = newJournal(url)
    await expect(journal.check()).rejects.toMatchObject({
      code: 'journal_unreachable',
      retryable: true,
    })
    await expect(append(journal, 's', randomUUID(), [newEntry(1)])).rejects.toMatchObject({
      code: 'journal_unreachable',
      retryable: true,
    })
  })

  test('cannot make an append resolve before it is on disk', async () => {
    await setForDatabase('synchronous_commit', 'off')
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`create table seen (setting text);
      create function note() returns trigger language plpgsql as $$ begin
        insert into seen values (current_setting('synchronous_commit')); return null; end $$;
      create trigger note after insert on reprise.entry execute function note()`)
    onTestFinished(async () => {
      await client.query('drop table seen; drop function note cascade')
      await client.end()
    })
    await recorded(newJournal(url), [newEntry(1)])
    expect((await client.query('select setting from seen')).rows).toEqual([{ setting: 'on' }])
  })

  test('of dates and zones move no moment and no partition', async () => {
    await setForDatabase('timezone', `'Asia/Kolkata'`)
    await setForDatabase('datestyle', `'SQL, DMY'`)
    const journal = newJournal(url)
    const arrivedAt = Date.UTC(2031, 2, 3, 0, 0, 0) * 1000
    const { ids } = await recorded(journal, [
      newEntry(1, { arrivedAt }),
      newEntry(2, { arrivedAt: arrivedAt - 1 }),
    ])
    expect((await journal.entry(ids[0]!)).arrivedAt).toBe(arrivedAt)
    expect((await journal.entry(ids[1]!)).arrivedAt).toBe(arrivedAt - 1)
    const bounds = await query<{ bound: string }>(
      url.concat('?options=-c%20timezone%3DUTC%20-c%20datestyle%3DISO'),
      `select pg_get_expr(relpartbound, oid) as bound from pg_class where relname = 'entry_20310303'`,
    )
    expect(bounds[0]?.bound).toBe(
      `FOR VALUES FROM ('2031-03-03 00:00:00+00') TO ('2031-03-10 00:00:00+00')`,
    )
  })
})
