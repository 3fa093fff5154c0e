import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseStatusRange } from '../../journal/filter.ts'
import { migrate } from '../../journal/postgres/migrate.ts'
import { createDatabase, query } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'

// A journal that an older version made is read as it was, whichever version that was.

const MIGRATIONS = new URL('../../migrations/', import.meta.url)
const NAMES = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.slice(0, -'.sql'.length))
  .sort()
const COUNT = 300

/** What an older version left: the columns that the first one had. */
const LEFT = `
  insert into reprise.recorder (stream, id, target, durability, host, pid, version, started_at)
  values ('s', '00000000-0000-0000-0000-000000000000', 'http://127.0.0.1:9', 'commit', 'h', 1, 'v',
    '2026-01-05');
  select reprise.make_entry_partitions('2026-01-05', '2026-01-25');
  insert into reprise.entry (stream, arrived_at, answered_at, ordered_at, recorder, number, verdict,
    method, target, path, http_version, request_headers, request_body, request_length,
    request_capture, status, reason, response_headers, response_body, response_length,
    response_capture)
  select 's', t, t, t, '00000000-0000-0000-0000-000000000000', i, 'applied', 'POST',
    '/things/' || i || '?q', '/things/' || i, '1.1', '[["Host","a"]]', convert_to('asked ' || i, 'UTF8'),
    length('asked ' || i), 'complete', 200 + i % 2, 'OK', '[]', ''::bytea, 0, 'complete'
  from (select i, '2026-01-05'::timestamptz + i * interval '1 hour' as t
        from generate_series(1, ${COUNT}) i) x;
  insert into reprise.run (stream, target, selection, state, planned, ended_at)
  values ('s', 'http://127.0.0.1:9', '{}', 'done', 1, now());`

/** Those of an entry that says nothing true. */
const STALE = `
  insert into reprise.chunk (stream, chunk, last_id, entries, first_place, last_place, first_arrived,
    last_arrived, ids, spans)
  values ('s', 1, ${COUNT}, 0, '2026-01-05', '2026-01-05', '2026-01-05', '2026-01-05', '', '')`

async function madeBy(version: number): Promise<string> {
  const url = await createDatabase('empty')
  const names = NAMES.slice(0, version)
  for (const name of names) {
    await query(url, readFileSync(new URL(`${name}.sql`, MIGRATIONS), 'utf8'))
  }
  await query(
    url,
    `create table reprise.migration (
       id serial primary key, name varchar(255) not null, run_on timestamp not null);
     insert into reprise.migration (name, run_on)
     select name, now() from unnest(array['${names.join("','")}']) name`,
  )
  await query(url, LEFT)
  if (names.includes('010_postings') && !names.includes('022_shapes')) {
    await query(url, STALE)
  }
  return url
}

/** Every third, and the last but one: each takes half a second. */
const versions = NAMES.slice(0, -1)
  .map((name, i) => ({ name, version: i + 1 }))
  .filter(({ version }) => version % 3 === 1 || version === NAMES.length - 1)

test.for(versions)('a journal of $name is brought up, and nothing of it is lost', async (made) => {
  const url = await madeBy(made.version)
  expect(await migrate({ url })).toEqual(NAMES.slice(made.version))
  const journal = useJournal(url)
  await journal.catchUp(new AbortController().signal)
  const filter = { stream: 's', statuses: [parseStatusRange('201')] }
  const { entries } = await journal.search(filter, { order: 'order', limit: COUNT, window: COUNT })
  expect(entries.map(({ target }) => target)).toEqual(
    Array.from({ length: COUNT / 2 }, (_, i) => `/things/${2 * i + 1}?q`),
  )
  const [streams] = await journal.streams()
  expect(streams).toMatchObject({ stream: 's' })
  const entry = await journal.entry(entries[0]!.id)
  expect(entry).toMatchObject({ number: 1, method: 'POST', requestHeaders: ['Host', 'a'] })
  expect(entry.requestBody.toString()).toBe('asked 1')
  expect(await journal.runs({ stream: 's', limit: 9 })).toMatchObject([{ state: 'done' }])
})
