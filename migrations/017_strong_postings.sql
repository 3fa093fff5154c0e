-- Up Migration

-- Terms are kept under keys that nobody can make two of, and those of how many parts a path has only where
-- it begins with a slash, so that postings also say what surely does not match. Whoever reads makes them anew.

delete from reprise.posting;
delete from reprise.chunk;
