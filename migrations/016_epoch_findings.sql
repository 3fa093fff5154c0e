-- Up Migration

-- What a restore left to look at: entries that were not answered as recorded, and what the probes showed of
-- the state. Null: it has not ended, or had nothing to say.
alter table reprise.epoch add column findings jsonb;
