-- The entry that an event has now is the latest of those that give it to somebody: the key has the sign before the journal
-- row, so that it is one look. With the sign last, PostgreSQL 18 takes that look for as many as there are journal rows, and
-- goes through all organizations instead.
alter table attributions drop constraint attributions_pkey;
alter table attributions add primary key (event_id, occurred_at, sign, journal_id);
