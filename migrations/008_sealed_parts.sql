-- Up Migration

-- Secrets in targets and bodies are masked where they stand, byte for byte, and sealed here: pairs of a place
-- (which the seal covers, so that none can be moved to another) and what is sealed, null where there was no key.
-- Null: there are none.
alter table reprise.entry add column sealed json;
alter table reprise.body_chunk add column sealed json;
alter table reprise.attempt add column sealed json;
alter table reprise.state add column sealed json;
