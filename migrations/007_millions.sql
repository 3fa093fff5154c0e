-- Up Migration

-- What makes a look into millions of entries as short as one into thousands, for a tenth more of what an
-- append costs PostgreSQL: see journal/postgres/looking-back.ts and tally.ts.

-- Which values occur in each stretch of 32 pages (about 200 entries), so that a look for a rare value
-- skips nearly all of them. Entries stand on the disk about in the order of their time. A B-tree for each
-- of these columns would be written at each append, which makes it half as dear again; this one is
-- written when a stretch is full, by autovacuum or by `summarize_entries`. What is not summed up yet is
-- looked at whole. Of a path its first segments are in it too, for prefixes.
create index entry_skip on reprise.entry using brin (
  arrived_at,
  (ordered_at at time zone 'UTC'),
  status int2_minmax_multi_ops,
  stream text_bloom_ops(n_distinct_per_range=8),
  method text_bloom_ops(n_distinct_per_range=16),
  verdict text_bloom_ops(n_distinct_per_range=8),
  client_address text_bloom_ops(n_distinct_per_range=200),
  user_name text_bloom_ops(n_distinct_per_range=200),
  path text_bloom_ops(n_distinct_per_range=400),
  split_part(path, '/', 2) text_bloom_ops(n_distinct_per_range=32),
  split_part(path, '/', 3) text_bloom_ops(n_distinct_per_range=400),
  split_part(path, '/', 4) text_bloom_ops(n_distinct_per_range=400)
) with (pages_per_range=32, autosummarize=on);

-- Few entries bear a label, and none when it is appended.
create index entry_label on reprise.entry (stream, label, ordered_at, id) where label is not null;

-- Sums up the stretches that have filled, and gathers statistics of weeks that have none yet: without, the
-- planner takes a primary key for as good. With its owner's rights: a reader need not own the table.
-- A partition that autovacuum is at is passed by: whoever waits for one for `deadlock_timeout` (a second)
-- has it cancelled, and this is asked for every few seconds.
create function reprise.summarize_entries() returns void language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
  part record;
begin
  for part in
    select i.indexrelid as index, t.relname as name, t.reltuples < 0 as is_new
    from pg_index i join pg_class c on c.oid = i.indexrelid
      join pg_am a on a.oid = c.relam and a.amname = 'brin'
      join pg_class t on t.oid = i.indrelid
      join pg_inherits h on h.inhrelid = i.indrelid
    where pg_relation_size(t.oid) > 1000000 and h.inhparent = 'reprise.entry'::regclass
  loop
    begin
      perform brin_summarize_new_values(part.index);
      if part.is_new then execute format('analyze reprise.%I', part.name); end if;
    exception when lock_not_available then
      null;
    end;
  end loop;
end
$$;

revoke execute on function reprise.summarize_entries from public;

-- How many entries of each verdict arrived in each quarter of an hour, so that counts over all time need
-- not read all entries. It is kept by who reads, some time later, and never by who appends: it holds the
-- ids up to `upto`, and what is above is counted each time (see journal/postgres/tally.ts). Not in it is
-- what may still change: entries in doubt, and those that were settled.
create table reprise.tally (
  stream      text         not null,
  generation  integer      not null,
  quarter     timestamptz  not null,
  verdict     text         not null,
  entries     bigint       not null,
  first_at    timestamptz  not null,
  last_at     timestamptz  not null,
  primary key (stream, generation, quarter, verdict)
);

-- `seen` is the highest id when somebody last looked; lower ones may have been under way then, until no
-- transaction is left that is older than `seen_by`. What changes or removes entries that are counted
-- begins a new generation.
create table reprise.tallied (
  stream      text     primary key,
  generation  integer  not null default 1,
  upto        bigint   not null default 0,
  seen        bigint   not null default 0,
  seen_by     xid8     not null default pg_snapshot_xmax(pg_current_snapshot())
);

create index entry_changeable on reprise.entry (stream, arrived_at)
  where verdict = 'in_doubt' or settled is not null;

-- Counts at most so many ids more of a stream; whether it is worth to ask again at once.
-- Each statement sees what was committed before it began, so also what was before the lock was had.
create function reprise.tally_entries(of_stream text, most bigint) returns boolean language plpgsql
as $$
declare
  mark reprise.tallied;
  past bigint;
begin
  insert into reprise.tallied (stream) values (of_stream) on conflict do nothing;
  select * into mark from reprise.tallied where stream = of_stream for update skip locked;
  if not found then return false; end if;
  if mark.upto >= mark.seen then
    update reprise.tallied set seen_by = pg_snapshot_xmax(pg_current_snapshot()),
      seen = coalesce((select max(id) from reprise.entry where stream = of_stream), 0)
    where stream = of_stream returning * into mark;
    return mark.upto < mark.seen;
  end if;
  if pg_snapshot_xmin(pg_current_snapshot()) < mark.seen_by then
    return false;
  end if;
  past := least(mark.seen, mark.upto + most);
  insert into reprise.tally
  select of_stream, mark.generation, date_bin('15 minutes', arrived_at, 'epoch'), verdict,
    count(*), min(arrived_at), max(arrived_at)
  from reprise.entry
  where stream = of_stream and id > mark.upto and id <= past
    and verdict <> 'in_doubt' and settled is null
  group by 3, 4
  on conflict (stream, generation, quarter, verdict) do update set
    entries = tally.entries + excluded.entries,
    first_at = least(tally.first_at, excluded.first_at),
    last_at = greatest(tally.last_at, excluded.last_at);
  if mark.upto = 0 then
    delete from reprise.tally where stream = of_stream and generation <> mark.generation;
  end if;
  update reprise.tallied set upto = past where stream = of_stream;
  return past < mark.seen;
end
$$;
