-- Up Migration

-- What proves that nothing is missing: leases of recorders, intents, numbers without an entry,
-- digests of bodies, bodies in chunks, and what was settled of entries in doubt.

-- Which journal this is, over dumps, copies and failovers: a spool must not be moved to another one.
create table reprise.journal (
  id  uuid  primary key default gen_random_uuid()
);
insert into reprise.journal default values;

-- A recorder is alive while its lease has not run out. `closed_at`: another one found it dead (or
-- so slow that it must be taken for dead) and closed what it had left open; from then on it can
-- write only what belongs to numbers that it had given before. `last_number` is the highest number
-- that it is known to have given, `spooled_*` what waited in its spool when it last said so.
-- `when_unrecordable`: whether it lets mutations pass that it cannot record.
alter table reprise.recorder
  add column when_unrecordable text not null default 'refuse'
    check (when_unrecordable in ('refuse', 'pass')),
  add column lease_until     timestamptz,
  add column closed_at       timestamptz,
  add column closed_by       uuid,
  add column last_number     bigint not null default 0,
  add column spooled_records bigint not null default 0,
  add column spooled_bytes   bigint not null default 0;

-- `delivery` is what the upstream may have had of a request in doubt: part of it, the whole, or
-- (the recorder died) anything from nothing to the whole. Digests are SHA-256 of the kept bytes,
-- null where there are none. A body in `chunks` > 0 pieces is in reprise.body_chunk.
-- `settled` is what became known of an entry in doubt afterwards.
alter table reprise.entry
  add column delivery         text check (delivery in ('part', 'whole', 'unknown')),
  add column request_digest   bytea,
  add column request_chunks   integer not null default 0,
  add column response_digest  bytea,
  add column response_chunks  integer not null default 0,
  add column settled          text check (settled in ('applied', 'not_applied')),
  add column settled_at       timestamptz,
  add column settled_by       text;

create index entry_in_doubt on reprise.entry (stream, ordered_at, id)
  where verdict = 'in_doubt' and settled is null;

-- A mutation that is about to be forwarded (durability `intent`), as the entry that it becomes if
-- its recorder dies: one row of the append statement, and the body's bytes if it was small.
create table reprise.intent (
  stream    text    not null,
  recorder  uuid    not null,
  number    bigint  not null,
  entry     json    not null,
  body      bytea   not null,
  primary key (stream, recorder, number)
);

-- Numbers of forwarded mutations that have no entry, and why: left out by the policy (see
-- proxy/policy.ts), or lost.
create table reprise.unrecorded (
  stream    text            not null,
  recorder  uuid            not null,
  reason    text            not null,
  first     bigint          not null,
  numbers   int8multirange  not null,
  noted_at  timestamptz     not null default clock_timestamp(),
  primary key (stream, recorder, reason, first)
);

-- How many numbers a multirange of whole numbers holds.
create function reprise.range_size(numbers int8multirange) returns bigint
language sql immutable parallel safe
as $$ select coalesce(sum(upper(one) - lower(one)), 0)::bigint from unnest(numbers) as one $$;

-- Pieces of bodies too large for a row, written while they stream.
create table reprise.body_chunk (
  stream      text         not null,
  recorder    uuid         not null,
  number      bigint       not null,
  side        text         not null check (side in ('request', 'response')),
  position    integer      not null,
  arrived_at  timestamptz  not null,
  bytes       bytea        not null,
  primary key (stream, recorder, number, side, position, arrived_at)
) partition by range (arrived_at);

alter table reprise.body_chunk alter column bytes set storage external;

-- As before, and for both tables.
create or replace function reprise.make_entry_partitions(since timestamptz, until timestamptz)
returns integer language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  week timestamp := date_trunc('week', since at time zone 'UTC');
  parent text;
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('reprise.make_entry_partitions', 0));
  while week <= until at time zone 'UTC' loop
    foreach parent in array array['entry', 'body_chunk'] loop
      name := parent || '_' || to_char(week, 'YYYYMMDD');
      if to_regclass('reprise.' || name) is null then
        execute format('create table reprise.%I (like reprise.%I including all)', name, parent);
        execute format(
          'alter table reprise.%I attach partition reprise.%I for values from (%L) to (%L)',
          parent, name, week at time zone 'UTC', (week + interval '7 days') at time zone 'UTC');
        made := made + 1;
      end if;
    end loop;
    week := week + interval '7 days';
  end loop;
  return made;
end
$$;

-- The weeks of the entries that are there already.
do $$
declare
  known text;
begin
  for known in
    select substr(relname, 7) from pg_catalog.pg_class c
      join pg_catalog.pg_inherits i on i.inhrelid = c.oid
    where i.inhparent = 'reprise.entry'::regclass and relname ~ '^entry_\d{8}$'
  loop
    perform reprise.make_entry_partitions(
      to_date(known, 'YYYYMMDD')::timestamp at time zone 'UTC',
      to_date(known, 'YYYYMMDD')::timestamp at time zone 'UTC');
  end loop;
end
$$;
