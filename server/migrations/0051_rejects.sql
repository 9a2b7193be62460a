-- What was refused can be sent again, once its cause is gone: each attempt is kept, and one that got through is the last.
create table reject_replays (
  id bigint generated always as identity primary key,
  reject_id bigint not null,
  journal_id bigint not null,
  outcome text not null check (outcome in ('accepted', 'duplicate', 'conflict', 'rejected')),
  event_id identifier,
  code text,
  pointer text,
  detail text,
  check ((outcome = 'rejected') = (event_id is null)),
  check ((outcome = 'rejected') = (code is not null and pointer is not null and detail is not null))
);
create unique index reject_replays_once on reject_replays (reject_id) where outcome <> 'rejected';
create index reject_replays_reject on reject_replays (reject_id, id desc);
create trigger reject_replays_fixed before update or delete on reject_replays for each row execute function forbid_change();
grant select, insert on reject_replays to customary_app;

create index event_rejects_code on event_rejects (code, id desc);
create index event_conflicts_newest on event_conflicts (journal_id desc, source, client_id, body_hash);

-- How unknown identifiers are met: for If-Match.
alter table deployment add column ingest_settings_version integer not null default 1;
