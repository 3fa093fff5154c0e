-- Up Migration

-- What somebody wants of a run that is running, whoever drives it: that it stands still, or ends. Its driver
-- reads it with each of its notes, and says by the same statement which wish it has read last.
alter table reprise.run
  add column wanted  text check (wanted in ('pause', 'stop')),
  add column heeded  text check (heeded in ('pause', 'stop'));
