-- Up to where each check has been proven, and what it had counted by then. It may be emptied at any time: then all is
-- proven anew. A check that failed over everything is at 0, so that all of it is looked at until it holds.
create table check_state (
  name text primary key,
  position bigint not null check (position >= 0),
  ok boolean not null,
  figures jsonb not null check (jsonb_typeof(figures) = 'object'),
  looked_at timestamptz not null
);
grant select, insert, update, delete on check_state to customary_app;

-- What is new is found by when it was recorded. Rows come in that order, so these stay small.
create index event_keys_journal on event_keys using brin (journal_id);
create index event_conflicts_journal on event_conflicts using brin (journal_id);
create index invoices_journal on invoices (journal_id);
