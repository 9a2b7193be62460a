-- How long each check took when it was looked at last: one that takes long is looked at less often.
alter table check_state add column took_ms integer not null default 0 check (took_ms >= 0);
