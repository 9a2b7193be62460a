-- Usage by the hour, derived from events and attributions: a read model. It may be emptied and made again at any time,
-- and comes to the same.
--
-- All states are sums over signed entries, so a correction subtracts exactly what it takes away.

-- Whose usage it is: what entries are attributed to. Rows are only added, a few for each customer.
create table usage_owners (
  key bigint generated always as identity primary key,
  organization_id identifier not null,
  subscriber_id identifier,
  credential_id identifier,
  subscription_id identifier
);
create unique index usage_owners_once on usage_owners
  (organization_id, coalesce(subscriber_id::text, ''), coalesce(credential_id::text, ''), coalesce(subscription_id::text, ''));
create index usage_owners_subscriber on usage_owners (subscriber_id) where subscriber_id is not null;
create index usage_owners_credential on usage_owners (credential_id) where credential_id is not null;
create index usage_owners_subscription on usage_owners (subscription_id) where subscription_id is not null;

-- What else events are told apart by: who sent them, the attributes that meters, prices and list prices look at, the
-- currency of their cost. For those without a cost: whether they have measures with a list price, and how long the
-- request was where that decides the price.
create table usage_kinds (
  key bigint generated always as identity primary key,
  hash bytea not null unique check (octet_length(hash) = 32),
  source text collate "C" not null,
  cost_currency char(3),
  listed boolean not null,
  long_input numeric,
  attributes jsonb not null check (jsonb_typeof(attributes) = 'object')
);

-- The sums of an hour. Measure '' is that of the events themselves: its quantity is their cost.
create table usage_hours (
  hour timestamptz not null check (hour = date_trunc('hour', hour, 'UTC')),
  owner_key bigint not null,
  kind_key bigint not null,
  measure text collate "C" not null,
  events bigint not null,
  quantity numeric not null,
  primary key (owner_key, hour, kind_key, measure)
) with (fillfactor = 80);
create index usage_hours_hour on usage_hours (hour);

-- How far the entries have been folded, in recording order; what comes after is read directly. "attributes": those that
-- every row tells apart; "folding": those that rows have been told apart by since.
create table usage_fold (
  only_one boolean primary key default true check (only_one),
  position bigint not null default 0 check (position >= 0),
  attributes text[] not null default '{}',
  folding text[] not null default '{}',
  check (attributes <@ folding)
);
insert into usage_fold default values;

grant select, insert, update, delete on usage_owners, usage_kinds, usage_hours to customary_app;
grant select, update on usage_fold to customary_app;

-- Folding, and whoever reads what is not folded yet, looks for entries by when they were recorded. A journal row has many
-- of them and they come in its order, so a tree stays small and is only ever added to at its end.
drop index attributions_journal;
create index attributions_journal on attributions (journal_id);
