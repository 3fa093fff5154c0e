-- Up Migration

-- Places in the order of a stream before which nothing is needed any more: the backend keeps what came
-- before, or was reset on purpose. A restore begins behind the furthest one. Each stands at an entry, which
-- is the last that is left out. What was removed stays, so that its number is not given again.
create table reprise.checkpoint (
  stream      text         not null,
  number      integer      not null check (number > 0),
  entry       bigint       not null,
  ordered_at  timestamptz  not null,
  set_at      timestamptz  not null default clock_timestamp(),
  set_by      text,
  note        text,
  removed_at  timestamptz,
  primary key (stream, number)
);

-- Rules of compaction of which it was shown that what they leave out makes no difference: a backend that got
-- everything up to `entry`, and one that got the rest alone, showed the same state. By the digest of their
-- normal form: rules that are changed are others.
create table reprise.compaction (
  stream       text         not null,
  digest       bytea        not null,
  rules        text[]       not null,
  entry        bigint       not null,
  planned      bigint       not null,
  left_out     bigint       not null,
  whole_run    bigint       not null,
  compact_run  bigint       not null,
  verified_at  timestamptz  not null default clock_timestamp(),
  verified_by  text,
  primary key (stream, digest)
);
