-- Up Migration

-- What lets a look into millions of entries read only those that may match, in place of the index of
-- stretches (007), which each look read whole: see journal/postgres/postings.ts and sift.ts. It is kept by
-- who reads, some time later, and never by who appends, as the tally is.

drop index reprise.entry_skip;
drop function reprise.summarize_entries();

-- Some thousand entries of a stream that follow each other by id: those behind the chunk before, up to
-- `last_id`. `ids` are theirs, six bytes each, in the order of their places; a posting says at which of them.
-- `spans` are, of each 64 of them, when the first and the last arrived, eight bytes each.
-- `loose` are ids of those whose place may still change: they are in no posting, and always looked at.
create table reprise.chunk (
  stream        text         not null,
  chunk         integer      not null,
  last_id       bigint       not null,
  entries       integer      not null,
  first_place   timestamptz  not null,
  last_place    timestamptz  not null,
  first_arrived timestamptz  not null,
  last_arrived  timestamptz  not null,
  ids           bytea        not null,
  spans         bytea        not null,
  loose         bigint[],
  primary key (stream, chunk)
);

-- A part of it is read by its place, which it would not be if it were compressed.
alter table reprise.chunk alter column ids set storage external;

create index chunk_loose on reprise.chunk (stream) where loose is not null;

-- Which entries of a chunk have a value. A value that is frequent in it has a row of its own, with a bit an
-- entry, under a key below 0; all others share rows, with four bytes for each entry that has it.
create table reprise.posting (
  stream   text     not null,
  key      bigint   not null,
  chunk    integer  not null,
  members  bytea    not null,
  primary key (stream, key, chunk)
);

-- Gathers statistics of weeks that have none yet: without, the planner takes a primary key for as good as
-- the index that it should read. With its owner's rights: a reader need not own the table.
-- A partition that autovacuum is at is passed by: whoever waits for one for `deadlock_timeout` (a second)
-- has it cancelled, and this is asked for every few seconds.
create function reprise.analyze_entries() returns void language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
  part record;
begin
  for part in
    select t.relname as name from pg_class t join pg_inherits h on h.inhrelid = t.oid
    where h.inhparent = 'reprise.entry'::regclass and t.reltuples < 0
      and pg_relation_size(t.oid) > 1000000
  loop
    begin
      execute format('analyze reprise.%I', part.name);
    exception when lock_not_available then
      null;
    end;
  end loop;
end
$$;

revoke execute on function reprise.analyze_entries from public;
