-- Up Migration

-- What is recorded behind a restore has the values that its run gave: they are found by the SHA-256 of the
-- value that came (of a secret one keyed, as `lookup` is). Runs of before have none.
alter table reprise.alias add column came bytea;

create index alias_came on reprise.alias (stream, run, came) where came is not null;
