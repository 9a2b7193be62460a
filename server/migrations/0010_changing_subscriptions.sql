-- Subscriptions that change within a service period.

-- The anchor day and time zone that it was given after it had begun, each from the start of a service period on.
create table subscription_anchors (
  id bigint generated always as identity primary key,
  subscription_id identifier not null references subscriptions,
  anchor_day smallint not null check (anchor_day between 1 and 31),
  time_zone text not null,
  valid tstzrange not null check (not isempty(valid) and not upper_inc(valid)),
  recorded_by bigint not null references journal,
  superseded_by bigint references journal,
  exclude using gist (subscription_id with =, valid with &&) where (superseded_by is null)
);

-- Whether an advance fee is owed only up to the end, or for all of the service period that the end cuts.
alter table subscriptions add column end_credit text not null default 'prorated' check (end_credit in ('prorated', 'none'));

-- That its service periods, or what falls due in them, became others: from an instant on, and from the start of the
-- first period that is another. Billing looks again at what it had billed by then.
create table subscription_changes (
  id bigint generated always as identity primary key,
  subscription_id identifier not null references subscriptions,
  changed_from timestamptz not null,
  periods_from timestamptz not null check (periods_from <= changed_from),
  recorded_by bigint not null references journal
);
create index subscription_changes_subscription on subscription_changes (subscription_id);
insert into subscription_changes (subscription_id, changed_from, periods_from, recorded_by)
  select subscription_id, lower(valid), lower(valid), recorded_by from subscription_plans where superseded_by is null;

create trigger subscription_anchors_superseded_once before update on subscription_anchors
  for each row execute function only_fill_once('superseded_by');
create trigger subscription_anchors_kept before delete on subscription_anchors
  for each row execute function forbid_change();
create trigger subscription_changes_fixed before update or delete on subscription_changes
  for each row execute function forbid_change();

grant select, insert, update (superseded_by) on subscription_anchors to customary_app;
grant select, insert on subscription_changes to customary_app;
