-- Up Migration

-- The lives of the backend of a stream, numbered from 1. Each ends when its state is lost; the next one
-- begins with a restore, and until that is done (`restoring`) every recorder of the stream keeps clients
-- away. `boot` is what tells this life from others, as the backend shows it; null: nobody knows.
--
-- One process at a time restores: it holds a lease, and a token that each claim raises. Who was silent for
-- longer than its lease finds another token there, and can neither go on nor end the epoch.
create table reprise.epoch (
  stream       text         not null,
  number       integer      not null check (number > 0),
  phase        text         not null check (phase in ('open', 'restoring', 'failed')),
  boot         text,
  sign         text         not null,
  began_at     timestamptz  not null default clock_timestamp(),
  token        bigint       not null default 0,
  holder       text,
  lease_until  timestamptz,
  run          bigint,
  outcome      text         check (outcome in ('restored', 'differs', 'failed', 'given_up')),
  detail       text,
  ended_at     timestamptz,
  primary key (stream, number)
);

-- The epoch that a recorder keeps to: whatever it has forwarded in earlier ones is over, and stands in the
-- journal. Null: of one that keeps nobody away.
alter table reprise.recorder add column epoch integer;
