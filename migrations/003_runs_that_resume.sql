-- Up Migration

-- A run can go on after the process that drove it died. `driver` is that process, for as long as its
-- lease runs: whoever takes the run over writes another one, and the former can note nothing more.
-- `plan` is what the run sends and how, so that another process goes on with the same.
alter table reprise.run
  add column plan          json,
  add column driver        uuid,
  add column driven_until  timestamptz;

-- `uses` are the values of the recording that were replaced in the request, and those that were
-- left alone; `differences` where the answer was another than the recorded one.
alter table reprise.attempt
  add column uses         json,
  add column differences  json;

-- No run sends an entry twice.
create unique index attempt_once on reprise.attempt (stream, run, entry);

-- Values that the backend made up: as they were recorded, and as they came in a run. `lookup` is the
-- SHA-256 of the recorded one, by which it is found. Of secret ones both are sealed, or left out
-- where there is no key. `number` is their order in the run.
create table reprise.alias (
  stream    text     not null,
  run       bigint   not null,
  number    integer  not null,
  lookup    bytea    not null,
  producer  bigint   not null,
  place     text     not null,
  old       json,
  new       json,
  kind      json,
  primary key (stream, run, number)
);

create index alias_lookup on reprise.alias (stream, run, lookup);
