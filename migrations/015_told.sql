-- Up Migration

-- What somebody wants of a run that is running, whoever drives it: that it stands still, or ends. Its driver
-- reads it with each of its notes, and says by the same statement which wish it has read last.
alter table reprise.run
  add column wanted  text check (wanted in ('pause', 'stop')),
  add column heeded  text check (heeded in ('pause', 'stop'));

-- What of a life of a backend was told to whom: to each receiver each event once, by whichever process comes
-- first. Until `outcome` is there it is tried again from `due_at` on, by any of them. `receiver` is the SHA-256
-- of its URL, which may hold a secret.
create table reprise.epoch_told (
  stream    text         not null,
  number    integer      not null,
  event     text         not null,
  receiver  bytea        not null,
  attempts  integer      not null default 1,
  due_at    timestamptz  not null,
  outcome   text         check (outcome in ('delivered', 'given_up')),
  failure   text,
  primary key (stream, number, event, receiver)
);
