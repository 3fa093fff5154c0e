// Millions of entries by SQL, as weeks of use might leave them: mostly of one stream, of a few usual
// kinds, with ids in their paths, and values that are rare, absent, in bursts, or were there only for a
// while.

import pg from 'pg'
import { migrate } from '../../dist/journal/postgres/migrate.js'

export const WEEKS = 6
const BATCH = 100_000

/** Of the newest entry: a fixed moment, so that filters by time mean the same each time. */
export const NEWEST = Date.UTC(2026, 9, 30, 18)
const SPAN = WEEKS * 7 * 24 * 3600

export async function fillJournal({ url, entries, tell }) {
  await migrate({ url })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(PREPARE, [])
    await client.query(`select reprise.make_entry_partitions($1, $2)`, [
      new Date(NEWEST - SPAN * 1000 - 3_600_000),
      new Date(NEWEST),
    ])
    for (let from = 0; from < entries; from += BATCH) {
      const count = Math.min(BATCH, entries - from)
      await client.query('select setseed($1)', [(from / BATCH / 1000) % 1])
      await client.query(FILL, [from, count, entries, new Date(NEWEST), SPAN])
      if ((from / BATCH) % 10 === 9) tell(`${from + count} entries`)
    }
    // As autovacuum leaves it some time later.
    await client.query('vacuum (analyze) reprise.entry')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

const RECORDERS = `('shop', '00000000-0000-0000-0000-000000000001'::uuid),
  ('billing', '00000000-0000-0000-0000-000000000002'), ('quiet', '00000000-0000-0000-0000-000000000003')`

const PREPARE = `insert into reprise.recorder
  (stream, id, target, durability, host, pid, version, started_at, last_number)
  select stream, id, 'http://backend:3000', 'commit', 'bench', 1, '0', now(), 0
  from (values ${RECORDERS}) as r(stream, id) on conflict do nothing`

/**
 * \`n\` is the place from 0 to 1 in the whole time. An outage (503) lasts an hour of the third week;
 * \`/v1/...\`, PATCH and the user \`temp\` are of the first two weeks only, a tenth of the first three
 * weeks is 501. LINK and the user \`batch\` come in some twenty bursts of a quarter of an hour each.
 */
const FILL = `
insert into reprise.entry (stream, recorder, number, verdict, cause, delivery, label, arrived_at,
  answered_at, ordered_at, client_address, user_agent, user_name, method, target, path, http_version,
  content_type, request_headers, request_body, request_length, request_capture, status, reason,
  response_headers, response_body, response_length, response_capture, request_digest, response_digest)
select stream, recorder, i + 1, verdict,
  case verdict when 'in_doubt' then 'timeout' end, case verdict when 'in_doubt' then 'whole' end,
  case when i % 500000 = 77 then 'bug-17' when i % 977 = 5 and i < 3000000 then 'import' end,
  arrived, arrived + took, arrived + took,
  client, 'shop-client/4.2 (bench)', person, method,
  path || case when a < 0.1 then '?page=' || (a * 1000)::int else '' end, path, '1.1',
  'application/json',
  ('[["Host","backend:3000"],["User-Agent","shop-client/4.2 (bench)"],["Accept","application/json"],'
    || '["Content-Type","application/json"],["Content-Length","' || length(asked) || '"],'
    || '["X-Request-Id","' || md5(i::text) || '"]]')::json,
  convert_to(asked, 'UTF8'), length(asked), 'complete', status,
  case when status is not null then 'OK' end,
  case when status is not null then ('[["Content-Type","application/json"],["Content-Length","'
    || length(answer) || '"],["Date","Fri, 30 Oct 2026 18:00:00 GMT"]]')::json end,
  case when status is not null then convert_to(answer, 'UTF8') end,
  case when status is not null then length(answer) end,
  case when status is not null then 'complete' end,
  sha256(convert_to(asked, 'UTF8')), sha256(convert_to(answer, 'UTF8'))
from (
  select *, case when status is null then 'in_doubt' when status >= 500 then 'failed'
      when method = 'GET' then 'context' else 'applied' end as verdict,
    '{"item":"' || md5((i * 7)::text) || '","note":"' || repeat('lorem ipsum ', 8 + (b * 16)::int)
      || case when i % 400000 = 123 then 'needle in a haystack' else '' end
      || '","price":' || (c * 1000)::int || '}' as asked,
    '{"id":' || i || ',"state":"accepted","at":"2026-10-30T18:00:00Z","by":"' || md5(i::text) || '"}' as answer
  from (
    select *, case
        when n between 0.42 and 0.426 and e < 0.8 then 503
        when n < 0.5 and e > 0.9 then 501
        when d < 0.0005 then null when d < 0.003 then 500 when d < 0.0035 then 502
        when d < 0.00351 then 507 when method = 'GET' then 200 when d < 0.02 then 409
        when d < 0.03 then 302 when method = 'DELETE' then 204 when method = 'POST' then 201
        when d < 0.1 then 202 else 200 end::smallint as status,
      case when method = 'POST' and a < 0.5 then '/api/orders'
        when n < 0.33 and b < 0.3 then '/v1/carts/' || (c * 200000)::int
        when a < 0.7 then '/api/orders/' || (b * 900000)::int
        when a < 0.8 then '/api/orders/' || (b * 900000)::int || '/items/' || (c * 20)::int
        when a < 0.9 then '/api/users/' || (b * 50000)::int || '/state'
        when a < 0.99 then '/api/carts/' || md5((b * 300000)::int::text)
        when a < 0.9999 then '/api/stock/' || (c * 500)::int
        else '/admin/settings/' || (c * 40)::int end as path
    from (
      select *, case when floor(n * 4000)::int % 199 = 7 and a < 0.5 then 'LINK'
          when n < 0.33 and c < 0.12 then 'PATCH' when c < 0.62 then 'POST'
          when c < 0.82 then 'PUT' when c < 0.94 then 'DELETE' when c < 0.97 then 'GET'
          when c < 0.99 then 'POST' when c < 0.9999 then 'PUT'
          when c < 0.99995 then 'MKCOL' when c < 0.99998 then 'COPY' when c < 0.999995 then 'MOVE'
          when c < 0.999998 then 'LOCK' else 'PROPPATCH' end as method,
        case when d > 0.6 then null when n < 0.33 and d > 0.55 then 'temp'
          when i % 700001 = 3 then 'rare-user'
          when floor(n * 4000)::int % 197 = 11 and e < 0.3 then 'batch'
          else 'user-' || (power(a, 4) * 2000)::int end as person,
        case when i % 600011 = 9 then '198.51.100.77' when e < 0.5 then '10.0.0.1'
          else '10.1.' || (power(e, 3) * 4)::int || '.' || (b * 250)::int end as client,
        case when d > 0.9999 then interval '90 seconds' else interval '1 ms' * (1 + e * 200) end as took,
        $4::timestamptz - make_interval(secs => (1 - n) * $5::float8) as arrived
      from (
        select i, (i + random()) / $3::float8 as n, random() a, random() b, random() c, random() d,
          random() e,
          case when i % 50 = 0 then 'quiet' when i % 12 = 0 then 'billing' else 'shop' end as stream
        from generate_series($1::bigint, $1::bigint + $2::bigint - 1) i
      ) x
    ) x
  ) x
) x join (values ${RECORDERS}) as r(name, recorder) on r.name = stream`
