-- Up Migration

-- What recorders of a stream called secrets besides fields of heads (--secret-fields): a process that was told
-- fewer names would keep and show the answers of a replay with what was masked in the recording. Only added to.
create table reprise.secret_name (
  stream  text  not null,
  name    text  not null,
  primary key (stream, name)
);
