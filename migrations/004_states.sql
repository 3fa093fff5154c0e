-- Up Migration

-- What read requests (probes) showed of a backend's state while it was recorded, so that "restored" can
-- be proven after a replay. `probe` is the request as it was asked: method and target. `target` is the
-- backend. A body beyond what is kept is shorter than its `length`; then there is no digest.
create table reprise.state (
  stream    text         not null,
  probe     text         not null,
  taken_at  timestamptz  not null,
  target    text         not null,
  status    smallint     not null,
  headers   json         not null,
  body      bytea        not null,
  length    bigint       not null,
  digest    bytea,
  primary key (stream, probe, taken_at)
);

create index state_taken on reprise.state (stream, taken_at);
