-- Up Migration

-- Postings say which paths have three characters in a row (journal/postgres/grams.ts), so that a glob that
-- begins with what may be anything is looked up too. Whoever reads makes them anew.

delete from reprise.posting;
delete from reprise.chunk;
