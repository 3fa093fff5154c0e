-- Up Migration

-- Of each chunk the paths in short (journal/postgres/shapes.ts): what many have in common, of each entry which
-- of these its path is, and what its gaps are filled with. So it is told without its entry whether it matches a
-- glob, whichever that is, for a third of what postings of three characters in a row (021) took, which said less.
-- Whoever reads makes them anew.

delete from reprise.posting;
delete from reprise.chunk;

-- Each shape ends with a line feed. Null: nothing is told.
alter table reprise.chunk add column shapes text;

-- Of a shape, by its place among those of its chunk, the entries that have it: a bit each, or two bytes a place
-- where that is less; and what fills their gaps, if it has any.
create table reprise.shaped (
  stream   text      not null,
  chunk    integer   not null,
  shape    smallint  not null,
  members  bytea     not null,
  filling  text,
  primary key (stream, chunk, shape)
);

-- It hardly becomes smaller, and all of it is read.
alter table reprise.shaped alter column filling set storage external;
