-- Up Migration

-- An attempt is written twice: small when it begins, and whole, with the answer, when it ends. Where
-- its page has room for that, its place in the indexes stays (a heap-only update), which takes a
-- tenth off what PostgreSQL does for an attempt, and half off the indexes.
alter table reprise.attempt set (fillfactor = 15);
