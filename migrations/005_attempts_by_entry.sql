-- Up Migration

-- An attempt is found by its run and position, or by its entry. An index that began with stream and run
-- too was taken for the first by mistake: of a run that is younger than the table's statistics
-- PostgreSQL believes that it has one attempt, and either index seemed as good; so each note of a run
-- read all that it had noted.
create unique index attempt_of_entry on reprise.attempt (stream, entry, run);
drop index reprise.attempt_once;
drop index reprise.attempt_entry;
