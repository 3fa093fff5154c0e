-- Up Migration

-- The journal: every recorded exchange of every stream, and every replay of them.
-- Every key begins with the stream, so that the same tables can be distributed by it.
-- What came over the wire is kept as it came; text columns that hold wire bytes
-- (target, header fields, reason) hold them as latin-1: one code point a byte.

create schema if not exists reprise;

-- One running proxy process. `target` is the upstream it stood in front of.
create table reprise.recorder (
  stream      text        not null,
  id          uuid        not null,
  target      text        not null,
  durability  text        not null check (durability in ('async', 'commit', 'intent')),
  host        text        not null,
  pid         integer     not null,
  version     text        not null,
  started_at  timestamptz not null,
  stopped_at  timestamptz,
  primary key (stream, id)
);

create sequence reprise.entry_id;

-- One recorded exchange. `number` is the recorder's own, without a gap, in the order in which
-- its exchanges ended. `answered_at` is when the upstream's answer began, null when none came.
-- `ordered_at` is the place in the stream's order (see journal/entry.ts).
create table reprise.entry (
  stream              text        not null,
  id                  bigint      not null default nextval('reprise.entry_id'),
  arrived_at          timestamptz not null,
  answered_at         timestamptz,
  ordered_at          timestamptz not null,
  recorder            uuid        not null,
  number              bigint      not null,
  verdict             text        not null check (verdict in ('applied', 'failed', 'in_doubt', 'context')),
  cause               text,
  label               text,
  method              text        not null,
  target              text        not null,
  path                text        not null,
  http_version        text        not null,
  client_address      text,
  user_agent          text,
  user_name           text,
  content_type        text,
  request_headers     json        not null,
  request_trailers    json,
  request_body        bytea,
  request_length      bigint      not null,
  request_capture     text        not null check (request_capture in ('complete', 'truncated', 'aborted')),
  status              smallint,
  reason              text,
  response_headers    json,
  response_trailers   json,
  response_body       bytea,
  response_length     bigint,
  response_capture    text        check (response_capture in ('complete', 'truncated', 'aborted')),
  primary key (stream, id, arrived_at),
  unique (stream, recorder, number, arrived_at)
) partition by range (arrived_at);

create index entry_order on reprise.entry (stream, ordered_at, id);

-- Bodies are mostly small or already compressed: keep them out of line, do not squeeze them.
alter table reprise.entry alter column request_body set storage external;
alter table reprise.entry alter column response_body set storage external;

-- Makes the weekly partitions that cover [since, until], where they are missing. There is no
-- DEFAULT partition on purpose: with one, every drop of an old partition would block the writers.
-- A partition is made beside the table and attached, which does not block writers either.
-- It runs with its owner's rights, so that a recorder needs none to change the schema: grant it
-- `execute` on this function. Zone and date style are fixed because the bounds travel as text.
create function reprise.make_entry_partitions(since timestamptz, until timestamptz)
returns integer language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  week timestamp := date_trunc('week', since at time zone 'UTC');
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('reprise.make_entry_partitions', 0));
  while week <= until at time zone 'UTC' loop
    name := 'entry_' || to_char(week, 'YYYYMMDD');
    if to_regclass('reprise.' || name) is null then
      execute format('create table reprise.%I (like reprise.entry including all)', name);
      execute format(
        'alter table reprise.entry attach partition reprise.%I for values from (%L) to (%L)',
        name, week at time zone 'UTC', (week + interval '7 days') at time zone 'UTC');
      made := made + 1;
    end if;
    week := week + interval '7 days';
  end loop;
  return made;
end
$$;

revoke execute on function reprise.make_entry_partitions from public;

create sequence reprise.run_id;

-- One replay of a selection of entries against a target.
create table reprise.run (
  stream      text        not null,
  id          bigint      not null default nextval('reprise.run_id'),
  target      text        not null,
  selection   json        not null,
  state       text        not null check (state in ('running', 'done', 'stopped', 'interrupted')),
  planned     integer     not null,
  started_at  timestamptz not null default clock_timestamp(),
  ended_at    timestamptz,
  primary key (stream, id)
);

-- One entry re-issued in a run. A row in state `sending` with no end was in flight when the
-- replayer died: whether the target had it is in doubt.
create table reprise.attempt (
  stream            text        not null,
  run               bigint      not null,
  position          integer     not null,
  entry             bigint      not null,
  outcome           text        not null check (outcome in ('sending', 'same', 'differs', 'failed', 'skipped', 'in_doubt')),
  status            smallint,
  response_headers  json,
  response_body     bytea,
  detail            text,
  sent_at           timestamptz not null default clock_timestamp(),
  ended_at          timestamptz,
  primary key (stream, run, position)
);

create index attempt_entry on reprise.attempt (stream, entry);
