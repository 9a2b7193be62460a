-- The work queue: usage that reached no organization or no subscription, by what it identified itself with. A read
-- model folded from attributions in the order of positions; what is not folded yet is read beside it. It may be
-- dropped and folded again at any time, with the same result.

-- The position up to which it is folded.
create table unclassified_state (
  only_one boolean primary key default true check (only_one),
  position bigint not null default 0
);
insert into unclassified_state default values;

-- Opaque and the same for ever, so that it can stand in an address: never the identifier itself.
create function unclassified_id(kind text, subject text, reason text, organization_id text) returns text
language sql immutable parallel safe as
$$ select 'unc_' || md5(concat_ws(e'\x1f', kind, subject, reason, organization_id)) $$;

-- What could decide comes first, as in the rules of attribution. Figures may be negative for a moment: a correction can
-- have a lower position than what it corrects.
create table unclassified_groups (
  id identifier primary key check (id like 'unc\_%'),
  kind text not null check (kind in ('credential', 'subscription', 'subscriber', 'organization', 'none')),
  credential_key bigint,
  claim text collate "C",
  reason text not null,
  organization_id identifier not null,
  events bigint not null,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  check ((kind = 'credential') = (credential_key is not null)),
  check ((kind = 'credential') = (claim is null))
);
create index unclassified_groups_last_seen on unclassified_groups (last_seen_at desc, id desc) where events > 0;
create index unclassified_groups_events on unclassified_groups (events desc, id desc) where events > 0;
create index unclassified_groups_organization on unclassified_groups (organization_id, last_seen_at desc, id desc) where events > 0;
create index unclassified_groups_reason on unclassified_groups (reason, last_seen_at desc, id desc) where events > 0;
create index unclassified_groups_kind on unclassified_groups (kind, last_seen_at desc, id desc) where events > 0;

create table unclassified_days (
  group_id identifier not null,
  day date not null,
  events bigint not null,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  primary key (group_id, day)
);
create index unclassified_days_day on unclassified_days (day);

-- By provider and model too, which prices differ by. "uncosted": of events that carry no cost.
create table unclassified_measures (
  group_id identifier not null,
  measure text collate "C" not null,
  provider text collate "C" not null,
  model text collate "C" not null,
  quantity numeric not null,
  uncosted numeric not null,
  primary key (group_id, measure, provider, model)
);

create table unclassified_costs (
  group_id identifier not null,
  currency char(3) not null,
  amount numeric not null,
  primary key (group_id, currency)
);

grant select, update on unclassified_state to customary_app;
grant select, insert, update, delete on unclassified_groups, unclassified_days, unclassified_measures, unclassified_costs
  to customary_app;

-- Near misses. One edit leaves the first or the second half of a text as it was, so a range of the one index or of the
-- other holds every candidate; another case or a space around it is found by the folded text.
create function folded(value text) returns text language sql immutable parallel safe strict as
$$ select lower(btrim(value) collate "C") $$;

create index credential_id_values_folded on credential_id_values (folded(value));
create index credential_id_values_reversed on credential_id_values (reverse(value) collate "C");
create index subscribers_reversed on subscribers (reverse(email_key) collate "C") where archived_at is null;
create index subscribers_domain on subscribers (split_part(email_key, '@', 2)) where archived_at is null;
create index subscribers_subscriber_id_folded on subscribers (folded(subscriber_id)) where archived_at is null;
create index organizations_name_folded on organizations (folded(name)) where archived_at is null;
create index organizations_name_reversed on organizations (reverse(folded(name)) collate "C") where archived_at is null;
create index organizations_external_id_folded on organizations (folded(external_id)) where archived_at is null;
create index organizations_external_id_reversed on organizations (reverse(folded(external_id)) collate "C") where archived_at is null;
create index subscriptions_external_id_folded on subscriptions (folded(external_id)) where archived_at is null;
create index subscriptions_external_id_reversed on subscriptions (reverse(folded(external_id)) collate "C") where archived_at is null;
