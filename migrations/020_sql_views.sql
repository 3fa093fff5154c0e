-- Up Migration

-- What people and programs may ask by SQL: see docs/sql.md. A view that has landed keeps its columns, with
-- their names, types and meanings; what has to change them is a view with the next number beside it. They
-- read with their owner's rights, so that whoever asks needs no right to a table, in which secrets stand
-- sealed. Values of secret fields are null here, and in targets and bodies masks stand in their place.

-- Fields of a head, each with its name and value, in the order of the wire: what is sealed, or was left out,
-- is null.
create function reprise.shown_fields(fields json) returns jsonb
language sql immutable strict parallel safe
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_array(
        field -> 0,
        case json_typeof(field -> 1) when 'string' then field -> 1 end
      ) order by place),
    '[]')
  from json_array_elements(fields) with ordinality as one(field, place)
$$;

create view reprise.entries_v1 as
select
  stream, id, recorder, number,
  verdict, cause, delivery, settled, settled_at, settled_by, label,
  arrived_at, answered_at, ordered_at, answered_at - arrived_at as answered_after,
  client_address, user_agent, user_name,
  method, target, path, http_version, content_type,
  reprise.shown_fields(request_headers) as request_headers,
  reprise.shown_fields(request_trailers) as request_trailers,
  request_body, request_length, request_capture, request_digest, request_chunks as request_pieces,
  status, reason,
  reprise.shown_fields(response_headers) as response_headers,
  reprise.shown_fields(response_trailers) as response_trailers,
  response_body, response_length, response_capture, response_digest,
  response_chunks as response_pieces
from reprise.entry;

create view reprise.body_pieces_v1 as
select e.stream, e.id as entry, c.side, c.position, c.bytes
from reprise.body_chunk c
  join reprise.entry e using (stream, recorder, number, arrived_at);

create view reprise.recorders_v1 as
select
  stream, id, target, durability, when_unrecordable, host, pid, version,
  started_at, lease_until, stopped_at, closed_at, last_number
from reprise.recorder;

create view reprise.unrecorded_v1 as
select stream, recorder, reason, sum(reprise.range_size(numbers))::bigint as mutations,
  min(noted_at) as first_noted_at, max(noted_at) as last_noted_at
from reprise.unrecorded
group by stream, recorder, reason;

create view reprise.runs_v1 as
select stream, id, target, selection::jsonb as selection, state, planned, started_at, ended_at
from reprise.run;

create view reprise.attempts_v1 as
select
  stream, run, position, entry, outcome, status, detail,
  reprise.shown_fields(response_headers) as response_headers,
  response_body, differences::jsonb as differences, sent_at, ended_at
from reprise.attempt;

create view reprise.epochs_v1 as
select stream, number, phase, boot, sign, began_at, run, outcome, detail, ended_at
from reprise.epoch;
