-- Up Migration

-- Who changed what, when and from where: labels, settlements, removals, replays, sign-ins. It is only added
-- to, by whatever a program of ours may do: a trigger holds it, beside the rights that a role has. (The
-- owner of the schema can take the trigger away; a role that does not migrate cannot.) It stands for no
-- stream: clearing one leaves what is here. `means` is how it is known who it was.
create table reprise.deed (
  id       bigint       generated always as identity primary key,
  done_at  timestamptz  not null default clock_timestamp(),
  who      text,
  role     text,
  means    text         not null,
  address  text,
  action   text         not null,
  stream   text,
  detail   json         not null
);

create function reprise.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'what was done stays: reprise.deed is only added to'
    using errcode = 'insufficient_privilege';
end
$$;

create trigger deed_stays before update or delete or truncate on reprise.deed
  for each statement execute function reprise.refuse_change();
